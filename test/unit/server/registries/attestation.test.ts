import assert from 'node:assert/strict';
import { readStatements } from '../../../../server/registries/attestation.ts';
import { ProblemError } from '../../../../server/util/problemError.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const read = (layers: unknown) => readStatements(Buffer.from(JSON.stringify({ layers })), 'app');

describe('readStatements', () => {
  it('reads kind and size of each', () => {
    const annotations = { 'in-toto.io/predicate-type': 'https://spdx.dev/Document' };
    assert.deepEqual(read([{ digest, size: 7, annotations }]), [
      { digest, predicateType: 'https://spdx.dev/Document', bytes: 7 },
    ]);
  });

  it('leaves out what is no name, and what has no digest', () => {
    const annotations = { 'in-toto.io/predicate-type': 'two\nlines' };
    assert.deepEqual(read([{ digest, size: -1, annotations }, { digest: 'x' }, 'x', null]), [{ digest }]);
    assert.deepEqual(read('nothing'), []);
  });

  it('reads no more than anybody writes', () => {
    assert.equal(read(Array.from({ length: 1000 }, () => ({ digest }))).length, 50);
  });

  it('refuses what is no manifest', () =>
    assert.throws(() => readStatements(Buffer.from('<html>'), 'app'), ProblemError));
});
