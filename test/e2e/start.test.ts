import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Browser, chromium, type Page } from 'playwright-core';
import { browserFlags, browserProgram } from '../../scripts/parts/chromium.ts';
import { findProgram } from '../../scripts/parts/command.ts';
import { type Daemon, startDaemon } from '../../scripts/parts/daemon.ts';
import { node24 } from '../../scripts/parts/dependencies.mjs';
import { baseImage } from '../../scripts/parts/testNames.ts';
import { pictureFailure } from '../support/servedVsCode.ts';
import { needsEngine, testEngine, testLabels } from '../support/testBed.ts';
import { notification, openGantry, pick, runCommand, treeRow } from '../support/workbench.ts';

describe('What npm start opens', () => {
  const image = `e2e-${randomUUID().slice(0, 8)}/page:1`;
  let gantry: Daemon | undefined;
  let browser: Browser | undefined;
  let page: Page;

  before(async function () {
    needsEngine(this);
    if (findProgram('code', 'code.cmd')) this.skip(); // it would open on this machine's screen
    const docker = testEngine();
    const container = await docker.createContainer({
      Image: baseImage,
      Cmd: ['sh', '-c', 'mkdir /www && echo hello from the start >/www/index.html'],
      Labels: testLabels(),
    });
    await container.start();
    await container.wait();
    const changes = 'CMD ["httpd","-f","-p","8080","-h","/www"]\nEXPOSE 8080';
    await container.commit({ repo: image.split(':')[0], tag: '1', changes });
    await container.remove();

    gantry = await startDaemon(node24, ['scripts/open.ts'], { ready: /Gantry is open at\s+(http:\S+)/ });
    browser = await chromium.launch({ executablePath: await browserProgram(), args: browserFlags });
    page = await browser.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(gantry.match[1]!);
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
  });

  afterEach(function () {
    return pictureFailure(this, page);
  });

  after(async () => {
    await browser?.close();
    await gantry?.stop();
  });

  it('shows what the engine has', async () => {
    await openGantry(page);
    await treeRow(page, 'Images', image.split(':')[0]!);
  });

  it('offers the address of what it runs, and opens it', async () => {
    await runCommand(page, 'Gantry Images: Run…');
    await pick(page, image, image);
    const picker = page.locator('.quick-input-widget');
    await picker.locator('.monaco-list-row', { hasText: '8080/tcp' }).waitFor();
    await picker.getByRole('button', { name: 'OK' }).click();
    const told = await notification(page, `${image} runs as`);
    const [opened] = await Promise.all([
      page.waitForEvent('popup'),
      told.getByRole('button', { name: 'Open' }).click(),
    ]);
    await opened.getByText('hello from the start').waitFor();
    assert.match(opened.url(), /^http:\/\/localhost:\d+\/$/);
  });
});
