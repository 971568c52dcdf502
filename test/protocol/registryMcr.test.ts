import assert from 'node:assert/strict';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { makeImage, makeIndex } from '../support/imageContents.ts';
import { names } from '../support/names.ts';
import { answers, badGateway } from '../support/origin.ts';
import { problemFrom } from '../support/problem.ts';
import { type Mcr, startMcr } from '../support/registries/mcr.ts';
import { createWorld, linesOf, type World } from '../support/registries/world.ts';

const never = new AbortController().signal;
const amd64 = { platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [100] };
const arm64 = { platform: { os: 'linux', architecture: 'arm64' }, layerBytes: [90] };
const index = makeIndex([amd64, arm64]);
const image = makeImage(amd64);
const hourMs = 3600_000;

describe("Microsoft's registry", () => {
  let world: World;
  let mcr: Mcr;
  let http: Http;
  let registries: Registries;
  const host = 'mcr.microsoft.com';
  beforeEach(async () => {
    world = createWorld();
    mcr = await startMcr(world);
    http = createHttp({ env: {}, retryDelayMs: 1 });
    registries = new Registries({ http, credentials: fakeCredentials(), now: () => world.clock.nowMs });
    registries.configure([{ host, url: mcr.url, webUrl: mcr.portal.url }]);
    mcr.push('dotnet/sdk', ['9.0', '10.0'], index, { at: '2025-05-01T00:00:00Z' });
  });
  afterEach(async () => {
    await http.close();
    await mcr.stop();
  });
  const repositories = async (query = {}) => (await registries.repositories(host, query, never)).value;
  const tags = async (repository: string, query = {}) => (await registries.tags(host, repository, query, never)).value;
  const lines = () => linesOf(world.log);

  it('is asked for its catalog once in a day, and shows a hundred of it at a time', async () => {
    for (const number of Array(250).keys()) mcr.push(`oss/app-${number}`, '1', image);
    const first = await repositories();
    assert.equal(first.items.length, 100);
    assert.equal(first.total, 251);
    assert.deepEqual(names((await repositories({ filter: 'dotnet' })).items), ['dotnet/sdk']);
    assert.equal((await registries.allRepositories(host, never)).value.length, 251);
    world.clock.nowMs += 23 * hourMs;
    await repositories();
    assert.equal(lines().length, 1);
    world.clock.nowMs += 2 * hourMs;
    await repositories();
    assert.equal(lines().length, 2);
  });

  it('is asked for tags once in six hours', async () => {
    await tags('dotnet/sdk');
    world.clock.nowMs += 5 * hourMs;
    await tags('dotnet/sdk');
    assert.deepEqual(lines(), ['mcr GET /v2/dotnet/sdk/tags/list?n=1000']);
    world.clock.nowMs += 2 * hourMs;
    await tags('dotnet/sdk');
    assert.equal(lines().length, 2);
  });

  it('adds dates and platforms to the whole list, from its pages', async () => {
    const { items } = await tags('dotnet/sdk', { order: 'version' });
    assert.deepEqual(items[0], {
      name: '10.0',
      digest: index.root.digest,
      date: Date.parse('2025-05-01T00:00:00Z'),
      dated: 'pushed',
      platforms: ['linux/amd64', 'linux/arm64'],
    });
    assert.equal(lines().length, 2);
  });

  const broken = [
    ['that have a problem', badGateway],
    ['that are another now', answers(200, {}, '{"rows":[]}')],
    ['that answer nonsense', answers(200, {}, '[null,7,{"name":{}},{"name":"9.0","createdDate":"soon"}]')],
  ] as const;
  for (const [what, respond] of broken) {
    it(`lists tags without its pages, ${what}`, async () => {
      mcr.portal.misbehave(respond, 10);
      assert.deepEqual(names((await tags('dotnet/sdk', { order: 'version' })).items), ['10.0', '9.0']);
    });
  }

  it('shows a repository as retired once there turned out to be nothing behind it', async () => {
    mcr.retired.add('dotnet/old');
    assert.equal((await repositories()).items.find(({ name }) => name === 'dotnet/old')?.retired, undefined);
    const problem = await problemFrom('notFound', tags('dotnet/old'));
    assert.match(problem.message, /nothing to pull in dotnet\/old: it is retired/);
    assert(!/</.test(problem.message), 'no XML');
    const rows = (await repositories()).items;
    assert.deepEqual(rows, [{ name: 'dotnet/old', retired: true }, { name: 'dotnet/sdk' }]);
  });

  it('does not call a repository retired for another failure', async () => {
    mcr.misbehave(badGateway, 10, /tags\/list/);
    await problemFrom('unreachable', tags('dotnet/sdk'));
    assert.equal((await repositories()).items[0]?.retired, undefined);
  });
});
