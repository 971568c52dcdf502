import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { baseImage } from '../../scripts/parts/testNames.ts';
import { openServedVsCode, pictureFailure, type ServedVsCode } from '../support/servedVsCode.ts';
import { needsEngine, testEngine } from '../support/testBed.ts';
import { openGantry, picture, treeRow } from '../support/workbench.ts';

describe('Without an engine', () => {
  let scratch: string;
  let socket: string;
  let vscode: ServedVsCode;
  let page: Page;

  before(async function () {
    needsEngine(this);
    scratch = await mkdtemp(join(tmpdir(), 'gantry-absent-'));
    socket = join(scratch, 'docker.sock');
    vscode = await openServedVsCode('samples', { env: { DOCKER_HOST: `unix://${socket}` } });
    page = vscode.page;
    await openGantry(page);
  });

  afterEach(function () {
    return pictureFailure(this, page);
  });

  after(async () => {
    await vscode?.close();
    if (scratch) await rm(scratch, { recursive: true });
  });

  it('the views say what was tried and what to do', async () => {
    const containers = page.locator('.sidebar .pane', { has: page.locator('.pane-header[aria-label^="Containers"]') });
    await containers.locator('.monaco-list-row', { hasText: socket }).first().waitFor();
    await containers.locator('.monaco-list-row', { hasText: 'DOCKER_HOST' }).first().waitFor();
    await treeRow(page, 'Containers', 'Try Again');
    await picture(page, 'no-engine');
  });

  it('the views fill by themselves when it comes', async () => {
    const { socketPath } = testEngine().modem as unknown as { socketPath: string };
    const door = createServer((from) => {
      const to = connect(socketPath);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      to.on('error', () => from.destroy()).on('close', () => from.destroy());
      from.pipe(to).pipe(from);
    });
    door.listen(socket);
    await once(door, 'listening');
    try {
      await treeRow(page, 'Images', baseImage.replace(/:.*/, ''));
    } finally {
      // Connections end with VS Code's.
      door.close();
    }
  });
});
