import assert from 'node:assert/strict';
import { registryAuth } from '../../../../server/engine/registryAuth.ts';
import { LayerProgress } from '../../../../server/engine/transfer.ts';

describe('LayerProgress', () => {
  it('adds up the layers, counting extracted bytes only once', () => {
    const progress = new LayerProgress('pull');
    const line = (id: string, status: string, current?: number, total?: number) =>
      progress.add({ id, status, progressDetail: current === undefined ? {} : { current, total } });
    line('a', 'Pulling fs layer');
    line('a', 'Downloading', 10, 100);
    line('b', 'Downloading', 5, 50);
    assert.deepEqual(line('a', 'Downloading', 40, 100), {
      kind: 'pull',
      current: 45,
      total: 150,
      status: 'Downloading',
    });
    line('a', 'Download complete');
    assert.deepEqual(line('a', 'Extracting', 20, 100), {
      kind: 'pull',
      current: 105,
      total: 150,
      status: 'Extracting',
    });
    assert.equal(line('c', 'Already exists').total, 150);
  });
});

describe('registryAuth', () => {
  it('names each kind of credentials as the engine does', () => {
    const decode = (text: string): unknown => JSON.parse(Buffer.from(text, 'base64url').toString());
    assert.deepEqual(decode(registryAuth({ kind: 'identityToken', token: 't' }, 'h')), {
      identitytoken: 't',
      serveraddress: 'h',
    });
    assert.deepEqual(decode(registryAuth({ kind: 'registryToken', token: 't' }, 'h')), {
      registrytoken: 't',
      serveraddress: 'h',
    });
  });
});
