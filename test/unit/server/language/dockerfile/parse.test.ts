import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { type ParserNode, parserNodes } from '../../../../../server/language/dockerfile/parserNodes.ts';

interface Case {
  readonly name: string;
  readonly dockerfile: string;
  readonly buildkit: { readonly escape: string; readonly nodes: readonly ParserNode[]; readonly error?: string };
}

function readCases(file: string): readonly Case[] {
  return JSON.parse(readFileSync(new URL(`../../../../fixtures/${file}`, import.meta.url), 'utf8'));
}

const cases: readonly Case[] = [
  ...readCases('parser-cases.json'),
  // Answers that were worked out from BuildKit's source, not recorded.
  ...readCases('parser-cases-read.json'),
];

/** The fields that `cli.js parse` prints: the recorded answers have more. */
function printed({ value, flags, args, json, heredocs, start, end }: ParserNode): ParserNode {
  return { value, ...(flags && { flags }), args, ...(json && { json }), ...(heredocs && { heredocs }), start, end };
}

describe("parse, against BuildKit's answers", () => {
  for (const { name, dockerfile, buildkit } of cases) {
    it(name, () => {
      const answer = parserNodes(parse(dockerfile));
      if (buildkit.error !== undefined) assert.ok('error' in answer);
      else assert.deepEqual(answer, { escape: buildkit.escape, nodes: buildkit.nodes.map(printed) });
    });
  }
});

describe('parse, spans', () => {
  /** What stands in the text at each span of the instruction's flags and words. */
  function written(text: string, index = 0): readonly string[] {
    const { flags, words } = parse(text).instructions[index]!;
    return [...flags, ...words].map(({ span }) => text.slice(span.start, span.end));
  }

  it('point at words behind continuations and comments', () => {
    const text = 'COPY --from=a \\\n  # note\n\n  one \\\r\n\ttwo /three\n';
    assert.deepEqual(written(text), ['--from=a', 'one', 'two', '/three']);
  });

  it('cover a word that a continuation splits, and nothing behind it', () => {
    assert.deepEqual(written('COPY on\\\ne \\\n  /two\n'), ['on\\\ne', '/two']);
  });

  it('cover a keyword that a continuation splits', () => {
    const text = 'FR\\\nOM a\n';
    const { keyword, keywordSpan } = parse(text).instructions[0]!;
    assert.equal(keyword, 'FROM');
    assert.equal(text.slice(keywordSpan.start, keywordSpan.end), 'FR\\\nOM');
  });

  it('cover JSON strings with their quotes', () => {
    assert.deepEqual(written('CMD ["a \\" b", \\\n "c"]'), ['"a \\" b"', '"c"']);
  });

  it('split a flag at its first equals sign, quotes included', () => {
    const text = 'COPY --chown="a b:c" x /y';
    const flag = parse(text).instructions[0]!.flags[0]!;
    assert.equal(flag.value, 'a b:c');
    assert.equal(text.slice(flag.nameSpan.start, flag.nameSpan.end), 'chown');
    assert.equal(text.slice(flag.valueSpan!.start, flag.valueSpan!.end), '"a b:c"');
  });

  it('cover heredoc bodies without the closing line, and the instruction with it', () => {
    const text = 'RUN <<A <<-B\none\nA\n\ttwo\n\tB\nCMD x';
    const [run] = parse(text).instructions;
    assert.deepEqual(
      run!.heredocs.map(({ bodySpan }) => text.slice(bodySpan.start, bodySpan.end)),
      ['one\n', '\ttwo\n'],
    );
    assert.equal(text.slice(run!.span.start, run!.span.end), text.slice(0, -'\nCMD x'.length));
  });

  it('count from the byte order mark as the document does', () => {
    assert.deepEqual(parse('\ufeffFROM a').instructions[0]!.keywordSpan, { start: 1, end: 5 });
  });

  it('lead from the joined body back into the file', () => {
    const text = 'RUN a && \\\n  # why\n  b';
    const { body } = parse(text).instructions[0]!;
    assert.equal(body.text, 'a &&   b');
    assert.equal(body.offsetAt(body.text.indexOf('b')), text.lastIndexOf('b'));
    assert.equal(body.offsetAt(body.text.length), text.length);
  });

  it('find the directives, names in lower case', () => {
    const text = '# Syntax = docker/dockerfile:1 x\n#escape=`\nFROM a `\n AS b';
    const { directives, escape: escapeToken, stages } = parse(text);
    assert.deepEqual(
      directives.map(({ name, value, nameSpan, valueSpan }) => [
        name,
        value,
        text.slice(nameSpan.start, nameSpan.end),
        text.slice(valueSpan.start, valueSpan.end),
      ]),
      [
        ['syntax', 'docker/dockerfile:1 x', 'Syntax', 'docker/dockerfile:1 x'],
        ['escape', '`', 'escape', '`'],
      ],
    );
    assert.equal(escapeToken, '`');
    assert.equal(stages[0]?.name?.value, 'b');
  });
});

describe('parse, what BuildKit refuses', () => {
  const refused: readonly (readonly [code: string, text: string])[] = [
    ['NoInstructions', '# only a comment\n'],
    ['DuplicateDirective', '# check=skip=all\n# check=skip=all\nFROM a\n'],
    ['InvalidEscape', '# escape=x\nFROM a\n'],
    ['MissingArgument', 'FROM a\nENV x\n'],
    ['MissingEquals', 'FROM a\nLABEL a=1 b\n'],
    ['JsonNotStrings', 'FROM a\nCMD ["a", 1]\n'],
    ['JsonNotStrings', 'FROM a\nONBUILD VOLUME [null]\n'],
    ['UnterminatedHeredoc', 'FROM a\nRUN cat <<EOF\nx\n'],
    ['UnterminatedHeredoc', 'FROM a\nRUN cat <<-EOF\nx\n EOF\n'],
    ['LineTooLong', `FROM a\nRUN ${'x'.repeat(65_536)}\n`],
    ['LineTooLong', `FROM a\nRUN ${'é'.repeat(32_766)}\n`],
    ['LineTooLong', `\ufeffFROM ${'a'.repeat(65_528)}`],
  ];
  for (const [code, text] of refused) {
    it(`${code}: ${JSON.stringify(text.slice(0, 40))}`, () => assert.equal(parse(text).error?.code, code));
  }

  it('takes the longest line there can be', () => {
    assert.equal(parse(`FROM a\nRUN ${'x'.repeat(65_531)}\n`).error, undefined);
    assert.equal(parse(`\ufeffFROM ${'a'.repeat(65_527)}`).error, undefined);
  });

  it('reads on behind a mistake', () => {
    const { instructions, stages } = parse('FROM a\nRUN cat <<EOF\nCMD ["x", 1]\nFROM b\n');
    assert.deepEqual(
      instructions.map(({ keyword }) => keyword),
      ['FROM', 'RUN', 'CMD', 'FROM'],
    );
    assert.equal(stages.length, 2);
  });
});

describe('parse, stages', () => {
  it('build on an earlier stage by name, without case, through the default of a global ARG', () => {
    const { stages } = parse(
      'ARG BASE=One\nFROM x AS one\nFROM ${BASE} AS two\nFROM two\nFROM later\nFROM y AS later\n',
    );
    assert.deepEqual(
      stages.map(({ base }) => base),
      [undefined, 0, 1, undefined, undefined],
    );
  });

  it('build on the last stage of a name that is used twice', () => {
    assert.equal(parse('FROM x AS a\nFROM y AS a\nFROM a\n').stages[2]?.base, 1);
  });

  it('have no name until AS has one', () => {
    assert.equal(parse('FROM x AS\n').stages[0]?.name, undefined);
    assert.equal(parse('FROM\n').stages[0]?.image, undefined);
  });
});

describe('parse, comments and blank lines', () => {
  it('hands on the comments above an instruction, past blank lines, up to an empty one', () => {
    const { instructions } = parse('# escape=`\n# gone\n#\n# one\n\n#two\nFROM a\nRUN x `\n# inside\n y\nCMD z\n');
    assert.deepEqual(
      instructions.map(({ docComments }) => docComments),
      [['one', 'two'], [], []],
    );
  });

  it('hands on an indented comment with its #, as BuildKit does', () => {
    assert.deepEqual(parse('  #  x \nFROM a').instructions[0]!.docComments, ['#  x']);
  });

  it('knows the blank lines inside a continuation', () => {
    assert.deepEqual(parse('FROM a\nRUN x \\\n\n # c\n\t\n y\n\nCMD z').instructions[1]!.blankLines, [2, 4]);
  });

  it('takes no time over a million blanks', () => {
    assert.equal(parse(`# escape=${' '.repeat(1_000_000)}x\nFROM a`).error?.code, 'InvalidEscape');
    assert.equal(parse(`FROM a\nRUN <<A\n${'\r'.repeat(1_000_000)}x\n`).error?.code, 'LineTooLong');
  });
});
