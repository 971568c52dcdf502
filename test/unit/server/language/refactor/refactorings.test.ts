import assert from 'node:assert/strict';
import { CodeActionKind } from 'vscode-languageserver-types';
import { applyEdits } from '../../../../../server/language/applyEdits.ts';
import { codeActions } from '../../../../../server/language/codeActions.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { refactorings } from '../../../../../server/language/refactor/refactorings.ts';
import { assertElseUnchanged } from '../../../../support/fixes.ts';

/** What can be done at `<|>`, or to what is between two of them. */
function at(marked: string): { readonly text: string; readonly fixes: ReturnType<typeof refactorings> } {
  const [before = '', selected, ...rest] = marked.split('<|>');
  const text = before + selected + rest.join('');
  const span = { start: before.length, end: before.length + (rest.length > 0 ? selected!.length : 0) };
  return { text, fixes: refactorings(parse(text), span, () => true) };
}

const split = 'Split the stage after this instruction';
const ofSelection = 'Make the selection a stage of its own';

type Case = readonly [before: string, after?: string];

const cases: Readonly<Record<string, readonly Case[]>> = {
  'Write A=…': [
    ['FROM a\nENV <|>A b', 'FROM a\nENV A=b'],
    ['FROM a\nLABEL A b  c<|>', 'FROM a\nLABEL A="b  c"'],
    ['FROM a\nONBUILD ENV A b<|>', 'FROM a\nONBUILD ENV A=b'],
    ['FROM a\nENV A=b<|>'],
  ],
  'Use LABEL instead': [['FROM a\nMAINT<|>AINER me', 'FROM a\nLABEL org.opencontainers.image.authors="me"']],
  'Write it in JSON form, without a shell': [
    ['FROM a\n<|>CMD node  server.js --port=1', 'FROM a\nCMD ["node", "server.js", "--port=1"]'],
    ['FROM a\n<|>RUN a "b c" \'$d\'e', 'FROM a\nRUN ["a", "b c", "$de"]'],
    ['FROM a\n<|>RUN --mount=type=ssh a \\\n  b', 'FROM a\nRUN --mount=type=ssh ["a", "b"]'],
    ['FROM a\n<|>ENTRYPOINT ["a"]'],
    ['FROM a\n<|>CMD a $b'],
    ['FROM a\n<|>CMD a "$b"'],
    ['FROM a\n<|>CMD a; b'],
    ['FROM a\n<|>CMD ls *.js'],
    ['FROM a\n<|>CMD A=1 b'],
    ['FROM a\n<|>CMD exec b'],
    ['FROM a\n<|>CMD a ~/b'],
    ['FROM a\n<|>CMD a # b'],
    ['FROM a\n<|>RUN a \\\n# why\n  b'],
    ['FROM a\n<|>RUN <<E\na\nE'],
  ],
  'Write it in JSON form, with the shell': [
    ['FROM a\n<|>CMD a $b', 'FROM a\nCMD ["/bin/sh", "-c", "a $b"]'],
    ['FROM a\n<|>RUN a && \\\n  "b"', 'FROM a\nRUN ["/bin/sh", "-c", "a &&   \\"b\\""]'],
    [
      'FROM a\nSHELL ["/bin/bash", "-ec"]\n<|>CMD a $b',
      'FROM a\nSHELL ["/bin/bash", "-ec"]\nCMD ["/bin/bash", "-ec", "a $b"]',
    ],
    ['FROM a\nSHELL ["pwsh", "-c"]\n<|>CMD a $b', 'FROM a\nSHELL ["pwsh", "-c"]\nCMD ["pwsh", "-c", "a $b"]'],
    ['FROM a\nSHELL ["cmd", "/S", "/C"]\n<|>CMD a "b"'],
    ['# escape=`\nFROM a\n<|>CMD a %b%'],
  ],
  'Write it in shell form': [
    ['FROM a\n<|>CMD ["a", "b c", "d\'e", "$f", ""]', "FROM a\nCMD a 'b c' 'd'\\''e' '$f' ''"],
    ['FROM a\n<|>RUN ["/bin/sh", "-c", "a && b \\"c\\""]', 'FROM a\nRUN a && b "c"'],
    ['FROM a\n<|>RUN ["/bin/bash", "-c", "a && b"]', "FROM a\nRUN /bin/bash -c 'a && b'"],
    ['FROM a\n<|>RUN ["A=b", "c"]', "FROM a\nRUN 'A=b' c"],
    ['FROM a\nONBUILD <|>CMD ["a", "b"]', 'FROM a\nONBUILD CMD a b'],
    ['FROM a\n<|>RUN ["a", "b\\nc"]'],
    ['FROM a\n<|>RUN ["--x"]'],
    ['FROM a\n<|>RUN ["/bin/sh", "-c", "[\\"a\\"]"]'],
    ['FROM a\n<|>RUN ["/bin/sh", "-c", "cat <<E"]'],
    ['FROM a\n<|>RUN ["/bin/sh", "-c", "a \\\\"]'],
    ['FROM a\n<|>CMD []'],
    ['FROM a\n<|>SHELL ["a", "b"]'],
    ['# escape=`\nFROM a\n<|>CMD ["a", "b"]'],
  ],
  'Write an ENV for each': [
    ['FROM a\n  env A=1<|> \\\n  B="2 3" C=4', 'FROM a\n  env A=1\n  env B="2 3"\n  env C=4'],
    ['FROM a\r\nENV A=1 B=2<|>\r\n', 'FROM a\r\nENV A=1\r\nENV B=2\r\n'],
    ['FROM a\n<|>ENV A=1 B=$A'],
    ['FROM a\n<|>ENV A=1 \\\n# why\n  B=2'],
    ['FROM a\n<|>ENV A=1'],
    ['FROM a\nONBUILD <|>ENV A=1 B=2'],
  ],
  [split]: [
    ['FROM a\nRUN x<|>\nRUN y', 'FROM a AS base\nRUN x\n\nFROM base\nRUN y'],
    ['FROM a AS b # c\nRUN x<|>\nRUN y'],
    ['from a as b\nrun x<|>\n# why\nrun y', 'from a as base\nrun x\n\nfrom base as b\n# why\nrun y'],
    [
      'FROM --platform=p a AS b\r\nRUN <<E<|>\r\nx\r\nE\r\nRUN y',
      'FROM --platform=p a AS base\r\nRUN <<E\r\nx\r\nE\r\n\r\nFROM base AS b\r\nRUN y',
    ],
    ['FROM base AS b\nRUN x<|>\nRUN y\nFROM b', 'FROM base AS base2\nRUN x\n\nFROM base2 AS b\nRUN y\nFROM b'],
    // stages that are known by number
    [
      'FROM a\nFROM b\nRUN x<|>\nCOPY --from=0 p q\nFROM c\nCOPY --from=1 p q\nCOPY --from=0 p q',
      'FROM a\nFROM b AS base\nRUN x\n\nFROM base\nCOPY --from=0 p q\nFROM c\nCOPY --from=2 p q\nCOPY --from=0 p q',
    ],
    // where it would make a difference, or none
    ['FROM a\nCMD ["x"]<|>\nENTRYPOINT ["y"]'],
    ['FROM a\nONBUILD RUN x<|>\nRUN y'],
    ['FROM <|>a\nRUN x'],
    ['FROM a\nRUN x\nRUN y<|>'],
  ],
  // what is selected stands between the two others
  [ofSelection]: [
    [
      'FROM a\nRUN x\n<|>RUN y\nRUN z<|>\nCMD ["c"]',
      'FROM a AS base\nRUN x\n\nFROM base AS extracted\nRUN y\nRUN z\n\nFROM extracted\nCMD ["c"]',
    ],
    ['FROM a\n<|>RUN x\nRUN y<|>\nRUN z', 'FROM a AS base\nRUN x\nRUN y\n\nFROM base\nRUN z'],
    ['FROM a\nRUN x\n<|>RUN y\nRUN z<|>', 'FROM a AS base\nRUN x\n\nFROM base\nRUN y\nRUN z'],
  ],
};

describe('refactorings', () => {
  for (const [title, family] of Object.entries(cases)) {
    for (const [marked, after] of family) {
      it(`${title}: ${JSON.stringify(marked)}`, () => {
        const { text, fixes } = at(marked);
        const found = fixes.find(({ fix }) => fix.title === title)?.fix;
        assert.equal(found && applyEdits(text, found.edits), after);
        if (found && title !== split && title !== ofSelection) assertElseUnchanged(text, found.edits);
      });
    }
  }

  it('come with the kind that an editor asks for, and without a finding', () => {
    const dockerfile = parse('FROM a\nRUN x\nRUN y');
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } };
    const offered = (only?: readonly string[]) =>
      codeActions(dockerfile, 'file:///Dockerfile', range, only).map(({ title, kind }) => [title, kind]);
    assert.deepEqual(offered(['refactor.extract']), [[split, CodeActionKind.RefactorExtract]]);
    assert.deepEqual(offered(['refactor']), [
      ['Write it in JSON form, without a shell', CodeActionKind.RefactorRewrite],
      [split, CodeActionKind.RefactorExtract],
    ]);
    assert.equal(offered().length, 2);
    assert.deepEqual(offered(['source']), []);
  });

  it('are not offered a second time where they are the fix of a finding', () => {
    const dockerfile = parse('FROM a\nENV A b');
    const range = { start: { line: 1, character: 5 }, end: { line: 1, character: 5 } };
    const offered = (only?: readonly string[]) =>
      codeActions(dockerfile, 'file:///Dockerfile', range, only)
        .filter(({ title }) => title === 'Write A=…')
        .map(({ kind }) => kind);
    assert.deepEqual(offered(), [CodeActionKind.QuickFix]);
    assert.deepEqual(offered(['refactor']), [CodeActionKind.RefactorRewrite]);
  });
});
