import assert from 'node:assert/strict';
import { createHttp, type Http } from '../../server/registries/http.ts';
import type { Presence } from '../../server/registries/presence.ts';
import { Registries } from '../../server/registries/registries.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { type FakeRegistry, type Manners, startFakeRegistry } from '../support/fakeRegistry.ts';
import { makeImage } from '../support/imageContents.ts';
import { alsoSends, answers, type Respond } from '../support/origin.ts';
import { problemFrom } from '../support/problem.ts';

const never = new AbortController().signal;
const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [3] });
const { digest } = image.root;
const other = `sha256:${'0'.repeat(64)}`;
const unknownName = '{"errors":[{"code":"NAME_UNKNOWN","message":"no such repository"}]}';
const json = { 'content-type': 'application/json' };

describe('whether an image is there', () => {
  let registry: FakeRegistry;
  let http: Http;
  let registries: Registries;
  let now = 0;
  const start = async (manners: Partial<Manners> = {}) => {
    registry = await startFakeRegistry(manners);
    registry.push('team/app', '1.0', image);
    http = createHttp({ env: {}, retryDelayMs: 1 });
    registries = new Registries({ http, credentials: fakeCredentials(), now: () => now });
  };
  afterEach(async () => {
    await http.close();
    await registry.stop();
  });
  const presence = (tagOrDigest: string, repository = 'team/app') =>
    registries.presence(registry.host, repository, tagOrDigest, never);

  const cases: readonly (readonly [
    title: string,
    ask: readonly [repository: string, tagOrDigest: string],
    expected: Presence,
    manners?: Partial<Manners>,
    faults?: readonly (readonly [path: RegExp, respond: Respond])[],
  ])[] = [
    ['a tag that is', ['team/app', '1.0'], { kind: 'present', digest }],
    [
      'a tag that is, by a registry that names no digest',
      ['team/app', '1.0'],
      { kind: 'present' },
      { digestHeader: false },
    ],
    ['a digest that is', ['team/app', digest], { kind: 'present', digest }],
    ['a tag that is not', ['team/app', '2.0'], { kind: 'absent' }],
    ['a digest that is not', ['team/app', other], { kind: 'absent' }],
    ['a repository that is not', ['team/none', '1.0'], { kind: 'noRepository' }],
    ['a repository that may be hidden', ['team/none', '1.0'], { kind: 'unknown' }, { auth: 'bearer', anonymous: true }],
    [
      'a repository that a proxy may hide from the nameless',
      ['team/none', '1.0'],
      { kind: 'unknown' },
      {},
      [[/\/v2\/$/, alsoSends({ 'x-jfrog-version': 'Artifactory/7' })]],
    ],
    [
      'a repository of which the registry says something else',
      ['team/none', '1.0'],
      { kind: 'unknown' },
      {},
      [[/tags/, answers(404, {}, '404 page not found')]],
    ],
    [
      'a tag that the list has all the same',
      ['team/app', '2.0'],
      { kind: 'unknown' },
      {},
      [[/tags/, answers(200, json, '{"tags":["2.0"]}')]],
    ],
    [
      'a tag where the list is empty',
      ['team/app', '2.0'],
      { kind: 'unknown' },
      {},
      [[/tags/, answers(200, json, '{"tags":null}')]],
    ],
    [
      'a tag whose list is refused',
      ['team/app', '2.0'],
      { kind: 'unknown' },
      {},
      [[/tags/, answers(403, json, unknownName)]],
    ],
  ];
  for (const [title, [repository, tagOrDigest], expected, manners, faults = []] of cases) {
    it(`is found out of ${title}`, async () => {
      await start(manners);
      for (const [path, respond] of faults) registry.misbehave(respond, 1, path);
      assert.deepEqual(await presence(tagOrDigest, repository), expected);
      assert.ok(registry.seen.every(({ method, path }) => method === 'HEAD' || !path.includes('/manifests/')));
    });
  }
  it('is not known of what a mirror lacks, which may hold a part of it alone', async () => {
    await start();
    for (const host of ['docker.io', 'registry.example']) {
      registries.configure([{ host, url: registry.url }]);
      const of = (repository: string, tag: string) => registries.presence(host, repository, tag, never);
      assert.deepEqual(await of('team/app', '1.0'), { kind: 'present', digest });
      assert.deepEqual(await of('team/app', '2.0'), { kind: 'unknown' });
      assert.deepEqual(await of('team/none', '1.0'), { kind: 'unknown' });
    }
  });
  it('is not known where a registry fails, and that is not kept', async () => {
    await start();
    registry.misbehave(answers(403));
    await problemFrom('denied', presence('1.0'));
    assert.equal((await presence('1.0')).kind, 'present');
  });
  it('is asked once, and what is missing again after a while', async () => {
    await start();
    await presence('1.0');
    await presence('2.0');
    assert.equal(registry.seen.length, 3);
    now += 180_000;
    registry.push('team/app', '2.0', image);
    await presence('1.0');
    assert.equal((await presence('2.0')).kind, 'present');
    assert.equal(registry.seen.length, 4);
  });
});
