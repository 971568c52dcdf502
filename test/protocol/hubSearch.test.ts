import assert from 'node:assert/strict';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { searchAnywhere } from '../../server/images/hubSearch.ts';
import type { Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { ProblemError } from '../../server/util/problemError.ts';
import { silentLog } from '../support/changes.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { type FakeEngine, json, startFakeEngine } from '../support/fakeEngine.ts';
import { problemFrom } from '../support/problem.ts';

const never = new AbortController().signal;
const found = { name: 'nginx', description: 'A server', star_count: 7, is_official: true };

describe('a search where Docker Hub is out of reach', () => {
  let fake: FakeEngine;
  let engine: Engine;
  /** No Docker Hub is asked: every request fails so. */
  let trouble: ConstructorParameters<typeof ProblemError>[0]['kind'];
  const http: Http = {
    send: () => Promise.reject(new ProblemError({ kind: trouble, subject: 'hub.docker.com', message: 'No way.' })),
    close: async () => {},
  };
  let registries: Registries;

  beforeEach(async () => {
    trouble = 'unreachable';
    registries = new Registries({ http, credentials: fakeCredentials() });
    fake = await startFakeEngine();
    engine = createEngine({ env: { DOCKER_HOST: fake.host }, log: silentLog });
    fake.on('GET /images/search', (_, response) => json(response, [found]));
  });
  afterEach(async () => {
    engine.dispose();
    await fake.close();
  });
  const search = (term = ' nginx ', cursor?: string) => searchAnywhere(registries, engine, term, cursor, never);

  it('is the work of the engine', async () => {
    await engine.status(never);
    assert.deepEqual(await search(), {
      items: [{ name: 'nginx', description: 'A server', stars: 7, official: true }],
      total: 1,
    });
    assert.ok(fake.calls.includes('GET /images/search?term=nginx&limit=100'), fake.calls.join());
  });

  it('is of Docker Hub alone, also where Podman searches others too', async () => {
    await engine.status(never);
    const names = [
      'docker.io/library/nginx',
      'docker.io/grafana/grafana',
      'quay.io/team/app',
      'localhost:5000/x',
      'No Name',
    ];
    fake.on('GET /images/search', (_, response) =>
      json(
        response,
        names.map((name) => ({ name })),
      ),
    );
    assert.deepEqual(
      (await search()).items.map(({ name }) => name),
      ['nginx', 'grafana/grafana'],
    );
  });

  it('fails as it did from here where the engine fails too, or is not there', async () => {
    assert.equal((await problemFrom('unreachable', search())).message, 'No way.');
    await engine.status(never);
    fake.on('GET /images/search', (_, response) => json(response, { message: 'no network' }, 500));
    assert.equal((await problemFrom('unreachable', search())).message, 'No way.');
    fake.on('GET /images/search', (_, response) => json(response, { not: 'a list' }));
    assert.equal((await problemFrom('unreachable', search())).message, 'No way.');
  });

  for (const [what, prepare] of [
    ['what another page follows on', () => search('nginx', '2')],
    [
      'what is asked of something that stands for Docker Hub',
      () => {
        registries.configure([{ host: 'docker.io', webUrl: 'https://mirror.example' }]);
        return search();
      },
    ],
    [
      'what Docker Hub itself does not allow',
      () => {
        trouble = 'denied';
        return search();
      },
    ],
  ] as const) {
    it(`never asks the engine for ${what}`, async () => {
      await engine.status(never);
      await assert.rejects(prepare(), ProblemError);
      assert.equal(fake.count('GET /images/search'), 0);
    });
  }
});
