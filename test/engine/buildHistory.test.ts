import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { type Builds, createBuilds } from '../../server/images/builds.ts';
import { createLocalImages } from '../../server/images/localImages.ts';
import type { BuildRecord } from '../../server/language/host.ts';
import { ProblemError } from '../../server/util/problemError.ts';
import { importBaseImage, removeImage } from '../support/baseImage.ts';
import { silentLog } from '../support/changes.ts';
import { doorTo, engineOrSkip } from '../support/realEngine.ts';

const never = new AbortController().signal;

describe('the history of builds', function () {
  this.timeout(60_000);
  let engine: Engine;
  let folder: string;
  const mark = `gantry-test/history-${process.pid}-${Date.now().toString(36)}`;
  const base = `${mark}:base`;

  before(async function () {
    engine = await engineOrSkip(this);
    await importBaseImage(engine, base, never);
    folder = await mkdtemp(join(tmpdir(), 'gantry-history-'));
  });
  after(async () => {
    if (!engine) return;
    for (const tag of ['base', 'out']) await removeImage(engine, `${mark}:${tag}`);
    engine.dispose();
    await rm(folder, { recursive: true });
  });

  const dockerBuild = (file: string) =>
    promisify(execFile)('docker', ['build', '-q', '-t', `${mark}:out`, '-f', file, folder], {
      env: { ...process.env, DOCKER_CONFIG: join(folder, 'docker') },
    });
  async function until(builds: Builds, uri: string, text: string, test: (found: readonly BuildRecord[]) => boolean) {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        const stop = builds.onDidChange(() => {
          stop();
          resolve();
        });
      });
      const found = builds.builds({ uri, text });
      if (found.state === 'known' && test(found.value)) return found.value;
      await changed;
    }
  }

  it('hears of a build of the command line within a second, and finds the engine again after it was gone', async () => {
    const door = await doorTo(engine);
    const through = createEngine({ host: () => door.host, log: silentLog });
    const builds = createBuilds(through, { log: silentLog, env: { DOCKER_CONFIG: join(folder, 'docker') } });
    try {
      const text = `FROM ${base}\nRUN head -c 4242 /dev/zero > /${mark.slice(-8)}\n`;
      const file = join(folder, 'Dockerfile');
      const uri = pathToFileURL(file).href;
      await writeFile(file, text);
      assert.equal(builds.builds({ uri, text }).state, 'pending');
      await until(builds, uri, text, (found) => found.length === 0);
      let heard = 0;
      const arrived = until(builds, uri, text, (found) => found.length === 1).then((found) => {
        heard = performance.now();
        return found;
      });
      await dockerBuild(file);
      const done = performance.now();
      const [first] = await arrived;
      assert.deepEqual(
        first!.steps.map(({ startLine, bytes }) => [startLine, bytes]),
        [[1, 4242]],
      );
      assert.ok(heard - done < 1000, `${heard - done} ms`);

      await door.shut();
      await dockerBuild(file);
      await door.open();
      assert.equal((await until(builds, uri, text, (found) => found.length === 2)).length, 2);
    } finally {
      builds.dispose();
      through.dispose();
      await door.close();
    }
  });

  it('is quick from cold', async () => {
    const builds = createBuilds(engine, { log: silentLog, env: { DOCKER_CONFIG: join(folder, 'docker') } });
    try {
      const file = join(folder, 'Dockerfile');
      const text = `FROM ${base}\nRUN head -c 4242 /dev/zero > /${mark.slice(-8)}\n`;
      const asked = performance.now();
      const found = await until(builds, pathToFileURL(file).href, text, (all) => all.length > 0);
      console.log(`      ${(performance.now() - asked).toFixed(1)} ms to ${found.length} builds`);
      assert.ok(performance.now() - asked < 2000);
    } finally {
      builds.dispose();
    }
  });

  it('says so where the engine keeps none', async () => {
    const without: Pick<Engine, 'json' | 'dial' | 'onDidChange' | 'announce' | 'status' | 'knownStatus'> = {
      json: engine.json,
      status: engine.status,
      knownStatus: engine.knownStatus,
      onDidChange: engine.onDidChange,
      announce: () => {},
      async dial() {
        throw new ProblemError({ kind: 'notFound', subject: 'BuildKit', message: 'page not found' });
      },
    };
    const builds = createBuilds(without, { log: silentLog, env: {} });
    try {
      const document = { uri: 'untitled:x', text: 'FROM x\n' };
      const changed = new Promise<void>((resolve) => void builds.onDidChange(resolve));
      assert.equal(builds.builds(document).state, 'pending');
      await changed;
      const answer = builds.builds(document);
      assert.ok(answer.state === 'failed' && answer.problem.kind === 'unsupported', JSON.stringify(answer));
    } finally {
      builds.dispose();
    }
  });

  it('knows the size of a local image, and that another is not there', async () => {
    const local = createLocalImages(engine);
    try {
      const [repository, tag] = base.split(':') as [string, string];
      const reference = { registry: 'docker.io', repository, tag };
      const changed = new Promise<void>((resolve) => void local.onDidChange(resolve));
      assert.equal(local.localSize(reference).state, 'pending');
      await changed;
      const image = (await engine.json({ method: 'GET', path: `/images/${base}/json` }, never)) as { Size: number };
      const answer = local.localSize(reference);
      assert.ok(answer.state === 'known' && answer.value === image.Size);
      const absent = local.localSize({ ...reference, tag: 'absent' });
      assert.ok(absent.state === 'failed' && absent.problem.kind === 'notFound');
    } finally {
      local.dispose();
    }
  });
});
