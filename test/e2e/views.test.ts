import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import type { Locator, Page } from 'playwright-core';
import { baseImage } from '../../scripts/parts/testNames.ts';
import { dockerSize } from '../support/dockerSize.ts';
import { eventually } from '../support/eventually.ts';
import { pushImage } from '../support/pushImage.ts';
import { openServedVsCode, pictureFailure, type ServedVsCode } from '../support/servedVsCode.ts';
import { needsEngine, testEngine, testLabels, testRegistries } from '../support/testBed.ts';
import {
  answerInput,
  chooseFromMenu,
  confirm,
  expand,
  fold,
  notification,
  openGantry,
  picture,
  rowWith,
  runCommandOn,
  terminalText,
  treeRow,
  type,
} from '../support/workbench.ts';

describe('The views', () => {
  /** In the name of all that is made here. */
  const run = `e2e-${randomUUID().slice(0, 8)}`;
  let docker: Docker;
  let vscode: ServedVsCode;
  let page: Page;

  before(async function () {
    needsEngine(this);
    docker = testEngine();
    vscode = await openServedVsCode('samples', {
      settings: { 'gantry.registries': [{ host: testRegistries().open }] },
    });
    page = vscode.page;
    await openGantry(page);
  });

  afterEach(function () {
    return pictureFailure(this, page);
  });

  after(() => vscode?.close());

  /** Starts a container that works until it is told to stop. */
  async function start(name: string, command: string, labels: Record<string, string> = {}): Promise<Docker.Container> {
    const container = await docker.createContainer({
      name: `${run}-${name}`,
      Image: baseImage,
      Cmd: ['sh', '-c', `trap 'exit 0' TERM; ${command}`],
      Labels: { ...testLabels(), ...labels },
    });
    await container.start();
    return container;
  }

  const containerRow = (text: string) => treeRow(page, 'Containers', text);
  const stateOf = async (name: string) => (await docker.getContainer(`${run}-${name}`).inspect()).State.Status;

  describe('Containers', () => {
    const idle = 'while true; do sleep 0.2; done';

    it('come as they start, compose projects together', async () => {
      const compose = (service: string) => ({
        'com.docker.compose.project': `${run}-shop`,
        'com.docker.compose.service': service,
      });
      await start('alone', idle);
      await rowWith(await containerRow(`${run}-alone`), baseImage, 'Up');
      await start('shop-web-1', idle, compose('web'));
      await start('shop-db-1', idle, compose('db'));
      await rowWith(await containerRow(`${run}-shop`), '2 of 2 running');
      await containerRow('web');
      await containerRow('db');
    });

    it('follow what others do to them', async () => {
      const web = docker.getContainer(`${run}-shop-web-1`);
      const shop = await containerRow(`${run}-shop`);
      await web.pause();
      await rowWith(shop, '1 of 2 running');
      await web.unpause();
      await rowWith(shop, '2 of 2 running');
    });

    it('stop, start, restart and go by their menu', async () => {
      const row = await containerRow(`${run}-alone`);
      await chooseFromMenu(page, row, 'Stop');
      await rowWith(row, 'Exited (0)');
      assert.equal(await stateOf('alone'), 'exited');
      await chooseFromMenu(page, row, 'Start');
      await rowWith(row, 'Up');
      const { State: before } = await docker.getContainer(`${run}-alone`).inspect();
      await chooseFromMenu(page, row, 'Restart');
      await eventually(
        () => docker.getContainer(`${run}-alone`).inspect(),
        ({ State: now }) => assert.ok(now.Running && now.StartedAt > before.StartedAt),
      );
      await chooseFromMenu(page, row, 'Remove…');
      await confirm(page, 'Stop and Remove');
      await row.waitFor({ state: 'detached' });
      await assert.rejects(docker.getContainer(`${run}-alone`).inspect(), { statusCode: 404 });
    });

    it('stop from the palette and go by the keyboard', async () => {
      await start('chosen', idle);
      const row = await containerRow(`${run}-chosen`);
      await runCommandOn(page, 'Gantry Containers: Stop', `${run}-chosen`);
      await rowWith(row, 'Exited (0)');
      await row.click();
      await page.keyboard.press('Delete');
      await confirm(page, 'Remove');
      await row.waitFor({ state: 'detached' });
      await assert.rejects(docker.getContainer(`${run}-chosen`).inspect(), { statusCode: 404 });
    });

    it('show their log, and what comes to it', async () => {
      const container = await start(
        'talker',
        'echo first words; while ! test -e /tmp/go; do sleep 0.1; done; echo more words; while true; do sleep 0.2; done',
      );
      const row = await containerRow(`${run}-talker`);
      await chooseFromMenu(page, row, 'Show Logs');
      await eventually(
        () => terminalText(page),
        (text) => assert.match(text, /first words/),
      );
      const exec = await container.exec({ Cmd: ['touch', '/tmp/go'] });
      await exec.start({});
      await eventually(
        () => terminalText(page),
        (text) => assert.match(text, /first words[\s\S]*more words/),
      );
    });

    it('open a shell that answers', async () => {
      await chooseFromMenu(page, await containerRow(`${run}-talker`), 'Open Shell');
      await eventually(
        () => terminalText(page),
        (text) => assert.match(text, /[#$] *$/),
      );
      await type(page, 'echo $((6*7)) in $HOSTNAME\n');
      const { Config } = await docker.getContainer(`${run}-talker`).inspect();
      await eventually(
        () => terminalText(page),
        (text) => assert.ok(text.includes(`42 in ${Config.Hostname}`), text),
      );
      await picture(page, 'shell');
    });
  });

  describe('Images', () => {
    const repository = `${run}/web`;

    /** An image that serves a page on port 8080. */
    async function makeWeb(): Promise<void> {
      const container = await docker.createContainer({
        Image: baseImage,
        Cmd: ['sh', '-c', 'mkdir /www && echo hello from gantry >/www/index.html'],
        Labels: testLabels(),
      });
      await container.start();
      await container.wait();
      await container.commit({
        repo: repository,
        tag: '1',
        changes: 'CMD ["httpd","-f","-p","8080","-h","/www"]\nEXPOSE 8080',
      });
      await container.remove();
    }

    const tagRow = async (tag: string): Promise<Locator> => {
      await expand(await treeRow(page, 'Images', repository));
      return treeRow(page, 'Images', tag);
    };

    it('come with their sizes as docker prints them', async () => {
      await makeWeb();
      const { Size } = await docker.getImage(`${repository}:1`).inspect();
      await rowWith(await tagRow('1'), dockerSize(Size));
    });

    it('run, and the address that is offered answers', async () => {
      const row = await tagRow('1');
      await chooseFromMenu(page, row, 'Run…');
      const picker = page.locator('.quick-input-widget');
      await picker.locator('.monaco-list-row', { hasText: '8080/tcp' }).waitFor();
      await picker.getByRole('button', { name: 'OK' }).click();
      const told = await notification(page, `${repository}:1 runs as`);
      const [address] = /http:\/\/localhost:\d+/.exec((await told.textContent()) ?? '') ?? [];
      assert.ok(address);
      await eventually(
        () => fetch(address).then((answer) => answer.text()),
        (text) => assert.equal(text, 'hello from gantry\n'),
      );
      await picture(page, 'run');
    });

    it('get another tag, and lose it', async () => {
      const row = await tagRow('1');
      await chooseFromMenu(page, row, 'Tag…');
      await answerInput(page, `${repository}:second`);
      const second = await tagRow('second');
      assert.ok((await docker.getImage(`${repository}:1`).inspect()).RepoTags.includes(`${repository}:second`));
      await chooseFromMenu(page, second, 'Remove…');
      await confirm(page, 'Remove');
      await second.waitFor({ state: 'detached' });
      assert.deepEqual((await docker.getImage(`${repository}:1`).inspect()).RepoTags, [`${repository}:1`]);
    });

    after(async () => {
      if (!docker) return;
      const filters = { ancestor: [`${repository}:1`] };
      for (const { Id } of await docker.listContainers({ all: true, filters })) {
        await docker.getContainer(Id).remove({ force: true });
      }
      await docker.getImage(`${repository}:1`).remove({ force: true });
    });
  });

  describe('Registries', () => {
    it('open down to the platforms and their sizes, and pull', async () => {
      const { open } = testRegistries();
      const repository = `${run}/group/tool`;
      const busybox = await readFile('/bin/sh');
      const { compressedBytes } = await pushImage(
        { registry: open, repository },
        ['2.0'],
        { 'bin/tool': busybox },
        ['linux/amd64', 'linux/arm64/v8'],
        testLabels(),
      );
      const row = (text: string) => treeRow(page, 'Registries', text);
      await fold(page, 'Containers');
      await expand(await row(open));
      await expand(await row(run));
      await expand(await row('group'));
      await expand(await row('tool'));
      await expand(await row('2.0'));
      for (const [platform, bytes] of compressedBytes) {
        await rowWith(await row(platform.replace('/v8', '')), dockerSize(bytes));
      }
      await picture(page, 'views');
      await chooseFromMenu(page, await row('2.0'), 'Pull');
      await treeRow(page, 'Images', `${open}/${repository}`);
      assert.ok((await docker.getImage(`${open}/${repository}:2.0`).inspect()).Id);
      await docker.getImage(`${open}/${repository}:2.0`).remove();
    });
  });
});
