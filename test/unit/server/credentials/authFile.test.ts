import assert from 'node:assert/strict';
import { parseAuthFile } from '../../../../server/credentials/authFile.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const authOf = (entry: unknown) => parseAuthFile(JSON.stringify({ auths: { host: entry } })).auths.get('host');

describe('parseAuthFile', () => {
  it('splits auth at the first colon and drops the padding of old clients', () => {
    const expected = { kind: 'basic', username: 'alice', password: 's3:cr:et' };
    assert.deepEqual(authOf({ auth: base64('alice:s3:cr:et') }), expected);
    assert.deepEqual(authOf({ auth: base64('alice:s3:cr:et\0\0') }), expected);
  });

  it('reads username and password where there is no auth', () => {
    assert.deepEqual(authOf({ username: 'bob', password: 'p' }), { kind: 'basic', username: 'bob', password: 'p' });
  });

  it('prefers tokens to the empty password beside them', () => {
    assert.deepEqual(authOf({ auth: base64('alice:'), identitytoken: 'idt' }), {
      kind: 'identityToken',
      token: 'idt',
      username: 'alice',
    });
    assert.deepEqual(authOf({ registrytoken: 'raw' }), { kind: 'registryToken', token: 'raw' });
  });

  it('keeps the key of an entry whose secret is elsewhere', () => {
    const { auths } = parseAuthFile('{"auths":{"host":{}}}');
    assert.deepEqual([...auths], [['host', undefined]]);
  });

  it('reads helpers, and takes only names for them', () => {
    const file = parseAuthFile('{"credsStore":"desktop","credHelpers":{"gcr.io":"gcloud","x":7,"y":""}}');
    assert.equal(file.credsStore, 'desktop');
    assert.deepEqual([...file.credHelpers], [['gcr.io', 'gcloud']]);
  });

  it('takes a byte order mark and an empty file', () => {
    assert.equal(parseAuthFile('\uFEFF{"credsStore":"x"}').credsStore, 'x');
    assert.equal(parseAuthFile('').auths.size, 0);
  });

  it('does not let one broken entry spoil the others', () => {
    const { auths } = parseAuthFile(
      JSON.stringify({ auths: { a: 7, b: { auth: '%%%' }, c: { auth: base64('u:p') } } }),
    );
    assert.deepEqual(
      [...auths].map(([key, credential]) => [key, credential?.kind]),
      [
        ['a', undefined],
        ['b', undefined],
        ['c', 'basic'],
      ],
    );
  });

  it('refuses what is not a JSON object, without quoting it', () => {
    for (const text of ['{"auths": {"h": {"auth": "c2VjcmV0"}', '[]', '"s3cret"', 'null']) {
      assert.throws(
        () => parseAuthFile(text),
        (error: Error) => !/c2VjcmV0|s3cret/.test(error.message),
      );
    }
  });
});
