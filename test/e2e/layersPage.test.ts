/** The page of a layers panel in a real browser, with what an editor says to it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { pageHtml } from '../../client/layers/html.ts';
import type { Content, FromPage, ToPage } from '../../client/layers/messages.ts';
import { pageTexts } from '../../client/layers/texts.ts';
import type { ByteUnits } from '../../common/bytes.ts';
import type { ImageAnalysis, LayerEntry } from '../../common/layers.ts';
import { browserFlags, browserProgram } from '../../scripts/parts/chromium.ts';
import { root } from '../../scripts/parts/dependencies.mjs';

const origin = 'https://page.test';
const analysis: ImageAnalysis = {
  id: 'sha256:a',
  name: 'app:1',
  source: 'engine',
  platform: { os: 'linux', architecture: 'amd64' },
  bytes: 3_145_728,
  layers: [
    { digest: 'sha256:1', bytes: 1_048_576, createdBy: 'COPY a b' },
    { digest: 'sha256:2', bytes: 2_097_152, createdBy: 'RUN \u202Egnp' },
  ],
  files: {
    efficiency: 1,
    reclaimableBytes: 2048,
    wasted: [{ path: '/a\n/b', bytes: 2048, layers: [0, 1] }],
    wastedCount: 1,
  },
};

describe('The page of a layers panel', () => {
  let browser: Browser;
  let page: Page;

  before(async () => {
    browser = await chromium.launch({ executablePath: await browserProgram(), args: browserFlags });
  });
  after(() => browser?.close());

  beforeEach(async () => {
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    const parts = { script: `${origin}/layers-page.js`, style: `${origin}/layers-page.css`, source: origin };
    const html = pageHtml({ ...parts, nonce: 'n', language: 'en' });
    await page.route(`${origin}/**`, async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      if (name === '') return route.fulfill({ contentType: 'text/html', body: html });
      const contentType = name.endsWith('.css') ? 'text/css' : 'text/javascript';
      return route.fulfill({ contentType, body: await readFile(join(root, 'dist', name)) });
    });
    await page.addInitScript(() => {
      const said: unknown[] = [];
      let state: unknown;
      const editor = {
        postMessage: (message: unknown) => said.push(message),
        getState: () => state,
        setState: (next: unknown) => {
          state = next;
        },
      };
      Object.assign(globalThis, { said, acquireVsCodeApi: () => editor });
    });
    await page.goto(`${origin}/`);
  });
  afterEach(() => page.close());

  const say = (message: ToPage) => page.evaluate((data) => window.postMessage(data), message);
  const show = (content: Content, units: ByteUnits = 'MB') =>
    say({
      kind: 'show',
      subject: { kind: 'analysis', source: 'engine', reference: 'app:1' },
      texts: pageTexts(),
      ...{ units, content },
    });
  const said = () => page.evaluate(() => (globalThis as unknown as { said: FromPage[] }).said);
  const entries = (folder: string, ...found: LayerEntry[]) =>
    say({ kind: 'entries', image: analysis.id, layer: 1, folder, entries: found });

  it('keeps its button while it tells how far it is: a click may begin before and end after that', async () => {
    await show({ kind: 'loading' });
    const cancel = page.getByRole('button', { name: 'Cancel' });
    await cancel.focus();
    await cancel.hover();
    await page.mouse.down();
    await show({ kind: 'loading', current: 1_048_576, total: 2_097_152 }, 'MiB');
    await page.getByText('2.1 MB read').waitFor();
    await page.mouse.up();
    assert.deepEqual(await said(), [{ kind: 'ready' }, { kind: 'cancel' }]);
    assert.equal(await cancel.evaluate((button) => button === document.activeElement), true);
  });

  it('has all sizes in the units of the setting, when it changes too', async () => {
    const sizes = () => page.locator('.figure dd, .layer .size, .tab .detail').allTextContents();
    await show({ kind: 'analysis', analysis });
    assert.deepEqual(await sizes(), ['3.15 MB', '2', '100%', '2.05 kB', '1.05 MB', '2.1 MB', '2.05 kB']);
    await show({ kind: 'analysis', analysis }, 'MiB');
    assert.deepEqual(await sizes(), ['3 MiB', '2', '100%', '2 KiB', '1 MiB', '2 MiB', '2 KiB']);
  });

  it('shows what was in a folder that is gone', async () => {
    await show({ kind: 'analysis', analysis });
    await entries('/', { name: 'old', kind: 'folder', change: 'removed', bytes: 7, files: 1 });
    await page.getByRole('treeitem', { name: 'old' }).click();
    await entries('/old', { name: 'file', kind: 'file', change: 'removed', bytes: 7 });
    await page.getByRole('treeitem', { name: 'file, removed, hides 7 B' }).waitFor();
  });

  it('shows what nobody could see in a name', async () => {
    await show({ kind: 'analysis', analysis });
    await entries('/', { name: 'a\n\u202Eb', kind: 'link', change: 'added', bytes: 0, target: '\u001b[2J' });
    assert.equal(await page.locator('.file .name').textContent(), 'a␊<U+202E>b → ␛[2J');
    assert.equal(await page.locator('.layer .instruction').nth(1).textContent(), 'RUN <U+202E>gnp');
    await page.getByRole('tab', { name: 'Wasted space' }).click();
    assert.equal(await page.locator('.wasted .path').textContent(), '/a␊/b');
  });

  it('leads from a wasted file to its layer, where no line is known, with the keyboard too', async () => {
    await show({ kind: 'analysis', analysis });
    await page.getByRole('tab', { name: 'Wasted space' }).click();
    await page.getByRole('button', { name: 'Layer 1' }).press('Enter');
    await page.getByRole('tab', { name: 'Files of layer 1' }).and(page.locator('[aria-selected=true]')).waitFor();
    assert.equal(await page.locator('.layer[aria-selected=true]:focus').count(), 1);
  });
});
