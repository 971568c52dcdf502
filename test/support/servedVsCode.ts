import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
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

export interface ServedOptions {
  /** What the extension host gets on top of the environment of the tests. */
  readonly env?: NodeJS.ProcessEnv;
  /** What the workspace has besides, by path. Quick Open finds what was there from the start; later files only sometimes. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** The user's settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Opens a copy of this folder of the project in a VS Code that nobody used before, and waits until its files show. */
export async function openServedVsCode(folder: string, options: ServedOptions = {}): Promise<ServedVsCode> {
  const { env = {}, files = {}, settings = {} } = options;
  const scratch = await mkdtemp(join(tmpdir(), 'gantry-e2e-'));
  const workspace = join(scratch, basename(folder));
  const closers: (() => Promise<unknown>)[] = [() => rm(scratch, { recursive: true, force: true })];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    await cp(join(root, folder), workspace, { recursive: true });
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(workspace, path)), { recursive: true });
      await writeFile(join(workspace, path), content);
    }
    const server = await startVsCodeServer({
      dataFolder: join(scratch, 'vscode'),
      vsix: join(root, 'dist/gantry.vsix'),
      env: { ...process.env, ...env },
      settings,
    });
    closers.push(server.stop);
    const browser: Browser = await chromium.launch({ executablePath: await browserProgram(), args: browserFlags });
    closers.push(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(15_000);
    await page.goto(server.address(workspace));
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
    return { page, workspace, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** To be called after each test: takes a picture of the window when it failed. */
export async function pictureFailure({ currentTest }: Mocha.Context, page: Page | undefined): Promise<void> {
  if (currentTest?.state !== 'failed') return;
  const name = currentTest.fullTitle().replaceAll(/\W+/g, '-');
  await page?.screenshot({ path: await artifact(`failed-${name}.png`) });
}

/** Where a picture of this name goes; test runs keep the newest of each. */
export async function artifact(name: string): Promise<string> {
  const folder = join(root, 'test/e2e/artifacts');
  await mkdir(folder, { recursive: true });
  return join(folder, name);
}
