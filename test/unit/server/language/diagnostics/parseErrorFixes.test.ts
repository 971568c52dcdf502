import assert from 'node:assert/strict';
import { applyEdits } from '../../../../../server/language/applyEdits.ts';
import { parseErrorFixes } from '../../../../../server/language/diagnostics/parseErrorFixes.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { assertElseUnchanged } from '../../../../support/fixes.ts';

describe('fixes of what the parser refuses', () => {
  const cases: readonly (readonly [before: string, ...after: readonly string[]])[] = [
    ['# check=skip=X\n# check=skip=Y\nFROM a', '# check=skip=X\nFROM a'],
    ['# syntax=x\n# syntax=x\nFROM a', '# syntax=x\nFROM a'],
    ['# escape="`"\nFROM a', '# escape=`\nFROM a'],
    ['# escape=/\nFROM a', '# escape=\\\nFROM a', '# escape=`\nFROM a'],
    ['FROM a\nRUN <<E\nx', 'FROM a\nRUN <<E\nx\nE\n'],
    [
      'FROM a\r\nRUN <<E\r\nx\r\nCMD ["y"]\r\n',
      'FROM a\r\nRUN <<E\r\nx\r\nE\r\nCMD ["y"]\r\n',
      'FROM a\r\nRUN <<E\r\nx\r\nCMD ["y"]\r\nE\r\n',
    ],
    ['FROM a\nCOPY <<A <<"B" /\nx\nA\ny\n', 'FROM a\nCOPY <<A <<"B" /\nx\nA\ny\nB\n'],
    ['FROM a\nONBUILD RUN <<E\nx\n', 'FROM a\nONBUILD RUN <<E\nx\nE\n'],
    ['FROM a\nCMD ["sleep", 5, "1", true]', 'FROM a\nCMD ["sleep", "5", "1", "true"]'],
    ['FROM a\nHEALTHCHECK CMD ["sleep", \\\n 5]', 'FROM a\nHEALTHCHECK CMD ["sleep", \\\n "5"]'],
    ['FROM a\nCMD ["a", ["b"]]'],
    ['FROM a\nENV A=1 B = c', 'FROM a\nENV A=1 B=c'],
    ['FROM a\nENV A= b', 'FROM a\nENV A=b'],
    ['FROM a\nLABEL a=b c d e=f', 'FROM a\nLABEL a="b c d" e=f', 'FROM a\nLABEL a=b c="" d e=f'],
    ['FROM a\nENV A="b" C', 'FROM a\nENV A="b" C=""'],
    ['FROM a\nENV A', 'FROM a\nENV A=""'],
  ];
  for (const [before, ...after] of cases) {
    it(JSON.stringify(before), () => {
      const fixes = parseErrorFixes(parse(before));
      assert.deepEqual(
        fixes.map(({ edits }) => applyEdits(before, edits)),
        after,
      );
      for (const { edits } of fixes.slice(0, 1)) {
        assert.equal(parse(applyEdits(before, edits)).error, undefined);
        // What follows a heredoc without end is read as instructions until it has one.
        const { error } = parse(before);
        if (error?.code !== 'UnterminatedHeredoc') assertElseUnchanged(before, edits, error?.span);
      }
    });
  }

  it('leaves alone a value that goes on in another line', () => {
    const text = 'FROM a\nENV A=1 \\\n  B=2 \\\n  C';
    assert.deepEqual(
      parseErrorFixes(parse(text)).map(({ title }) => title),
      ['Give it an empty value'],
    );
  });
});
