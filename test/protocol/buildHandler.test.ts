import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancellationTokenSource, LSPErrorCodes, type ResponseError } from 'vscode-languageserver/node';
import type { Problem } from '../../common/known.ts';
import type { BuildProgress, BuildResult, BuildSpec } from '../../common/protocol.ts';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { registerBuild } from '../../server/handlers/build.ts';
import { silentLog } from '../support/changes.ts';
import { type FakeEngine, startFakeEngine } from '../support/fakeEngine.ts';
import { type Wire, wire } from '../support/wire.ts';

describe('gantry/images/build over the wire', () => {
  let fake: FakeEngine;
  let engine: Engine;
  let ends: Wire;
  let folder: string;
  let spec: BuildSpec;

  beforeEach(async () => {
    fake = await startFakeEngine();
    engine = createEngine({ env: { DOCKER_HOST: fake.host }, log: silentLog });
    ends = wire();
    registerBuild(ends.server, engine, { find: async () => undefined });
    ends.server.listen();
    folder = await mkdtemp(join(tmpdir(), 'gantry-handler-'));
    await writeFile(join(folder, 'Dockerfile'), 'FROM x\nRUN a\n');
    spec = { dockerfile: join(folder, 'Dockerfile'), context: folder, tags: ['t'], progress: 'p' };
  });
  afterEach(async () => {
    engine.dispose();
    ends.close();
    await fake.close();
    await rm(folder, { recursive: true });
  });

  const ask = (token?: CancellationTokenSource) =>
    ends.client.sendRequest<BuildResult>('gantry/images/build', spec, (token ?? new CancellationTokenSource()).token);

  it('tells of 10,000 lines in a few messages and loses none', async () => {
    fake.on('POST /build', (request, response) => {
      request.resume();
      response.writeHead(200);
      response.write(`${JSON.stringify({ stream: 'Step 1/1 : RUN a' })}\n`);
      for (let line = 0; line < 10_000; line++) response.write(`${JSON.stringify({ stream: `${line}\n` })}\n`);
      response.end(`${JSON.stringify({ aux: { ID: 'sha256:1' } })}\n`);
    });
    const told: BuildProgress[] = [];
    ends.client.onNotification('gantry/progress', ({ progress, value }: { progress: string; value: BuildProgress }) => {
      assert.equal(progress, 'p');
      told.push(value);
    });
    const asked = performance.now();
    const result = await ask();
    assert.equal(result.kind === 'built' && result.imageId, 'sha256:1');
    const output = told.map((value) => (value.kind === 'log' ? value.text : '')).join('');
    assert.equal(output, Array.from({ length: 10_000 }, (_, line) => `${line}\n`).join(''));
    assert.ok(told.length <= 6 + (performance.now() - asked) / 50, `${told.length} messages`);
  });

  for (const text of ['ARG A=1\n', '# nothing\n', '']) {
    it(`keeps from the engine what makes it fall over: ${JSON.stringify(text)}`, async () => {
      await writeFile(spec.dockerfile, text);
      const result = await ask();
      assert.match(result.kind === 'failed' ? result.message : '', /no FROM/);
      assert.deepEqual(fake.calls, []);
    });
  }

  it('ends the build when the request is canceled', async () => {
    const token = new CancellationTokenSource();
    const closed = new Promise<void>((resolve) => {
      fake.on('POST /build', (request, response) => {
        request.resume();
        response.writeHead(200).write(`${JSON.stringify({ stream: 'Step 1/1 : RUN a' })}\n`);
        response.on('close', resolve);
        token.cancel();
      });
    });
    await assert.rejects(ask(token), (error: ResponseError<Problem>) => error.code === LSPErrorCodes.RequestCancelled);
    await closed;
  });

  for (const [what, body] of [
    ['garbage', 'not json\n'],
    ['nothing', ''],
    ['half a line', '{"stream":"Step 1'],
  ] as const) {
    it(`fails with words when the engine answers ${what}`, async () => {
      fake.on('POST /build', (request, response) => {
        request.resume().on('end', () => response.writeHead(200).end(body));
      });
      await assert.rejects(ask(), (error: ResponseError<Problem>) => {
        assert.equal(error.data?.kind, 'badAnswer', error.message);
        return true;
      });
    });
  }
});
