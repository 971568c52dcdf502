import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type Docker from 'dockerode';
import { baseImage } from '../../scripts/parts/testNames.ts';
import { openServedVsCode, type ServedVsCode } from '../support/servedVsCode.ts';
import { needsEngine, testEngine, testLabels } from '../support/testBed.ts';
import { chooseFromMenu, openGantry, picture, treeRow } from '../support/workbench.ts';

const composed = (project: string, service: string) => ({
  'com.docker.compose.project': project,
  'com.docker.compose.service': service,
});

describe('The containers view', () => {
  const project = `e2e${randomUUID().slice(0, 8)}`;
  let vscode: ServedVsCode;
  let web: Docker.Container;

  before(async function () {
    needsEngine(this);
    web = await testEngine().createContainer({
      name: `${project}-web-1`,
      Image: baseImage,
      Cmd: ['sh', '-c', 'echo INFO ready; sleep 1000'],
      Labels: { ...testLabels(), ...composed(project, 'web') },
      HostConfig: { Init: true },
    });
    await web.start();
    vscode = await openServedVsCode('samples');
  });

  after(async () => {
    await vscode?.close();
    await web?.remove({ force: true });
  });

  const row = (text: string) => treeRow(vscode.page, 'Containers', text);
  const state = async () => (await web.inspect()).State.Status;

  it('shows a compose project with its services', async () => {
    await openGantry(vscode.page);
    await row(`${project}1 of 1 running`);
    await row(`web${baseImage} · Up`);
    await picture(vscode.page, 'containers');
  });

  it('stops a container from its menu, and shows it', async () => {
    await chooseFromMenu(vscode.page, await row(`web${baseImage}`), 'Stop');
    await row(`web${baseImage} · Exited`);
    assert.equal(await state(), 'exited');
  });

  it('follows what others do to the engine, without being asked', async () => {
    await web.start();
    await row(`web${baseImage} · Up`);
    await web.pause();
    await row(`${project}0 of 1 running`);
    await web.unpause();
    await row(`${project}1 of 1 running`);
  });

  it("shows a container's log in a terminal", async () => {
    await chooseFromMenu(vscode.page, await row(`web${baseImage}`), 'Show Logs');
    await vscode.page.locator('.terminal-tab, .single-terminal-tab', { hasText: `Logs: ${project}-web-1` }).waitFor();
    await picture(vscode.page, 'logs');
  });
});
