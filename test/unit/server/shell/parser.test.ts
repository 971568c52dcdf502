import assert from 'node:assert/strict';
import type { Shell } from '../../../../server/language/diagnostics/rule.ts';
import { parse } from '../../../../server/language/dockerfile/parse.ts';
import { shell } from '../../../support/shell.ts';
import { shellText } from '../../../support/shellText.ts';

const sh: Shell = { words: ['/bin/sh', '-c'], kind: 'sh', chosen: false };

/** The scripts of a file's last instruction: `form dialect: tree`, `broken` before what was not read to its end. */
function scripts(text: string, chosen: Partial<Shell> = {}): readonly string[] {
  const instruction = parse(`FROM a\n${text}`).instructions.at(-1)!;
  return shell
    .scripts(instruction, { ...sh, ...chosen })
    .map(
      (script) =>
        `${script.broken ? 'broken ' : ''}${script.form} ${script.dialect}: ${shellText(script, instruction.source)}`,
    );
}

const rows = (cases: readonly (readonly [text: string, tree: string])[]) => {
  for (const [text, tree] of cases)
    it(JSON.stringify(text).slice(1, -1), () => assert.deepEqual(scripts(text), [`shell sh: ${tree}`]));
};

describe('shell commands', () => {
  rows([
    ['RUN apt-get -y install curl', 'apt-get -y install curl'],
    ['RUN a && b || c', '(a && b || c)'],
    ['RUN a; b & c', '(a ; b & c)'],
    ['RUN a; b;', '(a ; b)'],
    ['RUN a | b |& c', '(a | b | c)'],
    ['RUN a && b | c', '(a && (b | c))'],
    ['RUN a | b && c', '((a | b) && c)'],
    ['RUN ! a && b', '(negation{a} && b)'],
    ['RUN ! a | b', 'negation{(a | b)}'],
    ['RUN ! { a; b; } && c', '(negation{group{(a ; b)}} && c)'],
    ['RUN a; ! if b; then ! { c; }; fi', '(a ; negation{if{b, negation{group{c}}}})'],
    ['RUN ! { a; } | b > c', 'negation{(group{a} | b >c)}'],
    ['RUN ! (a) && ! [ b ]', '(negation{subshell{a}} && negation{[ b ]})'],
    ['RUN (a; b)', 'subshell{(a ; b)}'],
    ['RUN { a && b; } | c', '(group{(a && b)} | c)'],
    ['RUN if a && b; then c; d; elif e; then f; else g; fi', 'if{(a && b), (c ; d), e, f, g}'],
    ['RUN for x in b $(a); do c; d; done', 'loop{a, (c ; d)}'],
    ['RUN while read x; do y; done < z', 'loop{read x, y} <z'],
    ['RUN until a | b; do c; done', 'loop{(a | b), c}'],
    ['RUN case $(x) in a|b) c;; *) d && e;; esac && f', '(case{x, c, (d && e)} && f)'],
    ['RUN f() { a; }; f', '(function{group{a}} ; f)'],
    ['RUN [ -f x -a "$(b)" = z ]', '[ -f x -a ~$(b)‹"$(b)"›[b] = z ]'],
    ['RUN [[ ! -f a || b == c ]]', '[[ ! -f a || b == c ]]'],
    ['RUN time a', 'time a'],
    ['RUN a # b && c', 'a'],
    ['RUN #a', '()'],
    ['RUN find . -exec rm {} \\; -print', 'find . -exec rm {} ;‹\\;› -print'],
  ]);
});

describe('shell words', () => {
  rows([
    ['RUN a "b c" \'d e\' f\\ g', `a «b c»‹"b c"› «d e»‹'d e'› «f g»‹f\\ g›`],
    ['RUN a "b"\'c\'d', `a bcd‹"b"'c'd›`],
    ["RUN a $'x\\ty\\x41'", "a «x\tyA»‹$'x\\ty\\x41'›"],
    ['RUN a $"b"', 'a b‹$"b"›'],
    ['RUN a "\\$b\\"\\c"', 'a $b"\\c‹"\\$b\\"\\c"›'],
    ['RUN a ""', 'a «»‹""›'],
    ['RUN a $X "$X" ${X:-b}', 'a ~$X ~$X‹"$X"› ~${X:-b}'],
    ['RUN a $(b "$(c)") `d` "e$(f)g"', 'a ~«$(b "$(c)")»[b ~$(c)‹"$(c)"›[c]] ~`d`[d] ~e$(f)g‹"e$(f)g"›[f]'],
    ['RUN a ${X:-$(b)} $((1 + $(c)))', 'a ~${X:-$(b)}[b] ~«$((1 + $(c)))»[c]'],
    ['RUN a *.b c? d[1] {e,f} {1..3}', 'a ~*.b ~c? ~d[1] ~{e,f} ~{1..3}'],
    ['RUN a "*" \\* {} [ ~/b', 'a *‹"*"› *‹\\*› {} [ ~/b'],
    ['RUN a b=c --d=e', 'a b=c --d=e'],
    ['RUN a b#c', 'a b#c'],
    ['RUN /usr/bin/a', '/usr/bin/a'],
    ['RUN "$a" b', '~$a‹"$a"› b'],
  ]);
});

describe('shell assignments and redirections', () => {
  rows([
    ['RUN A=1 B="c d" e f=g', 'A=1 B=«c d»‹"c d"› e f=g'],
    ['RUN A=$(b)', 'A=~$(b)[b]'],
    ['RUN A= b', 'A= b'],
    ['RUN A=1 B=2', 'A=1 B=2'],
    ['RUN export A=$(b) C', 'export ~A=$(b)[b] C'],
    ['RUN a > /dev/null 2>&1', 'a >/dev/null 2>&1'],
    ['RUN a >> b < c &> d', 'a >>b <c &>d'],
    ['RUN a <<< "b"', 'a <<<b‹"b"›'],
    ['RUN a b > c d', 'a b d >c'],
    ['RUN > a b', 'b >a'],
    ['RUN pip install b>=1.0 c', 'pip install b c >=1.0'],
    ['RUN a && b > c && d', '(a && b >c && d)'],
    ['RUN a | b > c', '(a | b >c)'],
    ['RUN ! a > b', 'negation{a >b}'],
    ['RUN { a; } > b', 'group{a} >b'],
    ['RUN a > >(b)', 'a >~>(b)[b]'],
    ['RUN > a', '>a'],
  ]);
});

describe('shell commands over several lines', () => {
  rows([
    ['RUN a \\\n  && b', '(a && b)'],
    ['RUN a-\\\nb c', 'a-b‹a-\\↵b› c'],
    ['RUN a \\\n# x "y\n  b \\\n\n  c', 'a b c'],
    ['RUN a \\\r\n  && b\r', '(a && b)'],
    ['RUN "a \\\n  b"', '«a   b»‹"a \\↵  b"›'],
    ['RUN --mount=type=cache,target=/x a && b', '(a && b)'],
    ['ONBUILD RUN a && b', '(a && b)'],
  ]);

  it('joins lines at the escape character of the file', () => {
    const text = '# escape=`\nFROM a\nSHELL ["sh", "-c"]\nRUN a `\n  b\\ c';
    const [script] = shell.scripts(parse(text).instructions.at(-1)!, sh);
    assert.equal(shellText(script!), 'a «b c»');
  });

  it('ends a span behind its last character, not in the next line', () => {
    const instruction = parse('FROM a\nRUN a \\\n  && b').instructions[1]!;
    const { root } = shell.scripts(instruction, sh)[0]!;
    assert.ok(root.kind === 'list');
    const slices = [...root.parts, ...root.operators].map(({ span }) => instruction.source.slice(span.start, span.end));
    assert.deepEqual(slices, ['a', 'b', '&&']);
  });
});

describe('shell scripts in heredocs', () => {
  const cases: readonly (readonly [text: string, scripts: readonly string[]])[] = [
    ['RUN <<EOF\na\nb && c # x\n# y\n\nd \\\n  e\nEOF', ['heredoc sh: (a ; b && c ; d e)']],
    ['RUN <<-EOF\n\t\tif a; then\n\t\t\tb\n\t\tfi\n\tEOF', ['heredoc sh: if{a, b}']],
    ['RUN <<-EOF\n\ta "b\n\tc"\n\tEOF', ['heredoc sh: a «b\nc»‹"b↵\tc"›']],
    ['RUN <<EOF\r\na\r\nb\r\nEOF\r\n', ['heredoc sh: (a ; b)']],
    ['RUN <<EOF\n#!/bin/bash -e\na\nEOF', ['heredoc bash: a']],
    ['RUN <<EOF\n#!/usr/bin/env -S bash -e\na\nEOF', ['heredoc bash: a']],
    ['RUN <<EOF\n#!/usr/bin/env python3\na\nEOF', []],
    ['RUN <<EOF\nEOF', ['heredoc sh: ()']],
    ['RUN <<A <<B\na\nA\nb\nB', ['shell sh: <<A <<B']],
    ['RUN bash <<EOF\na\nEOF', ['shell sh: bash <<EOF', 'heredoc bash: a']],
    ['RUN <<EOF bash\na\nEOF', ['shell sh: bash <<EOF', 'heredoc bash: a']],
    [
      'RUN <<A bash 2>&1 > x && <<B python3\na\nA\nb\nB',
      ['shell sh: (bash <<A 2>&1 >x && python3 <<B)', 'heredoc bash: a'],
    ],
    ['RUN sh -ex <<"EOF" && b <<X\na\nEOF\nx\nX', ['shell sh: (sh -ex <<EOF‹"EOF"› && b <<X)', 'heredoc sh: a']],
    ['RUN bash -c c <<EOF\na\nEOF', ['shell sh: bash -c c <<EOF']],
    ['RUN python3 <<EOF\na\nEOF', ['shell sh: python3 <<EOF']],
    ['RUN cat <<EOF > /x && b\na $(c)\nEOF', ['shell sh: (cat <<EOF >/x && b)']],
    ['RUN <<EOF cat > /x\na\nEOF', ['shell sh: cat <<EOF >/x']],
    ['RUN cat <<-EOF | b\na\n\tEOF', ['shell sh: (cat <<-EOF | b)']],
    ['RUN <<EOF\ncat > /x <<X && b; c\nd && e\nX\nf\nEOF', ['heredoc sh: (cat >/x <<X && b ; c ; f)']],
    ['RUN echo $((1 << 2)) && a', ['shell sh: (echo ~«$((1 << 2))» && a)']],
    ['ONBUILD RUN <<EOF\na\nEOF', ['heredoc sh: a']],
  ];
  for (const [text, expected] of cases)
    it(JSON.stringify(text).slice(1, -1), () => assert.deepEqual(scripts(text), expected));
});

describe('shell scripts in JSON form', () => {
  const cases: readonly (readonly [text: string, scripts: readonly string[]])[] = [
    ['RUN ["a", "b c", "$X"]', ['exec sh: a‹"a"› «b c»‹"b c"› $X‹"$X"›']],
    ['RUN ["sh", "-c", "a && b"]', ['exec sh: (a && b)']],
    ['RUN ["/bin/bash", "-o", "pipefail", "-ec", "a | b", "x"]', ['exec bash: (a | b)']],
    ['RUN ["sh", "-c", "a \\"b c\\" \\u0064"]', ['exec sh: a «b c»‹\\"b c\\"› d‹\\u0064›']],
    ['RUN ["sh", \\\n  "-c", "a \\\nb"]', ['exec sh: a b']],
    ['RUN ["sh", "x.sh"]', ['exec sh: sh‹"sh"› x.sh‹"x.sh"›']],
    ['RUN []', []],
  ];
  for (const [text, expected] of cases)
    it(JSON.stringify(text).slice(1, -1), () => assert.deepEqual(scripts(text), expected));
});

describe('shells', () => {
  it('reads for bash what bash runs', () => {
    assert.deepEqual(scripts('RUN a', { kind: 'bash' }), ['shell bash: a']);
  });
  for (const kind of ['powershell', 'cmd', 'other'] as const) {
    it(`reads nothing that ${kind} runs`, () => assert.deepEqual(scripts('RUN a', { kind }), []));
  }
  it('reads a heredoc that names its shell', () => {
    assert.deepEqual(scripts('RUN <<E\n#!/bin/sh\na\nE', { kind: 'powershell' }), ['heredoc sh: a']);
  });
  it('reads nothing but RUN', () => {
    assert.deepEqual(scripts('CMD a && b'), []);
  });
});

describe('broken shell scripts', () => {
  const cases: readonly (readonly [text: string, script: string])[] = [
    ['RUN a && && b', '(a && b)'],
    ['RUN a && b "c', '(a && b)'],
    ['RUN a ( b', 'a'],
    ['RUN { a;', 'a'],
  ];
  for (const [text, tree] of cases)
    it(`gives what can be read: ${text}`, () => assert.deepEqual(scripts(text), [`broken shell sh: ${tree}`]));

  const depth = 5000;
  for (const unit of [
    '(',
    '$(',
    '"$(',
    '`',
    '{ ',
    'if a; then ',
    '[[ ( ',
    '${x:-',
    '$((',
    'a > x && ',
    'a | ',
    '))',
    '! ( ',
  ])
    it(`survives ${depth} of ${unit}`, () => {
      assert.doesNotThrow(() => scripts(`RUN x ${unit.repeat(depth)}`));
    });

  it('leaves out what is nested deeper than anybody nests', () => {
    const [script] = scripts(`RUN ${'( '.repeat(100)}a${' )'.repeat(100)}`);
    assert.match(script!, /^broken shell sh: subshell.*other\{\}/);
  });

  it('reads a list of any length', () => {
    const [script] = scripts(`RUN a${' > b && a'.repeat(3000)}`);
    assert.equal(script?.match(/&&/g)?.length, 3000);
  });

  it('still reads when it gave up on a script', () => {
    scripts(`RUN ${'))'.repeat(8000)}`);
    assert.deepEqual(scripts('RUN a'), ['shell sh: a']);
  });
});
