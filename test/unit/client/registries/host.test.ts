import assert from 'node:assert/strict';
import { parseRegistry } from '../../../../client/registries/host.ts';

describe('parseRegistry', () => {
  it('takes a host, with port or as an address', () => {
    assert.deepEqual(parseRegistry(' registry.example.com '), { host: 'registry.example.com' });
    assert.deepEqual(parseRegistry('127.0.0.1:5000'), { host: '127.0.0.1:5000' });
    assert.deepEqual(parseRegistry('https://registry.example.com/v2/'), { host: 'registry.example.com' });
    assert.deepEqual(parseRegistry('http://box:5000'), { host: 'box:5000', insecure: true });
    assert.deepEqual(parseRegistry('[::1]:5000'), { host: '[::1]:5000' });
  });

  it('explains what is wrong with anything else', () => {
    for (const text of ['', 'ftp://x', 'a b', 'https://', 'registry.example.com/team/app', 'https://me:secret@host']) {
      assert.equal(typeof parseRegistry(text), 'string', text);
    }
    assert.doesNotMatch(String(parseRegistry('https://me:secret@host')), /secret/);
  });
});
