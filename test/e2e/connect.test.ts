import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Page } from 'playwright-core';
import { pushImage } from '../support/pushImage.ts';
import { openServedVsCode, pictureFailure, type ServedVsCode } from '../support/servedVsCode.ts';
import { testRegistries } from '../support/testBed.ts';
import {
  answerInput,
  chooseFromMenu,
  confirm,
  expand,
  notification,
  openRegistries,
  pick,
  picture,
  runCommand,
  treeRow,
} from '../support/workbench.ts';

describe('A registry that asks for a password', () => {
  const repository = `e2e-${randomUUID().slice(0, 8)}`;
  let scratch: string;
  let vscode: ServedVsCode;
  let page: Page;

  const config = () => join(scratch, 'config.json');

  before(async () => {
    const { basic, user, password } = testRegistries();
    const account = { user, password };
    await pushImage({ registry: basic, repository, account }, ['1.0'], { app: Buffer.from('app') });
    scratch = await mkdtemp(join(tmpdir(), 'gantry-connect-'));
    await writeFile(config(), '{}');
    // Keeps what it is given in a file, and knows one registry at most.
    const helper = [
      '#!/bin/sh',
      'cd "$(dirname "$0")"',
      'case $1 in',
      'store) cat >kept ;;',
      'get) cat kept 2>/dev/null || { echo credentials not found in native keychain; exit 1; } ;;',
      'erase) rm -f kept ;;',
      `list) if [ -e kept ]; then echo '{"${basic}":"${user}"}'; else echo '{}'; fi ;;`,
      'esac',
      '',
    ];
    await writeFile(join(scratch, 'docker-credential-gantry-e2e'), helper.join('\n'), { mode: 0o755 });
    vscode = await openServedVsCode('samples', {
      env: { DOCKER_CONFIG: scratch, PATH: [scratch, process.env['PATH']].join(delimiter) },
    });
    page = vscode.page;
    await openRegistries(page);
  });

  afterEach(function () {
    return pictureFailure(this, page);
  });

  after(async () => {
    await vscode?.close();
    if (scratch) await rm(scratch, { recursive: true });
  });

  async function connect(pasted: string): Promise<void> {
    await runCommand(page, 'Gantry Registries: Connect Registry…');
    await page.locator('.quick-input-title').getByText('Connect a registry').waitFor();
    await pick(page, pasted, `Connect ${pasted.slice(0, 12)}`);
  }

  async function signIn(name: string, password: string): Promise<void> {
    for (const [prompt, answer] of [
      ['User name', name],
      ['Password or token', password],
    ] as const) {
      await page.locator('.quick-input-widget').getByText(prompt).first().waitFor();
      await answerInput(page, answer);
    }
  }

  async function hasTheTag(): Promise<void> {
    await expand(await treeRow(page, 'Registries', testRegistries().basic));
    await expand(await treeRow(page, 'Registries', repository));
    await treeRow(page, 'Registries', '1.0');
  }

  it('is connected from a docker pull that was pasted, after a wrong password, and lists what it has', async () => {
    const { basic, user, password } = testRegistries();
    await connect(`docker pull ${basic}/${repository}:1.0`);
    await signIn(user, 'not the password');
    await page.locator('.monaco-dialog-box', { hasText: `for ${basic} are not accepted` }).waitFor();
    await picture(page, 'wrong-password');
    await confirm(page, 'Try Again');
    await signIn(user, password);
    await notification(page, `Signed in to ${basic} as ${user}.`);
    await (await treeRow(page, 'Registries', repository)).and(page.locator('[aria-selected=true]')).waitFor();
    await hasTheTag();
    assert.equal(await readFile(config(), 'utf8'), '{}');
  });

  it('is left, and goes from the list', async () => {
    const { basic } = testRegistries();
    const row = await treeRow(page, 'Registries', basic);
    await chooseFromMenu(page, row, 'Sign Out');
    await notification(page, `Signed out of ${basic}.`);
    await row.filter({ hasNotText: testRegistries().user }).waitFor();
    await chooseFromMenu(page, row, 'Remove Registry');
    await row.waitFor({ state: 'detached' });
  });

  it("has its password given to docker's helper, which outlives the window", async () => {
    const { basic, user, password } = testRegistries();
    await writeFile(config(), JSON.stringify({ credsStore: 'gantry-e2e' }));
    await connect(basic);
    await signIn(user, password);
    await notification(page, 'docker-credential-gantry-e2e');
    const kept = { ServerURL: basic, Username: user, Secret: password };
    assert.deepEqual(JSON.parse(await readFile(join(scratch, 'kept'), 'utf8')), kept);
    await runCommand(page, 'Developer: Reload Window');
    await page.locator('.sidebar').waitFor({ state: 'detached' });
    await hasTheTag();
  });
});
