import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeptLists } from '../../../../server/images/keptLists.ts';
import type { Credentials } from '../../../../server/util/credential.ts';
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
});
