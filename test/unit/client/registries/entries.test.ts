import assert from 'node:assert/strict';
import { hasRegistry, withoutRegistry, withRegistry } from '../../../../client/registries/connect/entries.ts';

describe("the user's list of registries", () => {
  it('keeps what an entry says besides', () => {
    const entries = [{ host: 'a.example', name: 'A' }, 'b.example'];
    assert.deepEqual(withRegistry(entries, { host: 'a.example', insecure: true }), [
      { host: 'a.example', name: 'A', insecure: true },
      'b.example',
    ]);
    assert.deepEqual(withRegistry(entries, { host: 'b.example', insecure: true })[1], {
      host: 'b.example',
      insecure: true,
    });
  });

  it('knows a host by its address, and Docker Hub by all of its names', () => {
    assert(hasRegistry(['HTTPS://A.example/v2/'], 'a.example'));
    assert(hasRegistry([{ host: 'index.docker.io' }], 'docker.io'));
    assert(!hasRegistry([null, 1, {}, { host: 2 }, 'b.example'], 'a.example'));
  });

  it('loses one host and nothing else', () => {
    assert.deepEqual(withoutRegistry([null, 'a.example', { host: 'b.example' }], 'a.example'), [
      null,
      { host: 'b.example' },
    ]);
  });
});
