import assert from 'node:assert/strict';
import { MessageType, ShowMessageNotification, type ShowMessageParams } from 'vscode-languageserver-protocol/node';
import { type CodeAction, type DocumentLink, type Hover, MarkupContent } from 'vscode-languageserver-types';
import { dockerfileUri, type Editor, type EditorOptions, startEditor } from '../support/editor.ts';
import { json, startFakeEngine } from '../support/fakeEngine.ts';
import { type FakeRegistry, type Manners, startFakeRegistry } from '../support/fakeRegistry.ts';
import { makeImage, makeIndex } from '../support/imageContents.ts';
import { answers, hangs, waitsFor } from '../support/origin.ts';
import { type Hub, startHub } from '../support/registries/hub.ts';
import { createWorld, linesOf } from '../support/registries/world.ts';

const created = '2026-08-01T00:00:00Z';
const now = Date.parse('2026-08-13T00:00:00Z');
const index = () =>
  makeIndex([
    { platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [500], created, config: { User: 'app' } },
    { platform: { os: 'linux', architecture: 'arm64' }, layerBytes: [300], created },
  ]);

describe('what is known of an image, from registry to editor', () => {
  let registry: FakeRegistry;
  let editor: Editor;
  let close: () => Promise<void>;
  let stopEngine = async () => {};
  const start = async (options: Parameters<typeof startEditor>[0] = {}, manners: Partial<Manners> = {}) => {
    registry = await startFakeRegistry(manners);
    registry.push('team/app', '1.0', index());
    ({ editor, close } = await startEditor({ world: { now: () => now }, ...options }));
  };
  afterEach(async () => {
    await close();
    await registry.stop();
    await stopEngine();
    stopEngine = async () => {};
  });
  const requests = () => registry.seen.map(({ method, path }) => `${method} ${path.replace(/sha256:\w+/, '<digest>')}`);
  const hoverAt = async (character: number, uri = dockerfileUri, line = 0): Promise<string> => {
    const found = await editor.ask<Hover | null>('hover', { position: { line, character } }, uri);
    return MarkupContent.is(found?.contents) ? found.contents.value : '';
  };

  /** The same once all is told: a machine that is busy takes its time. */
  const toldAt = async (character: number): Promise<string> => {
    for (;;) {
      const text = await hoverAt(character);
      if (!text.includes('Asking')) return text;
    }
  };

  describe('hover', () => {
    it('costs the index, and for each platform its manifest and config; the second time nothing', async () => {
      await start();
      await editor.open(`FROM ${registry.host}/team/app:1.0`);
      const text = await toldAt(8);
      assert.match(text, /linux\/amd64 ` \| 500 B \|\n\| ` linux\/arm64 ` \| 300 B \|/);
      assert.match(text, /built 12 days ago/);
      assert.match(text, /as user ` app `/);
      const manifest = 'GET /v2/team/app/manifests/<digest>';
      const config = 'GET /v2/team/app/blobs/<digest>';
      assert.deepEqual(requests().sort(), [
        ...[config, config],
        'GET /v2/team/app/manifests/1.0',
        ...[manifest, manifest],
      ]);
      assert.equal(await hoverAt(9), text);
      assert.equal(registry.seen.length, 5);
    });
    it('says whom it asks, and knows when it is asked again', async () => {
      await start();
      let open = () => {};
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      registry.misbehave(waitsFor(opened), 1, /manifests\/1\.0/);
      await editor.open(`FROM ${registry.host}/team/app:1.0`);
      assert.match(await hoverAt(8), /Asking 127/);
      open();
      let text = '';
      do text = await hoverAt(8);
      while (text.includes('Asking'));
      assert.match(text, /500 B/);
      assert.equal(registry.seen.length, 5);
    });
    it('says that a tag is not there, or hidden, and asks again the next time', async () => {
      await start();
      await editor.open(`FROM ${registry.host}/team/app:2.0`);
      assert.match(await hoverAt(8), /does not have team\/app:2\\\.0, or hides it from you\\\./);
      const before = registry.seen.length;
      await hoverAt(8);
      assert.ok(registry.seen.length > before);
    });
    it('says how to sign in', async () => {
      await start({}, { auth: 'basic' });
      await editor.open(`FROM ${registry.host}/team/app:1.0`);
      assert.match(await hoverAt(8), /Sign in, .*docker login/);
    });
    it('says that there have been too many requests', async () => {
      await start();
      registry.misbehave(answers(429, { 'retry-after': '60' }), 9);
      await editor.open(`FROM ${registry.host}/team/app:1.0`);
      assert.match(await hoverAt(8), /too many requests[\s\S]*Wait 60 seconds/);
    });
    it('is answered though the registry hangs', async () => {
      await start();
      registry.misbehave(hangs, 9);
      await editor.open(`FROM ${registry.host}/team/app:1.0`);
      assert.match(await hoverAt(8), /Asking 127/);
    });
    it('says at once how much of it the engine has', async () => {
      const fake = await startFakeEngine();
      stopEngine = () => fake.close();
      await start({ world: { now: () => now, env: { PATH: '', HOME: '/nowhere', DOCKER_HOST: fake.host } } });
      const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [500, 300] });
      registry.push('team/app', '2.0', image);
      const { layers } = JSON.parse(image.root.bytes.toString('utf8')) as { layers: { digest: string }[] };
      fake.on('GET /images/json', (_, response) => json(response, [{ Id: 'sha256:base' }]));
      fake.on('GET /images/sha256:base/json', (_, response) =>
        json(response, { Id: 'sha256:base', RootFS: { Layers: [layers[0]!.digest] } }),
      );
      await editor.open(`FROM ${registry.host}/team/app:2.0`);
      assert.match(await toldAt(8), /300 B of 800 B to download\./);
    });
    it('works in compose files', async () => {
      await start();
      const uri = 'file:///project/compose.yaml';
      const text = `services:\n  web:\n    image: ${registry.host}/team/app:1.0\n`;
      const textDocument = { uri, languageId: 'dockercompose', version: 1, text };
      await editor.connection.sendNotification('textDocument/didOpen', { textDocument });
      assert.match(await hoverAt(12, uri, 2), /500 B/);
    });
  });

  describe('a code action', () => {
    const lazy: EditorOptions = {
      capabilities: {
        textDocument: { codeAction: { dataSupport: true, resolveSupport: { properties: ['edit'] } } },
      },
    };
    const actions = (character: number): Promise<CodeAction[]> => {
      const position = { line: 0, character };
      return editor.ask('codeAction', { range: { start: position, end: position }, context: { diagnostics: [] } });
    };
    const choose = async (title: string): Promise<CodeAction> => {
      const action = (await actions(8)).find((each) => each.title.includes(title));
      return editor.connection.sendRequest('codeAction/resolve', action);
    };
    const newText = ({ edit }: CodeAction) => edit?.changes?.[dockerfileUri]?.map((each) => each.newText);

    it('is offered without a request, and pins with one that is no pull', async () => {
      await start(lazy);
      await editor.open(`FROM ${registry.host}/team/app:1.0`);
      await actions(8);
      assert.equal(registry.seen.length, 0);
      const digest = registry.repositories.get('team/app')!.tags.get('1.0')!.digest;
      assert.deepEqual(newText(await choose('Pin')), [`:1.0@${digest}`]);
      assert.deepEqual(requests(), ['HEAD /v2/team/app/manifests/1.0']);
    });
    it('renews a digest once, and offers it again when the tag may have moved', async () => {
      await start(lazy);
      const digest = registry.repositories.get('team/app')!.tags.get('1.0')!.digest;
      const old = `sha256:${'0'.repeat(64)}`;
      await editor.open(`FROM ${registry.host}/team/app:1.0@${old}`);
      assert.deepEqual(newText(await choose('Update the digest')), [`:1.0@${digest}`]);
      await editor.change(`FROM ${registry.host}/team/app:1.0@${digest}`);
      const titles = async () => (await actions(8)).map(({ title }) => title).filter((title) => /digest/.test(title));
      assert.deepEqual(await titles(), []);
      await editor.connection.sendRequest('gantry/registries/refresh', { host: registry.host });
      assert.equal((await titles()).length, 1);
    });
    it('moves to a newer patch by the list of tags, and is known then', async () => {
      await start(lazy);
      registry.push('team/app', '1.0.0', index());
      registry.push('team/app', '1.0.2', index());
      await editor.open(`FROM ${registry.host}/team/app:1.0.0`);
      assert.deepEqual(newText(await choose('newest patch')), [':1.0.2']);
      assert.deepEqual(requests(), ['GET /v2/team/app/tags/list?n=1000']);
      assert.deepEqual(newText(await choose('Move to 1.0.2 (newer patch)')), [':1.0.2']);
      assert.equal(registry.seen.length, 1);
    });
    it('tells the user what is wrong with the registry', async () => {
      await start(lazy);
      const told = new Promise<ShowMessageParams>((resolve) => {
        editor.connection.onNotification(ShowMessageNotification.type, resolve);
      });
      await editor.open(`FROM ${registry.host}/team/app:2.0`);
      assert.equal((await choose('Pin')).edit, undefined);
      const { type, message } = await told;
      assert.equal(type, MessageType.Warning);
      assert.match(message, /does not have team\/app:2\.0, or hides it from you\. Check the name/);
    });
    it('is not offered where the client would not ask for its edit', async () => {
      await start();
      await editor.open(`FROM ${registry.host}/team/app:1.0`);
      assert.deepEqual(
        (await actions(8)).filter(({ data }) => data !== undefined),
        [],
      );
    });
    it('pins in compose files', async () => {
      await start(lazy);
      const uri = 'file:///project/compose.yaml';
      const text = `services:\n  web:\n    image: ${registry.host}/team/app:1.0\n`;
      const textDocument = { uri, languageId: 'dockercompose', version: 1, text };
      await editor.connection.sendNotification('textDocument/didOpen', { textDocument });
      const position = { line: 2, character: 12 };
      const params = { range: { start: position, end: position }, context: { diagnostics: [] } };
      const [action] = await editor.ask<CodeAction[]>('codeAction', params, uri);
      const { edit } = await editor.connection.sendRequest<CodeAction>('codeAction/resolve', action);
      assert.match(edit?.changes?.[uri]?.[0]?.newText ?? '', /^:1\.0@sha256:/);
    });
  });

  describe('a link', () => {
    const links = async (text: string, configuration?: unknown) => {
      await start(configuration === undefined ? {} : { configuration });
      await editor.open(text);
      const found = await editor.ask<DocumentLink[]>('documentLink');
      return found.map(({ range, target }) => [
        text.split('\n')[range.start.line]!.slice(range.start.character, range.end.character),
        target,
      ]);
    };

    it('leads from the name of an image to its page, and asks nobody', async () => {
      const text = [
        'FROM node:22 AS build',
        'FROM mcr.microsoft.com/dotnet/sdk:9.0',
        'FROM ghcr.io/a/b:1',
        'FROM quay.io/prometheus/node-exporter',
        'FROM public.ecr.aws/nginx/nginx:1',
        'FROM gcr.io/distroless/static',
        'COPY --from=grafana/grafana:1 a b',
        'COPY --from=build a b',
      ].join('\n');
      assert.deepEqual(await links(text), [
        ['node', 'https://hub.docker.com/_/node/tags?name=22'],
        ['mcr.microsoft.com/dotnet/sdk', 'https://mcr.microsoft.com/artifact/mar/dotnet/sdk/tags'],
        ['ghcr.io/a/b', 'https://ghcr.io/a/b'],
        ['quay.io/prometheus/node-exporter', 'https://quay.io/repository/prometheus/node-exporter'],
        ['public.ecr.aws/nginx/nginx', 'https://gallery.ecr.aws/nginx/nginx'],
        ['gcr.io/distroless/static', 'https://gcr.io/distroless/static'],
        ['grafana/grafana', 'https://hub.docker.com/r/grafana/grafana/tags?name=1'],
      ]);
      assert.equal(registry.seen.length, 0);
    });
    it('leads to the pages that the settings name', async () => {
      const registries = [{ host: 'r.example', kind: 'harbor', webUrl: 'https://pages.example/' }];
      assert.deepEqual(await links('FROM r.example/a/b:1', { registries }), [
        ['r.example/a/b', 'https://pages.example'],
      ]);
    });
    for (const [title, text] of [
      ['a registry without pages', 'FROM r.example/a/b:1'],
      ['a name that a variable is part of', 'ARG B=node\nFROM $B:22'],
      ['a stage', 'FROM scratch AS a\nFROM a'],
    ] as const) {
      it(`is not there for ${title}`, async () => assert.deepEqual(await links(text), []));
    }
  });
});

describe('hover on an image of Docker Hub', () => {
  let hub: Hub;
  let close: () => Promise<void>;
  afterEach(async () => {
    await close();
    await hub.stop();
  });

  it('costs its page of the web API and the image of one platform; the second time nothing', async () => {
    const world = createWorld();
    hub = await startHub(world);
    hub.push('library/app', '1.0', index());
    const registries = [{ host: 'docker.io', url: hub.registry.url, webUrl: hub.web.url }];
    const lint = { registry: false };
    const started = await startEditor({ configuration: { registries, lint }, world: { now: () => now } });
    const { editor } = started;
    close = started.close;
    await editor.open('FROM app:1.0');
    const position = { line: 0, character: 6 };
    const look = async () => (await editor.ask<Hover>('hover', { position })).contents;
    const contents = await look();
    assert.ok(MarkupContent.is(contents));
    assert.match(contents.value, /, built 12 days ago[\s\S]*linux\/arm64[\s\S]*as user ` app `/);
    const asked = linesOf(world.log).map((line) => line.replaceAll(/sha256:\w+/g, '<digest>'));
    // The first request that wants a token is sent twice.
    const ofImages = new Set(asked.filter((line) => /manifests|blobs|tags\/1/.test(line)));
    assert.deepEqual(
      [...ofImages].map((line) => line.replace(/^\S+ /, '')),
      [
        'GET /v2/namespaces/library/repositories/app/tags/1.0',
        'GET /v2/library/app/manifests/<digest>',
        'GET /v2/library/app/blobs/<digest>',
      ],
    );
    assert.deepEqual(await look(), contents);
    assert.equal(linesOf(world.log).length, asked.length);
  });
});
