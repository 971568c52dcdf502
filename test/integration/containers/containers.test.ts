import assert from 'node:assert/strict';
import { join } from 'node:path';
import type Docker from 'dockerode';
import * as vscode from 'vscode';
import { connectBackend } from '../../../client/backend.ts';
import { type ContainerValue, containerNodes } from '../../../client/containers/nodes.ts';
import { serverProcess } from '../../../client/languageClient.ts';
import { TreeModel } from '../../../client/ui/treeModel.ts';
import { gantry } from '../../support/extensionHost.ts';
import { needsEngine, testEngine, testLabels } from '../../support/testBed.ts';

const [containers, limitMs] = [500, 300];

describe('The list of containers', function () {
  this.timeout(90_000);
  let engine: Docker;
  const made: Docker.Container[] = [];

  before(async function () {
    needsEngine(this);
    engine = testEngine();
    await inTurns(Array.from({ length: containers }), async () => {
      made.push(await engine.createContainer({ Image: 'gantry-test/base', Labels: testLabels() }));
    });
  });

  after(() => inTurns(made, (container) => container.remove({ force: true })));

  it(`has ${containers} of them ready to be shown within ${limitMs} ms of the engine's answer`, async () => {
    const log = vscode.window.createOutputChannel('Test', { log: true });
    const server = serverProcess(join(gantry.extensionPath, 'dist/server.js'), '0', undefined, log);
    const backend = connectBackend(server);
    try {
      await backend.engineStatus();
      const times: number[] = [];
      for (let round = 0; round < 5; round++) {
        const asked = performance.now();
        await engine.listContainers({ all: true });
        const engineMs = performance.now() - asked;

        const model = new TreeModel<ContainerValue>('Containers', async (signal) => {
          const answer = await backend.containers(signal);
          return answer.state === 'known' ? { ...answer, value: containerNodes(answer.value, () => '') } : answer;
        });
        const began = performance.now();
        const shown = await model.children();
        times.push(performance.now() - began - engineMs);
        const ids = new Set([...shown, ...model.shown()].map(({ id }) => id));
        assert.deepEqual(
          made.filter(({ id }) => !ids.has(`container:${id}`)),
          [],
        );
      }
      const median = times.toSorted((a, b) => a - b)[2] ?? Number.NaN;
      console.log(`    ${times.map((ms) => ms.toFixed(0)).join(', ')} ms after the engine's answer`);
      assert.ok(median < limitMs, `${median.toFixed(0)} ms`);
    } finally {
      await server.stop(); // its client writes to the log until the process is gone
    }
  });
});

/** Eight at a time: more makes the engine no faster. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (left.length > 0) await work(left.pop() as T);
    }),
  );
}
