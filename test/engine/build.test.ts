import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BuildProgress, BuildResult } from '../../common/protocol.ts';
import { type BuildEngine, build } from '../../server/engine/buildkit/build.ts';
import type { Engine } from '../../server/engine/engine.ts';
import { ProblemError } from '../../server/util/problemError.ts';
import { importBaseImage, removeImage } from '../support/baseImage.ts';
import { engineOrSkip } from '../support/realEngine.ts';

const never = new AbortController().signal;
const anonymous = { credentials: { find: async () => undefined }, refuse: () => undefined };

describe('build', function () {
  this.timeout(60_000);
  let engine: Engine;
  let folder: string;
  const mark = `gantry-test/build-${process.pid}-${Date.now().toString(36)}`;
  const base = `${mark}:base`;
  const unique = `nonce-${Date.now().toString(36)}`;

  before(async function () {
    engine = await engineOrSkip(this);
    await importBaseImage(engine, base, never);
  });
  after(async () => {
    if (!engine) return;
    for (const tag of ['base', 'out', 'one', 'two']) await removeImage(engine, `${mark}:${tag}`);
    engine.dispose();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-build-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Without BuildKit's own API, as behind a proxy (version 2) or on an engine that never had it (version 1). */
  const without = (buildkit: boolean): BuildEngine => ({
    json: engine.json,
    stream: engine.stream,
    async status(signal) {
      return { ...(await engine.status(signal)), buildkit };
    },
    async dial() {
      throw new ProblemError({ kind: 'notFound', subject: 'BuildKit', message: 'page not found' });
    },
  });
  const ways: readonly [string, () => BuildEngine][] = [
    ['over gRPC', () => engine],
    ['over REST with BuildKit', () => without(true)],
    ['over REST without BuildKit', () => without(false)],
  ];

  async function run(
    text: string,
    {
      on = engine as BuildEngine,
      tags = [`${mark}:out`],
      signal = never,
      onProgress = (_: BuildProgress) => {},
      ...spec
    } = {} as {
      on?: BuildEngine;
      tags?: string[];
      signal?: AbortSignal;
      onProgress?: (progress: BuildProgress) => void;
      dockerfile?: string;
      target?: string;
      buildArgs?: Record<string, string>;
    },
  ): Promise<BuildResult> {
    const dockerfile = spec.dockerfile ?? join(folder, 'Dockerfile');
    await mkdir(dirname(dockerfile), { recursive: true });
    await writeFile(dockerfile, text);
    return build(on, { context: folder, tags, ...spec, dockerfile }, anonymous, onProgress, signal);
  }

  async function files(entries: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, content] of Object.entries(entries)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
  }

  /** What a step that lists `/ctx` printed, sorted. */
  const listContext = `RUN find /ctx -type f -exec echo file {} ';' ; find /ctx -type l -exec echo link {} ';'`;
  async function contextSeen(text: string, on: BuildEngine): Promise<readonly string[]> {
    let printed = '';
    const result = await run(text, {
      on,
      onProgress: (progress) => {
        if (progress.kind === 'log') printed += progress.text;
      },
    });
    assert.equal(result.kind, 'built', JSON.stringify(result));
    return [...new Set(printed.split('\n').filter((line) => /^(file|link) /.test(line)))].sort();
  }

  for (const [way, on] of ways) {
    describe(way, () => {
      it('builds, names and measures an image', async () => {
        await files({ 'hello.txt': 'hello' });
        const progress: BuildProgress[] = [];
        const result = await run(
          `FROM ${base}\nARG WHO\nCOPY hello.txt /\nRUN cat /hello.txt && echo "$WHO-${way}-${unique}"\n`,
          {
            on: on(),
            buildArgs: { WHO: 'anna' },
            onProgress: (value) => progress.push(value),
          },
        );
        assert.ok(result.kind === 'built', JSON.stringify(result));
        const image = (await engine.json({ method: 'GET', path: `/images/${mark}:out/json` }, never)) as {
          Id: string;
          Size: number;
        };
        assert.ok(image.Id.includes(result.imageId.replace('sha256:', '')), `${image.Id} ${result.imageId}`);
        assert.equal(result.bytes, image.Size);
        assert.match(
          progress.flatMap((item) => (item.kind === 'log' ? [item.text] : [])).join(''),
          new RegExp(`helloanna-${way}-${unique}`),
        );
        const states = progress.flatMap((item) =>
          item.kind === 'step' && /RUN cat/.test(item.name) ? [item.state] : [],
        );
        assert.deepEqual([states[0], states.at(-1)], ['running', 'done']);
      });

      it('tells what a failing command printed, its exit code and its step', async () => {
        const result = await run(
          `FROM ${base}\n\nRUN echo first-${unique} && \\\n    echo second && \\\n    exit 42\n`,
          { on: on() },
        );
        assert.ok(result.kind === 'failed');
        assert.equal(result.exitCode, 42);
        assert.equal(result.message, 'The command failed with exit code 42.');
        assert.match(result.step ?? '', /RUN echo first/);
        assert.match(result.log ?? '', new RegExp(`first-${unique}\\nsecond`));
        if (way === 'over gRPC') {
          assert.deepEqual(result.range, { start: { line: 2, character: 0 }, end: { line: 4, character: 11 } });
        }
      });

      it('finds the line of an unknown instruction', async () => {
        const result = await run(`FROM ${base}\n\nCOPPY a b\n`, { on: on() });
        assert.ok(result.kind === 'failed', JSON.stringify(result));
        assert.match(result.message, /^[Uu]nknown instruction: COPPY/);
        assert.deepEqual(result.range, { start: { line: 2, character: 0 }, end: { line: 2, character: 9 } });
      });

      it('names a file that is not in the context', async () => {
        const result = await run(`FROM ${base}\nCOPY absent.txt /\n`, { on: on() });
        assert.ok(result.kind === 'failed');
        assert.match(result.message, /absent\.txt/);
        if (way === 'over gRPC') {
          assert.equal(
            result.message,
            '"/absent.txt" does not exist in the build context, or .dockerignore leaves it out.',
          );
          assert.deepEqual(result.range, { start: { line: 1, character: 0 }, end: { line: 1, character: 17 } });
        }
      });

      it('leaves out what .dockerignore says, the Dockerfile itself included', async () => {
        await files({
          '.dockerignore':
            '# comment\nDockerfile\n.dockerignore\n*.log\nnode_modules\n!node_modules/kept\n**/*.tmp\nsub/*\n!sub/in\n',
          'a.txt': 'a',
          'b.log': 'b',
          'node_modules/x/y': '1',
          'node_modules/kept/z': '2',
          'deep/er/c.tmp': '3',
          'deep/er/d': '4',
          'sub/out': '5',
          'sub/in': '6',
          'ümläut, comma.txt': '7',
        });
        const seen = await contextSeen(`FROM ${base}\nCOPY . /ctx\n${listContext} # ${way}${unique}\n`, on());
        assert.deepEqual(seen, [
          // A tar must hold the Dockerfile, and BuildKit takes nothing out of it.
          ...(way === 'over REST with BuildKit' ? ['file /ctx/Dockerfile'] : []),
          'file /ctx/a.txt',
          'file /ctx/deep/er/d',
          'file /ctx/node_modules/kept/z',
          'file /ctx/sub/in',
          'file /ctx/ümläut, comma.txt',
        ]);
      });

      it('prefers the ignore file beside the Dockerfile', async () => {
        await files({
          '.dockerignore': 'a.txt\n',
          'docker/web.Dockerfile.dockerignore': 'b.txt\ndocker\n.dockerignore\n',
          'a.txt': 'a',
          'b.txt': 'b',
        });
        const dockerfile = join(folder, 'docker', 'web.Dockerfile');
        let printed = '';
        const result = await run(`FROM ${base}\nCOPY . /ctx\n${listContext} # ${way}${unique}2\n`, {
          on: on(),
          dockerfile,
          onProgress: (progress) => {
            if (progress.kind === 'log') printed += progress.text;
          },
        });
        assert.equal(result.kind, 'built', JSON.stringify(result));
        // The classic builder knows only the context's own file, and reads it where it finds it.
        if (way !== 'over REST without BuildKit') assert.match(printed, /file \/ctx\/a\.txt\n/);
        assert.doesNotMatch(printed, /b\.txt/);
      });

      it('sends links as links and passes over sockets and pipes', async () => {
        await files({ 'real/file': 'x', Dockerfile: '' });
        await symlink('real/file', join(folder, 'link'));
        await symlink('nowhere', join(folder, 'dangling'));
        execFileSync('mkfifo', [join(folder, 'pipe')]);
        const server = createServer().listen(join(folder, 'socket'));
        try {
          const seen = await contextSeen(`FROM ${base}\nCOPY . /ctx\n${listContext} # ${way}${unique}3\n`, on());
          assert.deepEqual(seen, [
            'file /ctx/Dockerfile',
            'file /ctx/real/file',
            'link /ctx/dangling',
            'link /ctx/link',
          ]);
        } finally {
          server.close();
        }
      });

      it('ends the process in the container when it is canceled', async () => {
        const controller = new AbortController();
        const seconds = 4000 + ways.findIndex(([name]) => name === way);
        let begun = () => {};
        const started = new Promise<void>((resolve) => {
          begun = resolve;
        });
        const running = run(`FROM ${base}\nRUN echo ${unique} && sleep ${seconds}\n`, {
          on: on(),
          signal: controller.signal,
          onProgress: (progress) => {
            if (progress.kind === 'log' && progress.text.includes(unique)) begun();
          },
        });
        await Promise.race([started, running]);
        const alive = () =>
          execFileSync('ps', ['-eo', 'args'])
            .toString()
            .split('\n')
            .some((line) => line.trim() === `sleep ${seconds}`);
        while (!alive()) await new Promise((resolve) => setImmediate(resolve));
        const asked = performance.now();
        controller.abort();
        await assert.rejects(running, { name: 'AbortError' });
        assert.ok(performance.now() - asked < 1000);
        while (alive()) assert.ok(performance.now() - asked < 5000, 'the process still runs');
      });
    });
  }

  it('names a file that cannot be sent', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff])]), '');
    for (const on of [engine, without(true)]) {
      await assert.rejects(run(`FROM ${base}\nCOPY . /\n`, { on }), (error) => {
        assert.ok(error instanceof ProblemError, String(error));
        assert.equal(error.problem.kind, 'buildFailed');
        assert.match(error.problem.message, /cannot be read: the name "bad.*" is not valid UTF-8/);
        return true;
      });
    }
  });

  it('sends bit for bit what docker build sends', async () => {
    await files({
      'a+b.txt': '1',
      foo: '2',
      barfoo: '3',
      'dir/a': '4',
      'dir/sub/a': '5',
      'dir/sub/deep/c': '6',
      'dir2/foo': '7',
      '.hidden/x': '8',
      'node_modules/p/i.js': '9',
      'src/node_modules/r.js': '10',
      'ünï/cödé': '11',
      '\u{1F600}': '12',
      'back\\slash': '13',
      '#hash': '14',
    });
    await symlink('dir', join(folder, 'link'));
    await link(join(folder, 'foo'), join(folder, 'twin'));
    await chmod(join(folder, 'barfoo'), 0o4750);
    await mkdir(join(folder, 'empty/er'), { recursive: true });
    const docker = join(folder, '.docker');
    const ignores = [
      '.docker',
      '.docker\n*\n!dir/sub',
      '.docker\n**foo',
      '.docker\n**/node_modules/**\n!**/r.js',
      '.docker\n?',
      '.docker\n[^a-f]*\n!\\#hash',
      '**\n!**/a',
      'dir/sub/**/c\r\n.docker',
    ];
    const made = new Set<string>();
    const layers = async (id: string) => {
      made.add(id);
      return ((await engine.json({ method: 'GET', path: `/images/${id}/json` }, never)) as { RootFS: object }).RootFS;
    };
    for (const ignore of ignores) {
      await writeFile(join(folder, '.dockerignore'), ignore);
      const ours = await run('FROM scratch\nCOPY . /\n', { tags: [] });
      assert.ok(ours.kind === 'built', JSON.stringify(ours));
      const theirs = execFileSync('docker', ['build', '-q', folder], { env: { ...process.env, DOCKER_CONFIG: docker } })
        .toString()
        .trim();
      assert.deepEqual(await layers(ours.imageId), await layers(theirs), JSON.stringify(ignore));
    }
    for (const id of made) await removeImage(engine, id);
  });

  it('says which path is missing', async () => {
    const nowhere = { dockerfile: join(folder, 'absent'), context: folder, tags: [] };
    await assert.rejects(
      build(engine, nowhere, anonymous, () => {}, never),
      /absent: There is no such Dockerfile/,
    );
  });

  it('builds two at once', async () => {
    await files({ 'a.txt': 'a' });
    const text = (name: string) => `FROM ${base}\nCOPY a.txt /\nRUN sleep 0.3; echo ${name}${unique} > /name\n`;
    const results = await Promise.all(
      ['one', 'two'].map((name) =>
        run(text(name), { tags: [`${mark}:${name}`], dockerfile: join(folder, `${name}.Dockerfile`) }),
      ),
    );
    assert.deepEqual(
      results.map(({ kind }) => kind),
      ['built', 'built'],
    );
  });

  it('asks for the credentials of the one registry it needs', async () => {
    const asked: string[] = [];
    const seen: (string | undefined)[] = [];
    const server = createHttpServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address() as { port: number };
    const host = `127.0.0.1:${address.port}`;
    try {
      await writeFile(join(folder, 'Dockerfile'), `FROM ${host}/private:1\n`);
      const find = async (wanted: string) => {
        asked.push(wanted);
        return { kind: 'basic', username: 'anna', password: 'secret' } as const;
      };
      const result = await build(
        engine,
        { dockerfile: join(folder, 'Dockerfile'), context: folder, tags: [] },
        { credentials: { find }, refuse: () => undefined },
        () => {},
        never,
      );
      assert.ok(result.kind === 'failed');
      assert.deepEqual([...new Set(asked)], [host]);
      assert.ok(seen.includes(`Basic ${Buffer.from('anna:secret').toString('base64')}`), String(seen));
      assert.doesNotMatch(JSON.stringify(result), /secret/);
    } finally {
      server.close();
    }
  });
});
