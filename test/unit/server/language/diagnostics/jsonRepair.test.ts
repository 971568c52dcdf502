import assert from 'node:assert/strict';
import { jsonRepair } from '../../../../../server/language/diagnostics/jsonRepair.ts';

/** What is written where the JSON form may stand, and what is said to be wrong with it. */
const cases: readonly (readonly [text: string, ReturnType<typeof jsonRepair>])[] = [
  ["['a', 'b']", { kind: 'quotes', text: '["a", "b"]' }],
  ['["C:\\app\\run.exe"]', { kind: 'backslashes', text: '["C:\\\\app\\\\run.exe"]' }],
  ['["a",]', { kind: 'broken', text: '["a"]' }],
  ['["a"', { kind: 'broken', text: '["a"]' }],
  ['["a" "b"]', { kind: 'broken', text: '["a", "b"]' }],
  ['["a" b]', { kind: 'broken', text: undefined }],
  ['[ "$a" = b ]', undefined],
  ['a [b]', undefined],
];

describe('jsonRepair', () => {
  for (const [text, expected] of cases) it(text, () => assert.deepEqual(jsonRepair(text), expected));
});
