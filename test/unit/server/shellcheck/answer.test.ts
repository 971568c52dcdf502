import assert from 'node:assert/strict';
import { readAnswer } from '../../../../server/shellcheck/answer.ts';

const place = { line: 1, column: 2, endLine: 1, endColumn: 3 };
const remark = { file: '-', ...place, level: 'info', code: 2086, message: 'Quote it.', fix: null };
const read = { code: 'SC2086', level: 'info', message: 'Quote it.', place, replacements: [] };
const answer = (...comments: readonly unknown[]) => readAnswer(JSON.stringify({ comments }));

describe("ShellCheck's answer", () => {
  it('is read', () => {
    assert.deepEqual(answer(remark), [read]);
  });

  it('is read with what it would write', () => {
    const fix = { replacements: [{ ...place, replacement: '"', insertionPoint: 'afterEnd', precedence: 7 }] };
    assert.deepEqual(answer({ ...remark, fix }), [{ ...read, replacements: [{ place, text: '"' }] }]);
  });

  it('proposes nothing where a part of it makes no sense', () => {
    const fix = {
      replacements: [
        { ...place, replacement: '"' },
        { ...place, line: 0, replacement: '"' },
      ],
    };
    assert.deepEqual(answer({ ...remark, fix }), [read]);
  });

  it('is read without remarks that make no sense', () => {
    assert.deepEqual(answer({ ...remark, level: 'x' }, null, { ...remark, line: 'a' }, remark), [read]);
  });

  for (const text of ['', '[]', '{}', '{"comments": 1}', 'usage'])
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(readAnswer(text), undefined));
});
