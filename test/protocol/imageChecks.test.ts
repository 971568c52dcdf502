import assert from 'node:assert/strict';
import type { Diagnostic, Hover } from 'vscode-languageserver-types';
import { dockerfileUri, type Editor, type EditorOptions, startEditor } from '../support/editor.ts';
import { type FakeRegistry, type Manners, startFakeRegistry } from '../support/fakeRegistry.ts';
import { makeIndex } from '../support/imageContents.ts';
import { answers, hangs } from '../support/origin.ts';
import { type Hub, startHub } from '../support/registries/hub.ts';
import { createWorld, linesOf } from '../support/registries/world.ts';
import { until } from '../support/until.ts';

const index = () =>
  makeIndex([
    { platform: { os: 'linux', architecture: 'arm64' }, layerBytes: [3] },
    { platform: { os: 'linux', architecture: 's390x' }, layerBytes: [3] },
  ]);

const about = /^(?:TagNotFound|RepositoryNotFound|PlatformNotOffered|RetiredImage)$/;

describe('what is certain of the images of an open file', () => {
  let registry: FakeRegistry;
  let other: FakeRegistry;
  let editor: Editor;
  let close: () => Promise<void>;
  const trusted: EditorOptions = { initializationOptions: { trusted: true } };
  /** `other` is a registry whose missing tag is found, so that one knows when there has been a look. */
  const start = async (options: EditorOptions, manners: Partial<Manners> = {}) => {
    registry = await startFakeRegistry(manners);
    other = await startFakeRegistry();
    for (const one of [registry, other]) one.push('team/app', '1.0', index());
    ({ editor, close } = await startEditor(options));
  };
  afterEach(async () => {
    await close();
    await registry.stop();
    await other.stop();
  });
  const requests = ({ seen }: FakeRegistry) => seen.map(({ method, path }) => `${method} ${path}`);
  const codes = (found: readonly Diagnostic[]) =>
    found.filter(({ code }) => about.test(String(code))).map(({ code, range }) => `${range.start.line + 1} ${code}`);
  /** What is found, once so much is. */
  const shown = async (count: number): Promise<readonly string[]> => {
    const now = () => codes(editor.shown.get(dockerfileUri) ?? []);
    while (now().length !== count) await editor.nextDiagnostics();
    return now();
  };

  it('is that a tag is missing: by HEAD, and the shortest list of tags', async () => {
    await start(trusted);
    await editor.open(`FROM ${registry.host}/team/app:2.0`);
    assert.deepEqual(await shown(1), ['1 TagNotFound']);
    assert.deepEqual(requests(registry), ['HEAD /v2/team/app/manifests/2.0', 'GET /v2/team/app/tags/list?n=1']);
  });
  it('vanishes with an edit, and costs nothing when it comes back', async () => {
    await start(trusted);
    await editor.open(`FROM ${registry.host}/team/app:2.0`);
    await shown(1);
    await editor.change(`FROM ${registry.host}/team/app:1.0`);
    await shown(0);
    await until(() => registry.seen.length === 3);
    await editor.change(`FROM ${registry.host}/team/app:2.0`);
    await shown(1);
    await editor.change(`FROM ${registry.host}/team/app:1.0\nFROM ${other.host}/team/app:9`);
    await shown(0);
    assert.deepEqual(await shown(1), ['2 TagNotFound']);
    assert.deepEqual(requests(registry).slice(2), ['HEAD /v2/team/app/manifests/1.0']);
  });
  it('is that a repository is missing where a registry asks nobody who he is', async () => {
    await start(trusted);
    await editor.open(`FROM ${registry.host}/team/gone:1.0`);
    assert.deepEqual(await shown(1), ['1 RepositoryNotFound']);
    assert.deepEqual(requests(registry).slice(1), ['GET /v2/team/gone/tags/list?n=1', 'GET /v2/']);
  });
  it('is nothing where a registry may hide the repository', async () => {
    await start(trusted, { auth: 'bearer', anonymous: true });
    await editor.open(`FROM ${registry.host}/team/gone:1.0\nFROM ${other.host}/team/app:9`);
    await until(() => requests(registry).at(-1) === 'GET /v2/');
    assert.deepEqual(await shown(1), ['2 TagNotFound']);
  });
  for (const [title, respond] of [
    ['wants to know who asks', answers(401, { 'www-authenticate': 'Basic realm="x"' })],
    ['refuses', answers(403)],
    ['has had enough', answers(429, { 'retry-after': '9' })],
    ['is broken', answers(500)],
  ] as const) {
    it(`is nothing where a registry ${title}`, async () => {
      await start(trusted);
      registry.misbehave(respond, 99);
      await editor.open(`FROM ${registry.host}/team/app:2.0\nFROM ${other.host}/team/app:9`);
      assert.deepEqual(await shown(1), ['2 TagNotFound']);
    });
  }
  it('is known though another registry hangs, and delays nothing else', async () => {
    await start(trusted);
    registry.misbehave(hangs, 99);
    const first = await editor.open(`FROM ${registry.host}/team/app:2.0\nFROM ${other.host}/team/app:9\nWRONG`);
    assert.ok(first.some(({ code }) => code === 'UnknownInstruction'));
    assert.deepEqual(await shown(1), ['2 TagNotFound']);
  });
  it('is a platform that the image turns out not to be for, once somebody has looked at it', async () => {
    await start(trusted);
    await editor.open(`FROM --platform=linux/amd64 ${registry.host}/team/app:1.0`);
    await until(() => registry.seen.length === 1);
    await editor.ask<Hover>('hover', { position: { line: 0, character: 40 } });
    assert.deepEqual(await shown(1), ['1 PlatformNotOffered']);
  });
  it('is that an official image is retired, without asking anybody', async () => {
    await start(trusted);
    await editor.open('FROM plone:6');
    assert.deepEqual(await shown(1), ['1 RetiredImage']);
  });
  it('is not asked for where the settings say so', async () => {
    await start({ configuration: { lint: { registry: false } }, ...trusted });
    await editor.open(`FROM ${registry.host}/team/app:2.0\nFROM plone:6`);
    assert.deepEqual(await shown(1), ['2 RetiredImage']);
    assert.equal(registry.seen.length, 0);
  });
  it('is not asked for by the rules of BuildKit', async () => {
    await start({ configuration: { lint: { preset: 'buildkit', rules: { RetiredImage: 'warning' } } }, ...trusted });
    await editor.open(`FROM ${registry.host}/team/app:2.0\nFROM plone:6`);
    assert.deepEqual(await shown(1), ['2 RetiredImage']);
  });
  it('is asked of no registry that only the file names, until the user trusts it', async () => {
    await start({ configuration: { registries: [{ host: '' }] } });
    editor.configuration = { registries: [{ host: other.host }] };
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await editor.open(`FROM ${registry.host}/team/app:2.0\nFROM ${other.host}/team/app:9`);
    assert.deepEqual(await shown(1), ['2 TagNotFound']);
    assert.equal(registry.seen.length, 0);
    await editor.connection.sendNotification('gantry/trusted', {});
    assert.deepEqual(await shown(2), ['1 TagNotFound', '2 TagNotFound']);
  });
});

describe('what is certain of the images of Docker Hub', () => {
  let hub: Hub;
  let close: () => Promise<void>;
  afterEach(async () => {
    await close();
    await hub.stop();
  });

  it('is a platform that they are not for, without a pull and without a look', async () => {
    const world = createWorld();
    hub = await startHub(world);
    hub.push('library/app', '1.0', index());
    const registries = [{ host: 'docker.io', url: hub.registry.url, webUrl: hub.web.url }];
    const started = await startEditor({ configuration: { registries } });
    const { editor } = started;
    close = started.close;
    const isShown = () => editor.shown.get(dockerfileUri)?.some(({ code }) => code === 'PlatformNotOffered') === true;
    await editor.open('FROM --platform=linux/amd64 app:1.0');
    while (!isShown()) await editor.nextDiagnostics();
    const manifests = linesOf(world.log).filter((line) => line.includes('/manifests/'));
    assert.ok(manifests.length > 0 && manifests.every((line) => line.includes(' HEAD ')), manifests.join('\n'));
  });
});
