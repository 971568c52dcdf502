import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { FrameLocator, Page } from 'playwright-core';
import { baseImage } from '../../scripts/parts/testNames.ts';
import { dockerSize } from '../support/dockerSize.ts';
import { eventually } from '../support/eventually.ts';
import { pushImage } from '../support/pushImage.ts';
import { openServedVsCode, pictureFailure, type ServedVsCode } from '../support/servedVsCode.ts';
import { needsEngine, testEngine, testLabels, testRegistries } from '../support/testBed.ts';
import { webview } from '../support/webview.ts';
import {
  answerInput,
  chooseFromMenu,
  expand,
  fold,
  notification,
  openFile,
  openGantry,
  pick,
  picture,
  runCommand,
  terminalText,
  treeRow,
} from '../support/workbench.ts';

describe('The layers of an image', () => {
  /** In what is built, so that no cache has it. */
  const run = `e2e-${randomUUID().slice(0, 8)}`;
  const image = `${run}/layered`;
  const hostile = '<img src=x onerror=document.title=1>';
  let docker: Docker;
  let vscode: ServedVsCode;
  let page: Page;
  let panel: FrameLocator;

  const dockerfile = (thousands: number) =>
    [
      `FROM ${baseImage}`,
      `RUN echo ${run} >/run-of && mkdir -p /app/lib && dd if=/dev/zero of=/app/lib/big bs=1000 count=${thousands}`,
      `RUN dd if=/dev/zero of=/app/small bs=1000 count=56 && touch '/app/${hostile}'`,
      'RUN chmod 700 /app/lib/big',
      'RUN rm /app/small',
      ...Object.entries(testLabels()).map(([name, value]) => `LABEL ${name}=${value}`),
      '',
    ].join('\n');

  before(async function () {
    needsEngine(this);
    docker = testEngine();
    vscode = await openServedVsCode('samples', {
      files: { 'layered/Dockerfile': dockerfile(1234) },
      settings: { 'gantry.registries': [{ host: testRegistries().open }] },
    });
    page = vscode.page;
    panel = webview(page);
  });

  afterEach(function () {
    return pictureFailure(this, page);
  });

  after(() => vscode?.close());

  const option = (text: string | RegExp) => panel.getByRole('option').filter({ hasText: text });
  const file = (text: string | RegExp) => panel.getByRole('treeitem').filter({ hasText: text });

  it('are shown with the sizes that the engine has, the heaviest marked', async () => {
    await openFile(page, 'layered/Dockerfile');
    await runCommand(page, 'Gantry: Build Image…');
    await pick(page, '', "The Dockerfile's folder");
    await page.locator('.quick-input-title').getByText('Build Image').waitFor();
    await answerInput(page, `${image}:1`);
    await notification(page, `Built ${image}:1`);
    await runCommand(page, 'Notifications: Clear All Notifications');
    await openGantry(page);
    await fold(page, 'Containers');
    await expand(await treeRow(page, 'Images', image));
    await chooseFromMenu(page, await treeRow(page, 'Images', '1'), 'Analyze Layers');

    await option('chmod 700').waitFor();
    const history: { CreatedBy: string; Size: number }[] = await docker.getImage(`${image}:1`).history();
    for (const [instruction, wanted] of [
      ['of=/app/lib/big', 'of=/app/lib/big'],
      ['chmod 700', 'chmod 700'],
      ['of=/app/small', 'of=/app/small'],
      ['rm /app/small', 'rm /app/small'],
    ] as const) {
      const { Size } = history.find(({ CreatedBy }) => CreatedBy.includes(instruction))!;
      assert.equal(await option(wanted).locator('.size').textContent(), dockerSize(Size), instruction);
    }
    const { Size } = await docker.getImage(`${image}:1`).inspect();
    assert.equal(await panel.locator('.figure dd').first().textContent(), dockerSize(Size));
    assert.equal(await panel.locator('.layer.heaviest').count(), 1);
  });

  it('show their files, folder by folder, by the keyboard', async () => {
    await option('of=/app/lib/big').click();
    await file('app/').focus();
    await page.keyboard.press('ArrowRight');
    await file('lib/').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await file(/big/).waitFor();
    await page.keyboard.press('ArrowRight');
    const focused = panel.locator('[role=treeitem]:focus');
    assert.equal(await focused.getAttribute('aria-level'), '3');
    assert.match((await focused.textContent()) ?? '', /^Abig1\.23 MB$/);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await focused.getAttribute('aria-expanded'), 'false');
    assert.equal(await file(/big/).count(), 0);
    await page.keyboard.press('ArrowRight');
    await file(/big/).waitFor();
  });

  it('are there again as they were when the panel comes back, from behind and from another window', async () => {
    const isBack = async () => {
      await file(/big/).waitFor();
      assert.match((await panel.locator('.layer[aria-selected=true]').textContent()) ?? '', /of=\/app\/lib\/big/);
    };
    await page.locator('.tabs-container .tab', { hasText: 'Dockerfile' }).click();
    await page.locator('iframe.webview.ready:visible').waitFor({ state: 'detached' });
    await page.locator('.tabs-container .tab', { hasText: 'layered:1' }).click();
    await isBack();
    // A window that ends by itself writes down first what was open in it.
    await Promise.all([page.waitForEvent('load'), runCommand(page, 'Developer: Reload Window')]);
    await isBack();
  });

  it('are searched for a name, and show hostile ones as text', async () => {
    await option('of=/app/small').click();
    await panel.getByRole('searchbox').fill('ONERROR');
    await file(`/app/${hostile}`).waitFor();
    assert.equal(await panel.locator('img').count(), 0);
    await panel.getByRole('searchbox').fill('nothing like it');
    await file('Nothing in this layer has').waitFor();
  });

  it('have the units of the setting, as the view has, as soon as it changes', async () => {
    const size = panel.locator('.figure dd').first();
    const view = page.locator('.monaco-list-row', { hasText: `${run}/layered` });
    const written = async (text: string, units: RegExp) => {
      await writeFile(join(vscode.workspace, '.vscode/settings.json'), text);
      await size.filter({ hasText: units }).waitFor();
      await view.filter({ hasText: units }).waitFor();
    };
    await mkdir(join(vscode.workspace, '.vscode'), { recursive: true });
    await written('{ "gantry.sizes.units": "MiB" }', / MiB$/);
    await written('{}', / MB$/);
  });

  it('tell what is wasted, and lead to the line of the Dockerfile', async () => {
    await panel.getByRole('tab', { name: 'Wasted space' }).click();
    const wasted = panel.locator('.wasted li');
    await wasted.first().waitFor();
    const rows = await wasted.evaluateAll((items) =>
      items.map((item) => [item.querySelector('.path')?.textContent, item.querySelector('.size')?.textContent]),
    );
    assert.deepEqual(rows.slice(0, 2), [
      ['/app/lib/big', dockerSize(1_234_000)],
      ['/app/small', dockerSize(56_000)],
    ]);
    await picture(page, 'wasted');
    await wasted.first().getByRole('button', { name: 'Dockerfile:4' }).click();
    await page.locator('.statusbar').getByText('Ln 4, Col 1').waitFor();
    await runCommand(page, 'View: Close All Editors');
  });

  it('are compared with those of the build before, which is told of', async () => {
    await writeFile(join(vscode.workspace, 'layered/Dockerfile'), dockerfile(1034));
    await openFile(page, 'layered/Dockerfile');
    await runCommand(page, 'Gantry: Build Image…');
    await page.locator('.quick-input-title').getByText('Build Image').waitFor();
    await answerInput(page, `${image}:2`);
    const toast = await notification(page, `Built ${image}:2`);
    const [before, after] = await Promise.all(
      ['1', '2'].map(async (tag) => (await docker.getImage(`${image}:${tag}`).inspect()).Size),
    );
    const told = `image ${dockerSize(after!)} (-${dockerSize(before! - after!)})`;
    assert.ok((await toast.textContent())?.includes(told), told);
    await eventually(
      () => terminalText(page),
      (text) => assert.ok(text.includes(told), text),
    );
    await toast.getByRole('button', { name: 'Compare' }).click();
    await panel.locator('tbody tr').first().waitFor();
    assert.equal(await panel.locator('.figure dd').first().textContent(), `-${dockerSize(before! - after!)}`);
    const files = panel.getByRole('table', { name: 'Files that differ in size' }).locator('tbody tr');
    assert.deepEqual(await files.first().locator('th, td').allTextContents(), [
      '/app/lib/big',
      '1.23 MB',
      '1.03 MB',
      '-200 kB',
    ]);
    await picture(page, 'comparison');
    await runCommand(page, 'View: Close All Editors');
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('are those of what a Dockerfile was last built as', async () => {
    await page.locator('.activitybar .action-item a[aria-label^="Explorer"]').click();
    const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'Dockerfile' });
    await chooseFromMenu(page, row.and(page.locator('[aria-selected=true]')), 'Analyze Layers');
    await page.locator('.tabs-container .tab.active', { hasText: 'layered:2' }).waitFor();
    await option('chmod 700').waitFor();
    await runCommand(page, 'View: Close All Editors');
    await openGantry(page);
  });

  it('of two images that are selected are compared, and of two that are picked', async () => {
    const compared = async () => {
      await page.locator('.tabs-container .tab.active', { hasText: 'layered:2 ↔ layered:1' }).waitFor();
      await panel.locator('tbody tr').first().waitFor();
    };
    await expand(await treeRow(page, 'Images', image));
    const [one, other] = [await treeRow(page, 'Images', '2'), await treeRow(page, 'Images', '1')];
    await one.click();
    await other.click({ modifiers: ['ControlOrMeta'] });
    await chooseFromMenu(page, other, 'Compare Layers…');
    await compared();
    await panel.getByRole('button', { name: 'shared layer' }).click();
    assert.equal(await panel.getByRole('table', { name: 'Layers' }).locator('tbody tr').count(), 6);
    await runCommand(page, 'View: Close All Editors');
    await runCommand(page, 'Gantry: Compare Layers…');
    await page.locator('.quick-input-title').getByText('Compare the layers of which image?').waitFor();
    await pick(page, `${image}:2`, `${image}:2`);
    await page.locator('.quick-input-title').getByText('Compare layered:2 with which image?').waitFor();
    await pick(page, `${image}:1`, `${image}:1`);
    await compared();
    await runCommand(page, 'View: Close All Editors');
  });

  it('of a registry show what a manifest says, and their files once they are pulled', async () => {
    const { open } = testRegistries();
    const layer = { 'srv/data': Buffer.alloc(70_000, 'x') };
    const { compressedBytes } = await pushImage(
      { registry: open, repository: `${run}/far` },
      ['2.0'],
      layer,
      ['linux/amd64'],
      testLabels(),
    );
    await fold(page, 'Images');
    await expand(await treeRow(page, 'Registries', open));
    await expand(await treeRow(page, 'Registries', run));
    await expand(await treeRow(page, 'Registries', 'far'));
    await chooseFromMenu(page, await treeRow(page, 'Registries', '2.0'), 'Analyze Layers');
    await panel.getByText('Sizes are compressed').waitFor();
    const [bytes] = [...compressedBytes.values()];
    assert.equal(await panel.locator('.layer .size').first().textContent(), dockerSize(bytes!));
    assert.equal(await panel.getByRole('tree').count(), 0);
    await panel.getByRole('button', { name: 'Pull and Show Files' }).click();
    await file('srv/').waitFor();
    assert.match((await file('srv/').textContent()) ?? '', /70 kB$/);
    await docker.getImage(`${open}/${run}/far:2.0`).remove();
    await runCommand(page, 'View: Close All Editors');

    const own = { 'srv/data': Buffer.alloc(90_000, 'y') };
    const { compressedBytes: newer } = await pushImage(
      { registry: open, repository: `${run}/far` },
      ['2.1'],
      own,
      ['linux/amd64'],
      testLabels(),
    );
    await runCommand(page, 'Gantry Registries: Refresh');
    const [first, second] = [await treeRow(page, 'Registries', '2.0'), await treeRow(page, 'Registries', '2.1')];
    await first.click();
    await second.click({ modifiers: ['ControlOrMeta'] });
    await chooseFromMenu(page, second, 'Compare Selected');
    await panel.getByText('To download').waitFor();
    const [download] = [...newer.values()];
    assert.equal(await panel.locator('.figure dd').last().textContent(), dockerSize(download!));
    await runCommand(page, 'View: Close All Editors');

    await first.click(); // it alone
    await chooseFromMenu(page, first, 'Analyze Layers');
    await panel.getByRole('button', { name: 'Compare With…' }).click();
    await pick(page, '2.1', '2.1');
    await page.locator('.tabs-container .tab.active', { hasText: 'far:2.0 ↔ far:2.1' }).waitFor();
    assert.equal(await panel.locator('.figure dd').last().textContent(), dockerSize(download!));
    await runCommand(page, 'View: Close All Editors');
  });

  it('of an image that is gone say so, with what to do', async () => {
    await runCommand(page, 'Gantry: Analyze Layers');
    await pick(page, `${image}:1`, `${image}:1`);
    await option('chmod 700').waitFor();
    await docker.getImage(`${image}:1`).remove({ force: true });
    await panel.getByRole('button', { name: 'Analyze Again' }).click();
    const told = panel.getByRole('alert');
    await told.waitFor();
    assert.match((await told.textContent()) ?? '', new RegExp(`${image}:1`));
    await told.getByRole('button', { name: 'Try Again' }).waitFor();
  });
});
