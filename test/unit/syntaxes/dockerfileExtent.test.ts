// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of a Dockerfile are written like a template's
import assert from 'node:assert/strict';
import { type Token, tokenizer } from '../../support/tokenize.ts';

/** Where instructions start, one a line with its number from 1: `1 FROM, 3 RUN`. `?` is an unknown instruction. */
function outline(tokens: readonly Token[]): string {
  const starts = new Map<number, string>();
  for (const { line, text, scopes } of tokens) {
    const keyword = scopes.find((scope) => /^(keyword\.other\.special-method|keyword\.control\.from)/.test(scope));
    const nested = text === 'CMD' && scopes.includes('meta.instruction.healthcheck.dockerfile');
    if (keyword !== undefined && !nested) starts.set(line, text);
    else if (scopes.includes('meta.instruction.unknown.dockerfile')) starts.set(line, '?');
  }
  return [...starts].map(([line, keyword]) => `${line + 1} ${keyword}`).join(', ');
}

/** What can mislead a line-based reader, and what BuildKit's parser makes of it. */
const hard: readonly (readonly [reason: string, text: string, outline: string])[] = [
  ['a blank before the quoted word', "RUN cat << 'END' > /f\nsetopt\nEND\nRUN b", '1 RUN, 4 RUN'],
  ['a blank before the word', 'RUN cat << END\nFROM x\nEND\nRUN b', '1 RUN, 4 RUN'],
  ['a heredoc on another descriptor', 'RUN 3<<END cat /dev/fd/3\nFROM inside\nEND\nUSER a', '1 RUN, 4 USER'],
  ['a word quoted in part', 'RUN <<E"N"D\nUSER x\nEND\nUSER a', '1 RUN, 4 USER'],
  ['a word with a dollar', 'RUN <<$END\nUSER x\n$END\nUSER a', '1 RUN, 4 USER'],
  ['tabs count only where <<- says so', 'RUN <<-A <<B\n\tx\n\tA\n\tB\nUSER x\nB\nUSER a', '1 RUN, 7 USER'],
  ['tabs before the word of a plain heredoc', 'RUN <<A\n\tA\nUSER x\nA\nUSER a', '1 RUN, 5 USER'],
  ['three heredocs', 'COPY <<a <<b <<c /d/\nUSER\na\nUSER\nb\nUSER\nc\nUSER e', '1 COPY, 8 USER'],
  ['a heredoc on a continued line', 'RUN --mount=type=ssh \\\n  <<END\nUSER x\nEND\nUSER a', '1 RUN, 5 USER'],
  ['a heredoc before a continuation', 'RUN cat <<END \\\n  && ls\nUSER x\nEND\nUSER a', '1 RUN, 5 USER'],
  ['a heredoc after a comment that shows one', 'RUN a \\\n# <<X\n  b\nUSER a', '1 RUN, 4 USER'],
  ['an empty heredoc', 'RUN <<END\nEND\nUSER a', '1 RUN, 3 USER'],
  ['a heredoc among sources', 'COPY a <<END b /c/\nUSER x\nEND\nUSER a', '1 COPY, 4 USER'],
  ['ONBUILD with a heredoc', 'ONBUILD RUN <<END\nUSER x\nEND\nUSER a', '1 RUN, 4 USER'],
  ['a here-string', 'RUN cat <<<word\nUSER a', '1 RUN, 2 USER'],
  ['a shift', 'RUN echo $((1<<3))\nUSER a', '1 RUN, 2 USER'],
  ['a quoted operator', 'RUN echo "<<END"\nUSER a', '1 RUN, 2 USER'],
  ['an operator within a quoted word', 'RUN echo "a <<END"\nUSER a', '1 RUN, 2 USER'],
  ['an operator glued to a word', 'RUN cat<<END\nUSER a', '1 RUN, 2 USER'],
  ['a heredoc in a JSON string', 'CMD ["<<END"]\nUSER a', '1 CMD, 2 USER'],
  ['a doubled escape at the end', 'RUN echo a \\\\\nUSER a', '1 RUN, 2 USER'],
  ['a tripled escape at the end', 'RUN echo a \\\\\\\nUSER a', '1 RUN, 2 USER'],
  ['blanks after the escape', 'RUN a \\ \t\nUSER b\nUSER c', '1 RUN, 3 USER'],
  ['a blank line within', 'RUN a \\\n\n  b\nUSER c', '1 RUN, 4 USER'],
  ['a comment that ends in an escape', 'RUN a \\\n# b \\\n  c\nUSER d', '1 RUN, 4 USER'],
  ['a comment after a command that ends in an escape', 'RUN a # b \\\n  c\nUSER d', '1 RUN, 3 USER'],
  ['an escape on a line of its own', '\\\nFROM a\nUSER b', '2 FROM, 3 USER'],
  ['an escape right after the keyword', 'FROM\\\n  a\nUSER b', '1 FROM, 3 USER'],
  ['the backslash of a path', 'COPY a c:\\\nUSER b\nUSER c', '1 COPY, 3 USER'],
  ['the same with the backtick as escape', '# escape=`\nCOPY a c:\\\nUSER b', '2 COPY, 3 USER'],
  ['a backtick that continues', '# escape=`\nRUN a `\nUSER b\nUSER c', '2 RUN, 4 USER'],
  ['a backtick that does not', 'RUN a=`b`\nUSER c', '1 RUN, 2 USER'],
  ['a backtick at the end of a body', '# escape=`\nRUN <<END\nx `\nEND\nUSER a', '2 RUN, 5 USER'],
  ['an escape directive after an unknown one', '# a=b\n# escape=`\nRUN a `\nUSER b', '3 RUN, 4 USER'],
  ['an escape directive after prose', '# set x = y\n# escape=`\nRUN a \\\nUSER b\nUSER c', '3 RUN, 5 USER'],
  ['an escape directive after a #! line', '#!/bin/x\n# escape=`\nRUN a `\nUSER b', '3 RUN, 4 USER'],
  ['an escape directive after a blank line', '\n# escape=`\nRUN a `\nUSER b', '3 RUN, 4 USER'],
  ['an escape directive with more text', '# escape=` x\nRUN a `\nUSER b', '2 RUN, 3 USER'],
  ['a no-break space after the keyword', 'RUN\u00a0x\nUSER a', '1 ?, 2 USER'],
  ['a vertical tab after the keyword', 'RUN\vx\nUSER a', '1 RUN, 2 USER'],
  ['keywords without arguments', 'RUN\nCMD\nENTRYPOINT\nUSER a', '1 RUN, 2 CMD, 3 ENTRYPOINT, 4 USER'],
  ['an unknown instruction that continues', 'FOO \\\n  bar\nUSER a', '1 ?, 2 ?, 3 USER'],
  ['a string over lines', 'LABEL a="b \\\nUSER c" d=e\nUSER f', '1 LABEL, 3 USER'],
  ['line ends of Windows', 'RUN a \\\r\n  b\r\nUSER c\r\n', '1 RUN, 3 USER'],
  ['a continuation at the end of the file', 'USER a\nRUN b \\', '1 USER, 2 RUN'],
  // The rest is what a file looks like while it is typed.
  ['an open double quote in a command', 'RUN echo "a\nUSER b', '1 RUN, 2 USER'],
  ['an open single quote in a command', "RUN echo 'a\nUSER b", '1 RUN, 2 USER'],
  ['an open backtick in a command', 'RUN echo `a\nUSER b', '1 RUN, 2 USER'],
  ['an open parenthesis', 'RUN (a && b\nUSER c', '1 RUN, 2 USER'],
  ['an open group', 'RUN { a\nUSER c', '1 RUN, 2 USER'],
  ['an open if', 'RUN if true; then a\nUSER c', '1 RUN, 2 USER'],
  ['an open case', 'RUN case $a in b) c\nUSER d', '1 RUN, 2 USER'],
  ['an open expansion', 'RUN echo ${a\nUSER b', '1 RUN, 2 USER'],
  ['an open test', 'RUN [ -f a\nUSER b', '1 RUN, 2 USER'],
  ['an open string of PowerShell', 'RUN powershell "a\nUSER b', '1 RUN, 2 USER'],
  ['an open here-string of PowerShell', 'RUN powershell @"\nUSER b', '1 RUN, 2 USER'],
  ['an open block of PowerShell', 'SHELL ["pwsh"]\nRUN if ($a) {\nUSER b', '1 SHELL, 2 RUN, 3 USER'],
  ['an open string in a body', 'RUN <<END\necho "a\nEND\nUSER b', '1 RUN, 4 USER'],
  ['an open heredoc in a body', 'RUN <<END\ncat <<X\nEND\nUSER b', '1 RUN, 4 USER'],
  ['an open string of Python in a body', 'RUN python <<END\na = """b\nEND\nUSER b', '1 RUN, 4 USER'],
  ['an open object of JSON in a body', 'COPY <<END /a.json\n{"a": [\nEND\nUSER b', '1 COPY, 4 USER'],
  ['an open comment of JavaScript in a body', 'RUN node <<END\n/* a\nEND\nUSER b', '1 RUN, 4 USER'],
  ['an open string next to a heredoc', 'RUN echo "a <<END\nUSER b', '1 RUN, 2 USER'],
  ['an open array', 'CMD ["a",\nUSER b', '1 CMD, 2 USER'],
  ['an open string in an array', 'CMD ["a\nUSER b', '1 CMD, 2 USER'],
  ['an open value', 'ENV A="b\nUSER c', '1 ENV, 2 USER'],
  ['an open variable', 'FROM ${a\nUSER c', '1 FROM, 2 USER'],
  ['an open flag', 'COPY --chown="a\nUSER c', '1 COPY, 2 USER'],
];

describe('Dockerfile grammar: where an instruction ends', () => {
  let tokenize: (text: string) => Token[];

  before(async () => {
    tokenize = await tokenizer('source.dockerfile');
  });

  for (const [reason, text, expected] of hard) {
    it(reason, () => assert.equal(outline(tokenize(text)), expected));
  }

  it('ends there whatever the embedded grammar does', async () => {
    const greedy = {
      scopeName: 'source.shell',
      patterns: [{ name: 'leak', begin: '(?=.)', end: '(?!)', patterns: [{ begin: '.', end: '(?!)' }] }],
      repository: {},
    };
    // @ts-expect-error a grammar as it is in a file: without the engine's internal `$self` and `$base`
    const hostile = await tokenizer('source.dockerfile', { 'source.shell': greedy });
    const text = 'RUN a "b \\\n # c\n d\nCMD e\nRUN <<END\nUSER f\nEND\nHEALTHCHECK CMD g\nUSER h';
    assert.equal(outline(hostile(text)), '1 RUN, 4 CMD, 5 RUN, 8 HEALTHCHECK, 9 USER');
  });

  it('colours a fence in Markdown line by line and lets the text after it be', async () => {
    const markdown = await tokenizer('text.html.markdown');
    const tokens = markdown('```dockerfile\nFROM a AS b\nRUN echo "x \\\n  y\nUSER c\n```\n# Title');
    assert.equal(outline(tokens), '2 FROM, 3 RUN, 5 USER');
    assert.ok(tokens.at(-1)?.scopes.includes('markup.heading.markdown'));
  });
});
