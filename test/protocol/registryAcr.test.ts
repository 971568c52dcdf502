import assert from 'node:assert/strict';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { makeImage } from '../support/imageContents.ts';
import { names } from '../support/names.ts';
import { answers } from '../support/origin.ts';
import { problemFrom } from '../support/problem.ts';
import { type Acr, startAcr } from '../support/registries/acr.ts';
import { createWorld, linesOf, manifestRequests, scopesIn, type World } from '../support/registries/world.ts';

const never = new AbortController().signal;
const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });
const other = makeImage({ platform: { os: 'linux', architecture: 'arm64' }, layerBytes: [6] });
const admin = { kind: 'basic', username: 'contoso', password: 'admin-password' } as const;
const scoped = { kind: 'basic', username: 'pull-token', password: 'token-password' } as const;

describe('Azure Container Registry', () => {
  let world: World;
  let acr: Acr;
  let http: Http;
  let registries: Registries;
  const credentials = fakeCredentials();
  beforeEach(async () => {
    world = createWorld();
    acr = await startAcr(world);
    http = createHttp({ env: {}, retryDelayMs: 1 });
    credentials.byRegistry = { [acr.host]: admin };
    registries = new Registries({ http, credentials });
    registries.configure([{ host: acr.host, kind: 'acr' }]);
    acr.push('team/app', ['1', '2'], image, { at: '2025-01-01T00:00:00Z' });
    acr.push('team/app', '3', other, { at: '2025-03-01T00:00:00Z' });
  });
  afterEach(async () => {
    await http.close();
    await acr.stop();
  });
  const tags = async (query: Parameters<Registries['tags']>[2] = {}) =>
    (await registries.tags(acr.host, 'team/app', query, never)).value;
  const ask = <T>(question: Parameters<typeof registries.ask<T>>[1]) => registries.ask(acr.host, question);
  const lists = () =>
    linesOf(world.log.filter(({ path, authorization }) => authorization && !path.includes('/oauth2/')));
  const tagsLeft = () => [...(acr.store.repositories.get('team/app')?.tags.keys() ?? [])];

  it('lists repositories', async () => {
    const { value } = await registries.repositories(acr.host, {}, never);
    assert.deepEqual(value, { items: [{ name: 'team/app' }], total: 1 });
    assert.deepEqual(scopesIn(world.log), [['registry:catalog:*']]);
  });

  it('lists tags with digests and dates in one request, none of them for a manifest', async () => {
    const { items, total } = await tags();
    const date = Date.parse('2025-01-01T00:00:00Z');
    assert.deepEqual(items[0], { name: '1', digest: image.root.digest, date, dated: 'pushed' });
    assert.equal(total, 3);
    assert.deepEqual(lists(), ['acr GET /acr/v1/team%2Fapp/_tags?n=100']);
    assert.deepEqual(scopesIn(world.log), [['repository:team/app:metadata_read']]);
    assert.deepEqual(manifestRequests(world.log), []);
  });

  it('lets the registry sort by date, page by page', async () => {
    acr.push(
      'team/app',
      Array.from({ length: 150 }, (_, index) => `old-${index}`),
      image,
      { at: '2024-01-01T00:00:00Z' },
    );
    const first = await tags({ order: 'date' });
    assert.equal(first.items[0]?.name, '3');
    const second = await tags({ order: 'date', cursor: first.cursor ?? '' });
    assert.equal(first.items.length + second.items.length, 153);
    assert.equal(second.cursor, undefined);
    assert.equal(lists().length, 2);
  });

  it('sorts by version here, from the whole list', async () => {
    assert.deepEqual(names((await tags({ order: 'version' })).items), ['3', '2', '1']);
    assert.deepEqual(names((await tags({ filter: '2', order: 'version' })).items), ['2']);
    assert.deepEqual(lists(), ['acr GET /acr/v1/team%2Fapp/_tags?n=1000&orderby=timedesc']);
  });

  it('sorts by version what it gives at once, the newest, where there is more', async () => {
    const at = (day: number) => ({ at: new Date(Date.UTC(2026, 0, 1) + day * 86_400_000).toISOString() });
    for (const day of Array(13).keys()) {
      acr.push(
        'team/long',
        Array.from({ length: 100 }, (_, index) => `1.${day}.${index}`),
        image,
        at(day),
      );
    }
    const first = (await registries.tags(acr.host, 'team/long', { order: 'version' }, never)).value;
    assert.deepEqual([first.items[0]?.name, first.items.length, first.total], ['1.12.99', 100, undefined]);
    assert.equal(lists().length, 1);
    const query = { order: 'version', cursor: first.cursor ?? '' } as const;
    const second = (await registries.tags(acr.host, 'team/long', query, never)).value;
    assert.equal(second.items[0]?.name, '1.11.99');
    assert.equal(lists().length, 1);
  });

  it('lists an empty repository, whose tags are null', async () => {
    acr.store.repositories.get('team/app')?.tags.clear();
    assert.deepEqual(await tags(), { items: [], total: 0 });
  });

  it('takes what is no list for none, not for an empty one', async () => {
    acr.misbehave(answers(200, {}, '{"error":"sorry"}'), 5, /_tags/);
    await problemFrom('badAnswer', tags());
  });

  it('says what is locked', async () => {
    acr.locks.set('team/app:1', { deleteEnabled: false });
    acr.locks.set('team/app:2', { writeEnabled: false });
    const { items } = await tags();
    assert.deepEqual(
      items.map(({ locked }) => locked),
      [true, true, undefined],
    );
  });

  it('shows names to a token that is good for content alone', async () => {
    credentials.byRegistry = { [acr.host]: scoped };
    acr.access.accounts[1] = { ...scoped, may: (_, name, action) => name === 'team/app' && action === 'pull' };
    assert.deepEqual(await tags(), { items: [{ name: '1' }, { name: '2' }, { name: '3' }], total: 3 });
    await problemFrom('denied', registries.repositories(acr.host, {}, never));
  });

  it('lets anybody in where the registry does', async () => {
    credentials.byRegistry = {};
    acr.azure.anonymousPull = true;
    assert.equal((await tags()).items.length, 3);
    assert.equal((await registries.repositories(acr.host, {}, never)).value.items.length, 1);
  });

  it('names the correlation id that Azure asks for', async () => {
    acr.access.accounts[0] = { ...admin, may: () => false };
    const { message } = await problemFrom('denied', registries.repositories(acr.host, {}, never));
    assert.match(message, /correlation id 00000000-0000-0000-0000-00000000000\d/);
  });

  it('takes a tag and leaves its image', async () => {
    await ask(async (client) => client.untag?.('team/app', '1', never));
    assert.deepEqual(tagsLeft(), ['2', '3']);
    assert(acr.store.repositories.get('team/app')?.manifests.has(image.root.digest));
    assert.deepEqual(scopesIn(world.log), [['repository:team/app:delete']]);
  });

  it('deletes an image with every tag on it, and a repository', async () => {
    await ask((client) => client.deleteImage('team/app', image.root.digest, never));
    assert.deepEqual(tagsLeft(), ['3']);
    await ask(async (client) => client.deleteRepository?.('team/app', never));
    assert.deepEqual([...acr.store.repositories.keys()], []);
  });

  it('explains a lock, and how it is opened', async () => {
    acr.locks.set('team/app:1', { deleteEnabled: false });
    const byTag = await problemFrom(
      'denied',
      ask(async (client) => client.untag?.('team/app', '1', never)),
    );
    assert.match(byTag.message, /team\/app:1 be deleted: it is locked/);
    assert.match(byTag.next ?? '', /az acr repository update --name \S+ --image team\/app:1 --delete-enabled true/);
    await problemFrom(
      'denied',
      ask((client) => client.deleteImage('team/app', image.root.digest, never)),
    );
    assert.deepEqual(tagsLeft(), ['1', '2', '3']);
  });

  it('sends nothing for what is no name', async () => {
    const { length } = world.log;
    await problemFrom(
      'notFound',
      ask(async (client) => client.untag?.('../x', '1', never)),
    );
    await problemFrom(
      'notFound',
      ask((client) => client.deleteImage('team/app', '1', never)),
    );
    await problemFrom(
      'notFound',
      ask(async (client) => client.deleteRepository?.('a?b', never)),
    );
    await problemFrom('notFound', registries.tags(acr.host, 'A b', {}, never));
    assert.equal(world.log.length, length);
  });
});
