import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeptLists } from '../../../../server/images/keptLists.ts';
import type { Credential, Credentials } from '../../../../server/util/credential.ts';
import { DiskCache } from '../../../../server/util/diskCache.ts';

const host = 'registry.example';
const signal = new AbortController().signal;

describe('lists that are kept', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-kept-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (find: Credentials['find']) =>
    createKeptLists({
      disk: new DiskCache({ folder: () => folder, onProblem: assert.ifError }),
      credentials: { find, accounts: async () => ({ accounts: [], problems: [] }), refused() {}, forget() {} },
      settingOf: () => undefined,
    });

  it('are on the disk after a flush that comes while it is still looked up who we are', async () => {
    let tell = () => {};
    const lists = open(() => new Promise((resolve) => (tell = () => resolve(undefined))));
    void lists.tags(host, 'team/app').write({ value: [{ name: '1.0' }], at: 5 }, signal);
    const flushed = lists.flush();
    tell();
    await flushed;
    const later = open(async () => undefined);
    assert.deepEqual(await later.tags(host, 'team/app').read(signal), { value: [{ name: '1.0' }], at: 5 });
  });
  it('are not on the disk where somebody else signs in while it is still looked up who we are', async () => {
    let tell = () => {};
    const lists = open(() => new Promise((resolve) => (tell = () => resolve(undefined))));
    const controller = new AbortController();
    void lists.tags(host, 'team/app').write({ value: [{ name: '1.0' }], at: 5 }, controller.signal);
    controller.abort();
    tell();
    await lists.flush();
    assert.equal(
      await open(async () => undefined)
        .tags(host, 'team/app')
        .read(signal),
      undefined,
    );
  });

  describe('are those of one account', () => {
    const basic = (username: string, password: string): Credential => ({ kind: 'basic', username, password });
    const identity = (token: string): Credential => ({ kind: 'identityToken', token });
    const tokenOf = (claims: object) => `a.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c`;
    const cases: Readonly<Record<string, readonly [Credential, Credential, same: boolean]>> = {
      'with another password': [basic('alice', 'a'), basic('alice', 'b'), true],
      'and not of another name': [basic('alice', 'a'), basic('bob', 'a'), false],
      'and not of another key by the same name': [basic('_json_key', '{"a":1}'), basic('_json_key', '{"b":1}'), false],
      'and not of another token without a name': [identity('a'), identity('b'), false],
      'with a new token': [
        identity(tokenOf({ sub: 'alice', exp: 1 })),
        identity(tokenOf({ sub: 'alice', exp: 2 })),
        true,
      ],
      'and not of a token for somebody else': [
        identity(tokenOf({ sub: 'alice' })),
        identity(tokenOf({ sub: 'bob' })),
        false,
      ],
    };
    for (const [title, [before, after, same]] of Object.entries(cases)) {
      it(title, async () => {
        const lists = open(async () => before);
        await lists.tags(host, 'app').write({ value: [{ name: '1' }], at: 5 }, signal);
        await lists.flush();
        const read = await open(async () => after)
          .tags(host, 'app')
          .read(signal);
        assert.equal(read !== undefined, same);
      });
    }
  });
});
