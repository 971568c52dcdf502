/** `gantry layers`, with the built program and an engine that counts. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ImageAnalysis } from '../../common/layers.ts';
import { file, folder, whiteout } from '../support/analyzed.ts';
import { type FakeEngine, json, startFakeEngine } from '../support/fakeEngine.ts';
import { makeImage } from '../support/imageContents.ts';
import { type PlainRegistry, startPlain } from '../support/registries/plain.ts';
import { createWorld } from '../support/registries/world.ts';
import { savedOci } from '../support/savedImage.ts';
import { tarOf } from '../support/tar.ts';

const program = new URL('../../dist/cli.js', import.meta.url).pathname;
const id = `sha256:${'c'.repeat(64)}`;
const red = '\u001b[31m';

describe('gantry layers', () => {
  let home: string;
  let fake: FakeEngine;
  let registry: PlainRegistry;
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'gantry-layers-'));
    fake = await startFakeEngine();
    registry = await startPlain(createWorld());
    registry.push(
      'team/app',
      '1',
      makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [3000, 1000] }),
    );
    const { archive, diffIds } = savedOci({
      layers: [
        tarOf(folder('bin'), file('bin/sh', 1_000_000)),
        tarOf(file(`app/${red}big`, 250_000)),
        tarOf(whiteout(`app/${red}big`)),
      ],
      history: [
        { created_by: 'COPY sh /bin # buildkit' },
        { created_by: `RUN /bin/sh -c make ${red} \t&&    echo ${'x'.repeat(200)} # buildkit` },
        { created_by: 'RUN /bin/sh -c rm -r /app # buildkit' },
      ],
    });
    const inspected = { Id: id, Os: 'linux', Architecture: 'amd64', Size: 1_250_000, RootFS: { Layers: diffIds } };
    fake.on('GET /images/app:1/json', (_, response) => json(response, inspected));
    fake.on('GET /images/nope/json', (_, response) => json(response, { message: 'No such image: nope' }, 404));
    fake.on(`GET /images/${id}/get`, (_, response) => response.end(archive));
  });
  after(async () => {
    await registry.stop();
    await fake.close();
    await rm(home, { recursive: true });
  });

  async function run(...args: readonly string[]) {
    const env = { PATH: '', HOME: home, XDG_CACHE_HOME: join(home, 'cache'), DOCKER_HOST: fake.host };
    const child = spawn(process.execPath, [program, 'layers', ...args], { env });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { stdout, stderr, status };
  }

  it('prints the layers with bars, and what is wasted', async () => {
    const { stdout, stderr, status } = await run('app:1');
    assert.deepEqual([status, stderr], [0, '']);
    assert.deepEqual(stdout.split('\n'), [
      'app:1: 1.25 MB in 3 layers, linux/amd64',
      '',
      '  1     1 MB  ████████████████████  COPY sh /bin',
      `  2   250 kB  █████                 RUN make ␛[31m && echo ${'x'.repeat(77)}…`,
      '  3      0 B                        RUN rm -r /app',
      '',
      '250 kB wasted in 1 file, efficiency 80%:',
      '      250 kB  /app/␛[31mbig  in layer 2, removed by 3',
      '',
    ]);
  });

  it('prints the same as JSON, and has the engine hand the image over once', async () => {
    const { stdout, status } = await run('--format', 'json', 'app:1');
    const { name, bytes, layers, files } = JSON.parse(stdout) as ImageAnalysis;
    assert.deepEqual([status, name, bytes, files?.reclaimableBytes], [0, 'app:1', 1_250_000, 250_000]);
    assert.deepEqual(
      layers.map((layer) => layer.bytes),
      [1_000_000, 250_000, 0],
    );
    assert.equal(fake.count(`GET /images/${id}/get`), 1);
  });

  it('prints sizes in the units that are wanted', async () => {
    const { stdout } = await run('--units', 'MiB', 'app:1');
    assert.match(stdout, /^app:1: 1\.19 MiB in 3 layers/);
    assert.match(stdout, /^244 KiB wasted in 1 file/m);
  });

  it("prints a registry's image by what there is to download", async () => {
    const { stdout, status } = await run('--registry', '--platform', 'linux/amd64', `${registry.host}/team/app:1`);
    const [head, , first] = stdout.split('\n');
    assert.equal(head, `${registry.host}/team/app:1: 4 kB to download in 2 layers, linux/amd64`);
    assert.match(first ?? '', /^ {2}1 +3 kB {2}█{20}/);
    assert.doesNotMatch(stdout, /wasted|efficiency/);
    assert.equal(status, 0);
  });

  const codes: readonly (readonly [name: string, args: readonly string[], status: number, complaint?: RegExp])[] = [
    ['0 at each limit', ['--max-size', '1.25MB', '--max-wasted', '250000', '--min-efficiency', '80%', 'app:1'], 0],
    [
      '1 for a larger image',
      ['--max-size', '1249 kB', 'app:1'],
      1,
      /has 1250000 bytes, more than the 1249000 bytes of --max-size/,
    ],
    ['1 for more waste', ['--max-wasted', '100KiB', 'app:1'], 1, /250 kB, more than the 102 kB of --max-wasted/],
    [
      '1 for less efficiency',
      ['--min-efficiency', '0.81', 'app:1'],
      1,
      /an efficiency of 80%, less than the 81% of --min-efficiency/,
    ],
    ['2 for an image that is not there', ['nope'], 2, /^nope: No such image/],
    ['2 without an image', [], 2, /No image is named/],
    ['2 for two', ['a', 'b'], 2, /One image at a time/],
    ['2 for an unknown option', ['--what', 'a'], 2, /Unknown option '--what'/],
    ['2 for a size that is none', ['--max-size', '10 apples', 'a'], 2, /like 200MB or 1GiB, not "10 apples"/],
    ['2 for a ratio that is none', ['--min-efficiency', '95', 'a'], 2, /like 0\.95 or 95%, not "95"/],
    ['2 for a format that is none', ['--format', 'xml', 'a'], 2, /--format takes/],
    ['2 for limits that need files', ['--registry', '--max-wasted', '1MB', 'a'], 2, /leave --registry out/],
    ['2 for a platform of what the engine has', ['--platform', 'linux/arm64', 'a'], 2, /goes with --registry/],
  ];
  for (const [name, args, status, complaint = /^$/] of codes) {
    it(`exits with ${name}`, async () => {
      const ended = await run(...args);
      assert.equal(ended.status, status, ended.stderr);
      assert.match(ended.stderr, complaint);
    });
  }

  it('exits with 2 where no engine is', async () => {
    await fake.stop();
    const { status, stderr } = await run('app:1');
    await fake.start();
    assert.equal(status, 2);
    assert.match(stderr, /There is no such socket|Nothing listens there/);
  });

  it('says what it can do when it is asked to', async () => {
    const { status, stdout } = await run('--help');
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: node dist\/cli\.js layers /);
  });
});
