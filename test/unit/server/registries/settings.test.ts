import assert from 'node:assert/strict';
import { normaliseHost, readRegistrySettings } from '../../../../server/registries/settings.ts';

describe('readRegistrySettings', () => {
  it('takes hosts, pasted addresses and names', () => {
    const { registries } = readRegistrySettings([
      { host: 'https://Registry.Example:5000/v2/', name: 'Ours' },
      { host: 'lab:5000', insecure: true },
      'http://old.example',
    ]);
    assert.deepEqual(registries, [
      { host: 'registry.example:5000', name: 'Ours', insecure: false },
      { host: 'lab:5000', insecure: true },
      { host: 'old.example', insecure: true },
    ]);
  });

  it('names what it cannot take, and keeps the rest', () => {
    const { registries, rejected } = readRegistrySettings([
      7,
      null,
      { host: 'a b' },
      {},
      { host: 'r.io' },
      { host: 'r.io' },
    ]);
    assert.deepEqual(registries, [{ host: 'r.io', insecure: false }]);
    assert.deepEqual(rejected, ['7', 'null', '{"host":"a b"}', '{}']);
  });

  it('repeats no password of an address that it cannot take', () => {
    const { rejected } = readRegistrySettings(['https://ann:s3cret@r.example', { host: 'ann:s3c/ret@r.example' }]);
    assert.equal(rejected.length, 2);
    assert(!rejected.some((entry) => /s3c/.test(entry)), rejected.join());
  });

  it('is empty for anything but a list', () => {
    for (const value of [undefined, null, {}, 'r.io', 7]) assert.deepEqual(readRegistrySettings(value).registries, []);
  });
});

describe('normaliseHost', () => {
  it('knows Docker Hub by each of its names', () => {
    for (const text of ['docker.io', 'https://index.docker.io/v1/', 'hub.docker.com']) {
      assert.equal(normaliseHost(text), 'docker.io');
    }
  });
});
