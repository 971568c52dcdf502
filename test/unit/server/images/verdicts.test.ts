import assert from 'node:assert/strict';
import { failed, type Known, known, pending } from '../../../../common/known.ts';
import { parseReference } from '../../../../common/reference.ts';
import type { TagDetails, TagRow } from '../../../../common/registry.ts';
import { createVerdicts } from '../../../../server/images/verdicts.ts';
import type { BundledRepository } from '../../../../server/language/host.ts';
import type { Presence } from '../../../../server/registries/presence.ts';
import { ProblemError } from '../../../../server/util/problemError.ts';

const node = parseReference('node:22')!;
const digest = `sha256:${'1'.repeat(64)}`;
const other = `sha256:${'2'.repeat(64)}`;
const amd64 = { os: 'linux', architecture: 'amd64' };
const details: TagDetails = { digest, mediaType: '', kind: 'index', platforms: [{ platform: amd64, digest: other }] };
const { signal } = new AbortController();
const notHere = failed({ kind: 'notFound', subject: 'node', message: 'not here' });

/** A registry and an engine that a test makes up, and what the registry was asked. */
class Made {
  presence: Presence | Error = { kind: 'present', digest };
  free: TagDetails | undefined;
  looked: TagDetails | undefined;
  rows: readonly TagRow[] | undefined;
  size: Known<number> = notHere;
  bundle: BundledRepository | undefined;
  now = 0;
  readonly asked: string[] = [];
  readonly verdicts = createVerdicts({
    registries: {
      presence: async (host, repository, tag) => {
        this.asked.push(`${host}/${repository} ${tag}`);
        if (this.presence instanceof Error) throw this.presence;
        return this.presence;
      },
      freePlatforms: async (_, repository, tag) => {
        this.asked.push(`platforms of ${repository} ${tag}`);
        this.looked = this.free;
        return this.free;
      },
      lastPlatforms: () => this.looked,
      lastTags: () => this.rows && { value: this.rows, at: 0 },
    },
    local: { localSize: () => this.size },
    bundled: async () => this.bundle,
    configured: Promise.resolve(),
    now: () => this.now,
  });
  async verdict(ask = true, reference = node) {
    await this.verdicts.check(reference, ask, signal);
    return this.verdicts.verdict(reference);
  }
}

describe('a verdict on an image', () => {
  let made: Made;
  beforeEach(() => {
    made = new Made();
  });

  it('is that the tag is missing', async () => {
    made.presence = { kind: 'absent' };
    assert.deepEqual(await made.verdict(), { missing: 'tag' });
  });
  it('is that the repository is missing', async () => {
    made.presence = { kind: 'noRepository' };
    assert.deepEqual(await made.verdict(), { missing: 'repository' });
  });
  it('is none where that is not certain', async () => {
    made.presence = { kind: 'unknown' };
    assert.equal(await made.verdict(), undefined);
  });
  it('is none before it was checked', () => {
    assert.equal(made.verdicts.verdict(node), undefined);
    assert.deepEqual(made.asked, []);
  });
  it('is none about what the engine has, of which no registry is asked', async () => {
    made.size = known(5, 0);
    made.presence = { kind: 'absent' };
    assert.equal(await made.verdict(), undefined);
    assert.deepEqual(made.asked, []);
  });
  it('is over when the engine has it after all', async () => {
    made.presence = { kind: 'absent' };
    await made.verdict();
    made.size = known(5, 0);
    assert.equal(made.verdicts.verdict(node), undefined);
  });
  it('waits for the engine to say that it has it not', async () => {
    made.size = pending;
    await made.verdict();
    assert.deepEqual(made.asked, []);
  });
  it('asks nobody where nobody may be asked', async () => {
    await made.verdict(false);
    assert.deepEqual(made.asked, []);
  });
  it('is that the image is retired, whoever may be asked', async () => {
    made.bundle = { registry: 'docker.io', repository: 'library/node', at: 7, retired: true, images: [] };
    assert.deepEqual(await made.verdict(false), { retired: 7 });
  });
  it('stays the same object until it changes', async () => {
    made.presence = { kind: 'absent' };
    const first = await made.verdict();
    assert.equal(await made.verdict(), first);
  });
  it('leaves a registry that failed alone for some minutes', async () => {
    made.presence = new ProblemError({ kind: 'timeout', subject: 'x', message: 'x is slow.' });
    assert.equal(await made.verdict(), undefined);
    await made.verdict();
    assert.equal(made.asked.length, 1);
    made.now += 10 * 60_000;
    await made.verdict();
    assert.equal(made.asked.length, 2);
  });
  it('forgets all when somebody else asks', async () => {
    made.presence = { kind: 'absent' };
    await made.verdict();
    made.verdicts.forget();
    assert.equal(made.verdicts.verdict(node), undefined);
  });
  it('asks for the digest where one is written', async () => {
    await made.verdict(true, parseReference(`node:22@${digest}`)!);
    assert.deepEqual(made.asked, [`docker.io/library/node ${digest}`]);
  });

  describe('names the platforms', () => {
    it('that the registry tells by the way, asked once', async () => {
      made.free = details;
      assert.deepEqual(await made.verdict(), { platforms: [amd64] });
      await made.verdict();
      assert.deepEqual(made.asked.filter((line) => line.startsWith('platforms')).length, 1);
    });
    it('of which somebody learned by a look', async () => {
      made.looked = details;
      assert.deepEqual(await made.verdict(), { platforms: [amd64] });
      assert.deepEqual(made.asked, ['docker.io/library/node 22']);
    });
    it('of which a list told', async () => {
      made.rows = [{ name: '22', digest, platforms: ['linux/amd64'] }];
      assert.deepEqual(await made.verdict(), { platforms: [amd64] });
    });
    for (const [title, change] of [
      ['of an image that the tag was before', { looked: { ...details, digest: other } }],
      ['of what a list told of another image', { rows: [{ name: '22', digest: other, platforms: ['linux/amd64'] }] }],
      ['of a list that names what is none', { rows: [{ name: '22', digest, platforms: ['linux/amd64', '?'] }] }],
      ['of what is no image', { looked: { ...details, kind: 'artifact' as const } }],
      ['where the registry names no digest', { looked: details, presence: { kind: 'present' as const } }],
    ] as const) {
      it(`not ${title}`, async () => {
        Object.assign(made, change);
        assert.equal(await made.verdict(), undefined);
      });
    }
  });
});
