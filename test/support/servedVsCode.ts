import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { browserFlags, browserProgram } from '../../scripts/parts/chromium.ts';
import { root } from '../../scripts/parts/dependencies.mjs';
import { startVsCodeServer } from '../../scripts/parts/vsCodeServer.ts';

/** A real VS Code with the packaged extension installed, its page, and the copy of a workspace that it shows. */
export interface ServedVsCode {
  readonly page: Page;
  /** The copy, free to be changed. */
  readonly workspace: string;
  close(): Promise<void>;
}

/**
 * Opens a copy of this folder of the project in a VS Code that nobody used before, and waits until its files show.
 * @param env what its extension host gets on top of the environment of the tests
 */
export async function openServedVsCode(folder: string, env: NodeJS.ProcessEnv = {}): Promise<ServedVsCode> {
  const scratch = await mkdtemp(join(tmpdir(), 'gantry-e2e-'));
  const workspace = join(scratch, basename(folder));
  const closers: (() => Promise<unknown>)[] = [() => rm(scratch, { recursive: true, force: true })];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    await cp(join(root, folder), workspace, { recursive: true });
    const server = await startVsCodeServer({
      dataFolder: join(scratch, 'vscode'),
      vsix: join(root, 'dist/gantry.vsix'),
      env: { ...process.env, ...env },
    });
    closers.push(server.stop);
    const browser: Browser = await chromium.launch({ executablePath: await browserProgram(), args: browserFlags });
    closers.push(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(server.address(workspace, { skipWelcome: 'true' }));
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
    return { page, workspace, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where a picture of this name goes; test runs keep the newest of each. */
export async function artifact(name: string): Promise<string> {
  const folder = join(root, 'test/e2e/artifacts');
  await mkdir(folder, { recursive: true });
  return join(folder, name);
}
