import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type Docker from 'dockerode';
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { makeImage } from '../support/imageContents.ts';
import { type Pushed, pushImage } from '../support/pushImage.ts';
import { type Emulator, startEmulator } from '../support/registries/emulator.ts';
import { openServedVsCode, pictureFailure, type ServedVsCode } from '../support/servedVsCode.ts';
import { needsEngine, testEngine, testLabels, testRegistries } from '../support/testBed.ts';
import { webview } from '../support/webview.ts';
import {
  chooseFromMenu,
  confirm,
  editorLine,
  expand,
  openRegistries,
  pick,
  picture,
  runCommand,
  treeRow,
} from '../support/workbench.ts';

describe('What a registry has', () => {
  const repository = `e2e-${randomUUID().slice(0, 8)}`;
  let docker: Docker;
  let emulator: Emulator;
  let image: Pushed;
  let vscode: ServedVsCode;
  let page: Page;
  let reference: string;

  before(async function () {
    needsEngine(this);
    docker = testEngine();
    const { open } = testRegistries();
    reference = `${open}/${repository}`;
    const target = { registry: open, repository };
    const platforms = ['linux/amd64', 'linux/arm64'];
    image = await pushImage(target, ['9.0', '10.0', 'alpha'], { app: Buffer.from('one') }, platforms, testLabels());
    await pushImage(target, ['10.1'], { app: Buffer.from('another') }, ['linux/amd64'], testLabels());
    emulator = await startEmulator();
    const { hub } = emulator;
    hub.push(
      'library/pelican',
      ['2', '2-slim', 'latest'],
      makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5000] }),
    );
    vscode = await openServedVsCode('samples', {
      settings: {
        'gantry.registries': [{ host: open }, { host: 'docker.io', url: hub.registry.url, webUrl: hub.web.url }],
      },
    });
    page = vscode.page;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await openRegistries(page);
    await expand(await row(open));
    await expand(await row(repository));
    await row('9.0');
  });

  afterEach(function () {
    return pictureFailure(this, page);
  });

  after(async () => {
    await vscode?.close();
    await emulator?.stop();
  });

  const row = (label: string): Promise<Locator> => treeRow(page, 'Registries', label);
  const choose = async (label: string, entry: string) => chooseFromMenu(page, await row(label), entry);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const closeEditors = () => runCommand(page, 'View: Close All Editors');

  /** The document that the active editor shows, whole. */
  async function document(): Promise<unknown> {
    await page.locator('.editor-group-container.active .view-line').first().click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('ControlOrMeta+C');
    return JSON.parse(await clipboard());
  }

  /** As the registry gives it, without Gantry. */
  async function ofRegistry<T>(path: string): Promise<T> {
    const { open } = testRegistries();
    const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json';
    return (await fetch(`http://${open}/v2/${repository}/${path}`, { headers: { accept } })).json() as Promise<T>;
  }

  it('is copied as a reference and pinned to its digest, for one tag and for several', async () => {
    await choose('9.0', 'Copy Reference');
    await eventually(clipboard, (text) => assert.equal(text, `${reference}:9.0`));
    await choose('9.0', 'Copy Digest');
    await eventually(clipboard, (text) => assert.equal(text, `${reference}@${image.digest}`));
    await (await row('10.1')).click();
    await (await row('9.0')).click({ modifiers: ['ControlOrMeta'] });
    await choose('9.0', 'Copy Reference');
    await eventually(clipboard, (text) =>
      assert.deepEqual(text.split('\n').sort(), [`${reference}:10.1`, `${reference}:9.0`]),
    );
    await (await row('9.0')).click();
  });

  it('shows its manifest and the configuration of a platform as the registry has them', async () => {
    await choose('9.0', 'Show Manifest');
    await editorLine(page, 'schemaVersion').waitFor();
    const index = await ofRegistry<{ manifests: { digest: string }[] }>('manifests/9.0');
    assert.deepEqual(await document(), index);
    await closeEditors();

    await expand(await row('9.0'));
    await choose('linux/arm64', 'Show Config');
    await editorLine(page, '"architecture"').waitFor();
    const { config } = await ofRegistry<{ config: { digest: string } }>(`manifests/${index.manifests[1]!.digest}`);
    assert.deepEqual(await document(), await ofRegistry(`blobs/${config.digest}`));
    await closeEditors();
  });

  it('is pulled for the platform that is chosen', async () => {
    await choose('linux/arm64', 'Pull');
    await eventually(
      () => docker.getImage(`${reference}:9.0`).inspect(),
      ({ Architecture }) => assert.equal(Architecture, 'arm64'),
    );
    await docker.getImage(`${reference}:9.0`).remove();
    await (await row('9.0')).locator('.monaco-tl-twistie').click();
  });

  it('is pulled with all its tags, after a question that says how many', async () => {
    await choose(repository, 'Pull All Tags…');
    await page.locator('.monaco-dialog-box', { hasText: `Pull all 4 tags of ${reference}?` }).waitFor();
    await picture(page, 'pull-repository');
    await confirm(page, 'Pull 4 Tags');
    for (const tag of ['9.0', '10.0', '10.1', 'alpha']) {
      await eventually(
        () => docker.getImage(`${reference}:${tag}`).inspect(),
        ({ Id }) => assert.ok(Id),
      );
      await docker.getImage(`${reference}:${tag}`).remove();
    }
  });

  it('is sorted by version, and by name once that is chosen', async () => {
    const shown = async () => {
      const labels = await page.locator('.sidebar .monaco-list-row .label-name').allTextContents();
      return labels.filter((label) => /^(?:\d+\.\d+|alpha)$/.test(label));
    };
    assert.deepEqual(await shown(), ['10.1', '10.0', '9.0', 'alpha']);
    await runCommand(page, 'Gantry Registries: Sort Tags By…');
    await page.locator('.quick-input-title').getByText('Sort tags by').waitFor();
    await pick(page, 'Name', 'By the alphabet');
    await eventually(shown, (tags) => assert.deepEqual(tags, ['10.0', '10.1', '9.0', 'alpha']));
  });

  it('is compared with the tag that was selected before', async () => {
    await choose('9.0', 'Select for Compare');
    await choose('10.1', 'Compare with Selected');
    await page.locator('.tabs-container .tab.active', { hasText: `${repository}:9.0 ↔ ${repository}:10.1` }).waitFor();
    await webview(page).locator('tbody tr').first().waitFor();
    await closeEditors();
  });

  it('is found on Docker Hub, and its tags are shown', async () => {
    await runCommand(page, 'Gantry Registries: Search Docker Hub…');
    await page.locator('.quick-input-title').getByText('Search Docker Hub').waitFor();
    await page.locator('.quick-input-widget input[type=text]').fill('pelic');
    const found = page.locator('.quick-input-widget .monaco-list-row', { hasText: 'pelican' }).first();
    await found.waitFor();
    assert.match((await found.textContent()) ?? '', /official/);
    await picture(page, 'hub-search');
    await found.click();
    await row('2-slim');
  });

  it('has its page opened in a browser', async () => {
    const opened = page.context().waitForEvent('page');
    await choose('2-slim', 'Open in Browser');
    const tab = await opened;
    assert.equal(tab.url(), `${emulator.hub.web.url}/_/pelican/tags?name=2-slim`);
    await tab.close();
  });

  it('has its connection looked into step by step', async () => {
    await choose(testRegistries().open, 'Diagnose Connection');
    await editorLine(page, 'It works').waitFor();
    await picture(page, 'diagnosis');
    await closeEditors();
  });
});
