import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type Docker from 'dockerode';
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { pushImage } from '../support/pushImage.ts';
import { openServedVsCode, pictureFailure, type ServedVsCode } from '../support/servedVsCode.ts';
import { needsEngine, testEngine, testLabels, testRegistries } from '../support/testBed.ts';
import {
  answerInput,
  chooseFromMenu,
  confirm,
  expand,
  openRegistries,
  picture,
  rowWith,
  runCommand,
  treeRow,
} from '../support/workbench.ts';

/** More than a page, and two of another kind. */
const nightly = Array.from({ length: 120 }, (_, index) => `1.0.${index}`);

describe('The registries view', () => {
  const repository = `e2e-${randomUUID().slice(0, 8)}`;
  let docker: Docker;
  let vscode: ServedVsCode;
  let page: Page;

  before(async function () {
    needsEngine(this);
    docker = testEngine();
    const { open } = testRegistries();
    const target = { registry: open, repository };
    await pushImage(target, nightly, { 'bin/tool': Buffer.from('nightly') }, ['linux/amd64'], testLabels());
    await pushImage(target, ['stable', 'same'], { 'bin/tool': Buffer.from('stable') }, ['linux/amd64'], testLabels());
    vscode = await openServedVsCode('samples', { settings: { 'gantry.registries': [{ host: open }] } });
    page = vscode.page;
    await openRegistries(page);
  });

  afterEach(function () {
    return pictureFailure(this, page);
  });

  after(() => vscode?.close());

  const row = (label: string): Promise<Locator> => treeRow(page, 'Registries', label);
  /** Brings the first or last rows of the view on screen. */
  const goTo = async (key: 'Home' | 'End') => {
    await page.locator('.sidebar .pane-body .monaco-list:visible').focus();
    await page.keyboard.press(key);
  };

  async function filterBy(text: string): Promise<void> {
    await goTo('Home');
    await chooseFromMenu(page, await row(repository), 'Filter…');
    await answerInput(page, text);
    await rowWith(await row(repository), `filter: "${text}"`);
  }

  it('shows a page of tags, newest version first, and the next one when it is asked for', async () => {
    const { open } = testRegistries();
    await expand(await row(open));
    await expand(await row(repository));
    await row('1.0.119');
    await goTo('End');
    const more = await row('Load more');
    await rowWith(more, '100');
    await more.click();
    await more.waitFor({ state: 'detached' });
    await goTo('End');
    await row('1.0.0');
  });

  it('shows what has a text in its name, and keeps that over a reload of the window', async () => {
    await filterBy('sta');
    await row('stable');
    const others = page.locator('.sidebar .monaco-list-row', { hasText: '1.0.' });
    await eventually(
      () => others.count(),
      (count) => assert.equal(count, 0),
    );
    await runCommand(page, 'Developer: Reload Window');
    await page.locator('.sidebar').waitFor({ state: 'detached' });
    await rowWith(await row(repository), 'filter: "sta"');
    await row('stable');
    await picture(page, 'registries-filtered');
  });

  it('pulls a tag', async () => {
    const { open } = testRegistries();
    const reference = `${open}/${repository}:stable`;
    await chooseFromMenu(page, await row('stable'), 'Pull');
    await eventually(
      () => docker.getImage(reference).inspect(),
      ({ Id }) => assert.ok(Id),
    );
    await docker.getImage(reference).remove();
  });

  it('says which tags go with an image, deletes it, and shows what is left', async () => {
    const { open } = testRegistries();
    const stable = await row('stable');
    await chooseFromMenu(page, stable, 'Delete Tag…');
    const question = page.locator('.monaco-dialog-box', { hasText: 'stable' });
    await question.waitFor();
    await picture(page, 'registries-delete');
    await confirm(page, 'Delete');
    await stable.waitFor({ state: 'detached' });
    await row('No tag has "sta" in its name');
    const { tags } = (await (await fetch(`http://${open}/v2/${repository}/tags/list`)).json()) as { tags: string[] };
    assert.ok(!tags.includes('stable'));
    assert.ok(tags.includes('1.0.0'));
  });
});
