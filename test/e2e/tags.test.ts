import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Page } from 'playwright-core';
import { type Registry, startRegistry } from '../../scripts/parts/registry.ts';
import { eventually } from '../support/eventually.ts';
import { pushImage } from '../support/pushImage.ts';
import { openServedVsCode, pictureFailure, type ServedVsCode } from '../support/servedVsCode.ts';
import { testRegistries } from '../support/testBed.ts';
import {
  completion,
  completions,
  goToLine,
  lineText,
  openFile,
  picture,
  runCommand,
  type,
} from '../support/workbench.ts';

/** Pushed in this order, which is not the one they are to be offered in. */
const tags = ['1.9', '1.10', '1.10-rc1', 'edge', 'latest', '1.10.2'];
const newestFirst = ['latest', '1.10', '1.10.2', '1.9', '1.10-rc1', 'edge'];

describe('Tags while FROM is typed', () => {
  let vscode: ServedVsCode;
  let page: Page;
  let scratch: string;
  /** Credentials are with a helper. */
  let helped: Registry;
  /** Nobody has credentials. */
  let closed: Registry;

  before(async () => {
    const { basic, user, password } = testRegistries();
    helped = await startRegistry({ basic: true });
    closed = await startRegistry({ basic: true });
    scratch = await mkdtemp(join(tmpdir(), 'gantry-tags-'));
    const auth = btoa(`${user}:${password}`);
    const config = { auths: { [basic]: { auth } }, credHelpers: { [helped.address]: 'gantry-e2e' } };
    await writeFile(join(scratch, 'config.json'), JSON.stringify(config));
    const secret = JSON.stringify({ ServerURL: helped.address, Username: user, Secret: password });
    const helper = `#!/bin/sh\nread -r host\n[ "$1 $host" = "get ${helped.address}" ] && echo '${secret}'\n`;
    await writeFile(join(scratch, 'docker-credential-gantry-e2e'), helper, { mode: 0o755 });
    vscode = await openServedVsCode('samples', {
      env: { DOCKER_CONFIG: scratch, PATH: [scratch, process.env['PATH']].join(delimiter) },
      files: { 'open.Dockerfile': '', 'basic.Dockerfile': '', 'helped.Dockerfile': '', 'closed.Dockerfile': '' },
    });
    page = vscode.page;
    // The server is there when it underlines something.
    await openFile(page, 'lint-me/Dockerfile');
    await page.locator('.squiggly-error').first().waitFor();
  });

  afterEach(function () {
    return pictureFailure(this, page);
  });

  after(async () => {
    await vscode?.close();
    await helped?.stop();
    await closed?.stop();
    if (scratch) await rm(scratch, { recursive: true });
  });

  /** Types FROM of this repository into an empty file, key by key. */
  async function typeFrom(file: string, name: string): Promise<void> {
    await openFile(page, file);
    await goToLine(page, 1);
    await type(page, `FROM ${name}:`);
  }

  it('are those of the registry, newest version first', async () => {
    const { open } = testRegistries();
    await pushImage({ registry: open, repository: 'team/app' }, tags, { 'bin/app': Buffer.from('app') });
    await typeFrom('open.Dockerfile', `${open}/team/app`);
    await completion(page, 'edge');
    assert.deepEqual(await completions(page), newestFirst);
    await picture(page, 'tags');
    await type(page, '1.10.');
    await completion(page, '1.10.2');
    await page.keyboard.press('Enter');
    await eventually(
      () => lineText(page, 1),
      (text) => assert.equal(text, `FROM ${open}/team/app:1.10.2`),
    );
  });

  it("are there behind a password that docker's config.json knows", async () => {
    const { basic, user, password } = testRegistries();
    const target = { registry: basic, repository: 'team/app', account: { user, password } };
    await pushImage(target, tags, { 'bin/app': Buffer.from('app') });
    await typeFrom('basic.Dockerfile', `${basic}/team/app`);
    await completion(page, 'edge');
    assert.deepEqual(await completions(page), newestFirst);
  });

  it('are there behind a password that a credential helper knows', async () => {
    const { user, password } = testRegistries();
    const target = { registry: helped.address, repository: 'deep/team/app', account: { user, password } };
    await pushImage(target, ['3.1', '3.2'], { 'bin/app': Buffer.from('app') });
    await typeFrom('helped.Dockerfile', `${helped.address}/deep/team/app`);
    await completion(page, '3.2');
    assert.deepEqual(await completions(page), ['3.2', '3.1']);
  });

  it('are none where the registry refuses, and the output says why', async () => {
    await typeFrom('closed.Dockerfile', `${closed.address}/team/app`);
    // Asked for by hand, the editor says when it has an answer, even an empty one.
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget', { hasText: 'No suggestions' }).waitFor();
    await runCommand(page, 'Gantry: Show Output');
    const output = page.locator('.output-view .view-lines');
    await eventually(
      async () => (await output.textContent()) ?? '',
      (text) => assert.ok(text.replaceAll('\u00a0', ' ').includes(closed.address), text),
    );
    await picture(page, 'refused');
    assert.deepEqual(await completions(page), []);
    assert.equal(await page.locator('.notification-toast').count(), 0);
  });
});
