import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Dockerfile, Instruction } from '../../../../../server/language/dockerfile/dockerfile.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { random } from '../../../../support/random.ts';

const sources: readonly string[] = JSON.parse(
  readFileSync(new URL('../../../../fixtures/parser-cases.json', import.meta.url), 'utf8'),
).map(({ dockerfile }: { dockerfile: string }) => dockerfile);

/** Everything that a Dockerfile says, as plain values. */
function said({ instructions, stages, ...rest }: Dockerfile): unknown {
  return {
    ...rest,
    instructions: instructions.map(saidOf),
    stages: stages.map(({ from, instructions: own, ...stage }) => ({
      ...stage,
      from: from.span,
      instructions: own.map(({ span }) => span),
    })),
  };
}

function saidOf(instruction: Instruction): unknown {
  const { keyword, keywordText, keywordSpan, span, startLine, endLine, flags, words, json } = instruction;
  const { heredocs, blankLines, docComments, stage, error, source, body, trigger } = instruction;
  const bodyOffsets = [...body.text].map((_, index) => body.offsetAt(index));
  return {
    ...{ keyword, keywordText, keywordSpan, span, startLine, endLine, flags, words, json, heredocs, blankLines },
    ...{ docComments, stage, error, source, body: body.text, bodyOffsets },
    trigger: trigger && saidOf(trigger),
  };
}

const typed = [
  '\n',
  '\\\n',
  '#',
  ' ',
  '<<E\n',
  'E\n',
  'FROM b\n',
  '# escape=`\n',
  '\\',
  '"',
  '# c\n',
  '\r\n',
  '\ufeff',
  'x',
];

describe('parsing an edited file', () => {
  it('reads the same as reading it anew, whatever is typed or deleted where', () => {
    const next = random(7);
    for (const source of sources) {
      let text = `${source}\n# c\nRUN <<E a\nb\nE\nfrom x as y\nCOPY a \\\n\n # d\n b\n`;
      let dockerfile = parse(text);
      for (let version = 0; version < 60; version++) {
        for (let edits = 1 + next(3); edits > 0; edits--) {
          const at = next(text.length + 1);
          const length = next(3) === 0 ? 0 : next(12);
          text = text.slice(0, at) + (next(3) === 0 ? '' : typed[next(typed.length)]) + text.slice(at + length);
        }
        dockerfile = parse(text, dockerfile);
        assert.deepEqual(said(dockerfile), said(parse(text)), JSON.stringify(text));
      }
    }
  });

  const text = 'FROM a\n# b\nRUN c\nFROM d\nRUN e';
  const owns = ({ instructions }: Dockerfile) => instructions.map(({ own }) => own);
  const kept = (edited: string) => {
    const before = new Set(owns(parse(text)));
    const first = parse(text);
    const known = new Set(owns(first));
    assert.ok(owns(first).every((own) => !before.has(own)));
    return parse(edited, first).instructions.map(({ own, keyword }) => `${keyword} ${known.has(own)}`);
  };
  const cases: readonly (readonly [edited: string, kept: readonly string[]])[] = [
    ['FROM a\n# b\nRUN cc\nFROM d\nRUN e', ['FROM true', 'RUN false', 'FROM true', 'RUN true']],
    ['FROM aa\n# b\nRUN c\nFROM d\nRUN e', ['FROM false', 'RUN true', 'FROM true', 'RUN true']],
    ['FROM a\n# b\nRUN c\nFROM d\nRUN ee', ['FROM true', 'RUN true', 'FROM true', 'RUN false']],
    ['FROM a\n# b\nRUN c\nUSER x\nFROM d\nRUN e', ['FROM true', 'RUN true', 'USER false', 'FROM true', 'RUN true']],
    ['FROM aa\n# b\nRUN c\nFROM d\nRUN ee', ['FROM false', 'RUN true', 'FROM true', 'RUN false']],
    ['FROM aa\nFROM d\nRUN ee', ['FROM false', 'FROM true', 'RUN false']],
    ['# escape=`\n# b\nRUN c\nFROM d\nRUN e', ['RUN false', 'FROM false', 'RUN false']],
  ];
  for (const [edited, expected] of cases) {
    it(`reads only what was touched: ${JSON.stringify(edited)}`, () => assert.deepEqual(kept(edited), expected));
  }

  it('takes no instruction for two, however often it is written', () => {
    const before = parse('FROM a\nRUN b\nRUN b\nRUN c\nRUN b');
    const edited = owns(parse('FROM aa\nRUN b\nRUN b\nRUN b\nRUN b\nRUN cc\nRUN b', before));
    assert.equal(new Set(edited).size, edited.length);
    assert.equal(edited.filter((own) => owns(before).includes(own)).length, 3);
  });
});
