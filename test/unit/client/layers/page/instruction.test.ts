import assert from 'node:assert/strict';
import { fill } from '../../../../../client/layers/page/fill.ts';
import { instructionOf, nameOfFile } from '../../../../../client/layers/page/instruction.ts';

describe('the instruction of a layer', () => {
  const cases = [
    ['COPY a b', { keyword: 'COPY', rest: 'a b' }],
    ['RUN set -e\n  npm ci\u001b[2J', { keyword: 'RUN', rest: 'set -e npm ci [2J' }],
    ['RUN \u202Egnp.exe', { keyword: 'RUN', rest: '<U+202E>gnp.exe' }],
    ['bazel build ...', { keyword: '', rest: 'bazel build ...' }],
    ['', undefined],
    [undefined, undefined],
  ] as const;
  for (const [createdBy, expected] of cases) {
    it(`is read from ${JSON.stringify(createdBy)}`, () => {
      assert.deepEqual(instructionOf(createdBy === undefined ? {} : { createdBy }), expected);
    });
  }
});

describe('a text of the page', () => {
  it('is filled in once: what is filled in is no text to be filled in', () => {
    assert.equal(fill('{0} of {1} {2}', '{1}', 7), '{1} of 7 {2}');
  });
});

describe('the name of a file', () => {
  it('is the last of its path, on any system', () => {
    assert.equal(nameOfFile('/w/app/Dockerfile'), 'Dockerfile');
    assert.equal(nameOfFile('C:\\w\\Dockerfile.dev'), 'Dockerfile.dev');
  });
});
