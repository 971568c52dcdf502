import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type Docker from 'dockerode';
import * as vscode from 'vscode';
import { formatBytes } from '../../../common/bytes.ts';
import { completionLabels, hintsByLine, serving, unmarked, untitled } from '../../support/documents.ts';
import { eventually } from '../../support/eventually.ts';
import { folder, inFolder } from '../../support/extensionHost.ts';
import { startFakeEngine } from '../../support/fakeEngine.ts';
import { needsEngine, testEngine, testLabels, testRegistries } from '../../support/testBed.ts';
import { until } from '../../support/until.ts';

describe('Images in a Dockerfile', function () {
  this.timeout(60_000);
  const built = 'gantry-test/hints:latest';
  let engine: Docker;

  before(async function () {
    needsEngine(this);
    engine = testEngine();
    await serving();
  });

  after(async () => {
    const { open, basic } = testRegistries();
    const names = [built, ...[open, basic].flatMap((host) => [`${host}/team/app:1.9`, `${host}/team/app:1.10`])];
    for (const name of names) {
      await engine
        ?.getImage(name)
        .remove({ force: true })
        .catch(() => {}); // a test that failed may not have made it
    }
  });

  it('are offered by the tags that a registry has, the newest first', async () => {
    const { open, basic, user: username, password } = testRegistries();
    for (const host of [open, basic]) {
      for (const tag of ['1.9', '1.10']) {
        await engine.getImage('gantry-test/base').tag({ repo: `${host}/team/app`, tag });
        await push(engine.getImage(`${host}/team/app:${tag}`), { username, password, serveraddress: host });
      }
      const document = await untitled(`FROM ${host}/team/app:<|>\n`);
      const at = await unmarked(document);
      await eventually(
        () => completionLabels(document, at),
        (labels) => assert.deepEqual(labels.slice(0, 2), ['1.10', '1.9'], host),
      );
    }
  });

  it('have the sizes of a build by the command line at the line ends, as the engine has them', async () => {
    const document = await vscode.workspace.openTextDocument(inFolder('Dockerfile'));
    const labels = Object.entries(testLabels()).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
    await promisify(execFile)('docker', ['build', '-q', ...labels, '-t', built, folder.uri.fsPath]);
    const history = (await engine.getImage(built).history()) as { CreatedBy: string; Size: number }[];
    const sizeOf = (instruction: string) => history.find(({ CreatedBy }) => CreatedBy.startsWith(instruction))?.Size;
    const image = await engine.getImage(built).inspect();
    const base = await engine.getImage('gantry-test/base').inspect();
    const stage = base.Size + 7 * 600 + 123_456;
    const expected = new Map([
      [1, `base ${formatBytes(base.Size)} · stage ${formatBytes(stage)}, not in image`],
      [3, formatBytes(7 * 600)],
      [4, formatBytes(123_456)],
      [
        5,
        `base ${formatBytes(base.Size)} · image ${formatBytes(image.Size)} (+${formatBytes(image.Size - base.Size)})`,
      ],
      [6, `${formatBytes(sizeOf('COPY') ?? Number.NaN)} · heaviest`],
      [7, formatBytes(sizeOf('RUN') ?? Number.NaN)],
    ]);
    assert.equal(sizeOf('COPY'), 123_456);
    let hints: ReadonlyMap<number, string> = new Map();
    await until(async () => {
      hints = await hintsByLine(document);
      // Until the engine has told of the build, what is known of the image is a guess.
      return hints.get(7)?.startsWith('≈') === false;
    });
    assert.deepEqual(hints, expected);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    assert.deepEqual(
      lenses.map(({ range, command }) => [range.start.line, command?.title]),
      [
        [1, `${formatBytes(stage)} · 3 layers`],
        [5, `${formatBytes(image.Size)} · 2 layers`],
      ],
    );
  });

  it('are those of the engine that the settings name, without a reload', async () => {
    const document = await vscode.workspace.openTextDocument(inFolder('Dockerfile'));
    const settings = vscode.workspace.getConfiguration('gantry.engine');
    const here = await hintsByLine(document);
    assert.ok(here.has(7));
    const elsewhere = await startFakeEngine();
    elsewhere.on('GET /images/json', (_, response) =>
      response.end(JSON.stringify([{ Id: 'sha256:ab', RepoTags: ['gantry-test/base:latest'], Size: 4_200_000 }])),
    );
    elsewhere.on('GET /images/sha256:ab/json', (_, response) =>
      response.end(JSON.stringify({ Id: 'sha256:ab', RootFS: { Layers: [] }, GraphDriver: { Name: 'overlay2' } })),
    );
    elsewhere.on('GET /images/sha256:ab/history', (_, response) =>
      response.end(JSON.stringify([{ Id: 'sha256:ab', Created: 1, CreatedBy: '', Size: 4_200_000 }])),
    );
    try {
      await settings.update('host', elsewhere.host, vscode.ConfigurationTarget.Workspace);
      await until(async () => (await hintsByLine(document)).get(1)?.startsWith('base 4.2 MB') === true);
      // Nothing was built there: what is known is of another base image.
      const there = [...(await hintsByLine(document)).values()];
      for (const hint of there) assert.match(hint, /stale|≈|^base 4\.2 MB$/);
    } finally {
      await settings.update('host', undefined, vscode.ConfigurationTarget.Workspace);
      await elsewhere.close();
    }
    await eventually(
      () => hintsByLine(document),
      (hints) => assert.deepEqual(hints, here),
    );
  });
});

async function push(image: Docker.Image, authconfig: Docker.AuthConfig | object): Promise<void> {
  const stream = await image.push({ authconfig: authconfig as Docker.AuthConfig });
  let said = '';
  for await (const chunk of stream) said += String(chunk);
  assert.doesNotMatch(said, /"error"/);
}
