import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CompletionItem, type CompletionList, MarkupContent } from 'vscode-languageserver-types';
import { itemOf, labelsOf } from '../support/cursor.ts';
import { dockerfileUri, type Editor, type EditorOptions, startEditor } from '../support/editor.ts';
import { addTags, type FakeRegistry, startFakeRegistry } from '../support/fakeRegistry.ts';
import { makeImage } from '../support/imageContents.ts';
import { until } from '../support/until.ts';

describe('completion of images, from registry to editor', () => {
  let registry: FakeRegistry;
  let storage: string;
  let now: number;
  let editor: Editor;
  let close: () => Promise<void>;
  beforeEach(async () => {
    now = 1_000_000;
    registry = await startFakeRegistry();
    addTags(registry, 'team/app', ['1.0', 'latest', '1.10', '1.9']);
    storage = await mkdtemp(join(tmpdir(), 'gantry-storage-'));
  });
  afterEach(async () => {
    await close();
    await registry.stop();
    await rm(storage, { recursive: true });
  });

  const start = async (options: EditorOptions = {}) => {
    ({ editor, close } = await startEditor({
      initializationOptions: { storage },
      world: { now: () => now },
      ...options,
    }));
  };
  const restart = async () => {
    await close();
    await start();
  };
  const complete = (text: string, uri = dockerfileUri): Promise<CompletionList> => {
    const lines = text.split('\n');
    const position = { line: lines.length - 1, character: lines.at(-1)!.length };
    return editor.ask('completion', { position }, uri);
  };
  const from = async (text: string) => {
    await editor.open(text);
    return complete(text);
  };
  const openCompose = async (text: string, languageId: string, uri: string) => {
    const textDocument = { uri, languageId, version: 1, text };
    await editor.connection.sendNotification('textDocument/didOpen', { textDocument });
    return complete(text, uri);
  };
  const requests = () => registry.seen.length;

  /** The whole answer, however long this machine takes for it. */
  const whole = async (text: string) => {
    let answer = await from(text);
    while (answer.isIncomplete) answer = await complete(text);
    return answer;
  };

  it('asks once for tags, and not again', async () => {
    await start();
    const text = `FROM ${registry.host}/team/app:`;
    const { items, isIncomplete } = await whole(text);
    assert.deepEqual(labelsOf(items), ['latest', '1.10', '1.9', '1.0']);
    assert.equal(requests(), 1);
    assert.deepEqual(await complete(text), { items, isIncomplete });
    assert.equal(requests(), 1);
  });

  it('shows after a restart what it knew, before the registry answers, and then what is new', async () => {
    await start();
    const text = `FROM ${registry.host}/team/app:`;
    await whole(text);
    now += 3_600_000;
    await restart();
    let release = () => {};
    const asked = new Promise<void>((resolve) => {
      registry.misbehave((_, response) => {
        release = () => response.end('{"name":"team/app","tags":["2.0"]}');
        response.writeHead(200, { 'content-type': 'application/json' });
        resolve();
      });
    });
    let before = await from(text);
    while (before.items.length === 0) before = await complete(text);
    assert.deepEqual(labelsOf(before.items), ['latest', '1.10', '1.9', '1.0']);
    assert.equal(before.isIncomplete, true);
    await asked;
    release();
    for (;;) {
      const { items, isIncomplete } = await complete(text);
      if (isIncomplete) continue;
      assert.deepEqual(labelsOf(items), ['2.0']);
      break;
    }
    assert.equal(requests(), 2);
  });

  it('keeps neither names of files nor secrets', async () => {
    await start();
    await whole(`FROM ${registry.host}/team/app:`);
    await restart();
    const [file = '', ...others] = await readdir(storage);
    assert.deepEqual(others, []);
    assert.ok(!/team|app/.test(file), file);
    assert.deepEqual(Object.keys(JSON.parse(await readFile(join(storage, file), 'utf8'))), ['version', 'at', 'value']);
  });

  it('forgets what it keeps when the registry is refreshed', async () => {
    await start();
    await whole(`FROM ${registry.host}/team/app:`);
    await restart();
    await editor.connection.sendRequest('gantry/registries/refresh', { host: registry.host });
    await close();
    assert.deepEqual(await readdir(storage), []);
    await start();
  });

  it('answers though the registry hangs', async () => {
    await start();
    registry.misbehave(() => {});
    const { items, isIncomplete } = await from(`FROM ${registry.host}/team/app:`);
    assert.deepEqual(items, []);
    assert.equal(isIncomplete, true);
  });

  it('tells when there is more after all, once and for the place that was asked about', async () => {
    await start();
    const told: unknown[] = [];
    const late = new Promise<void>((resolve) => {
      editor.connection.onNotification('gantry/completion/late', (params) => {
        told.push(params);
        resolve();
      });
    });
    let release = () => {};
    registry.misbehave((_, response) => {
      release = () => response.end('{"name":"team/app","tags":["2.0"]}');
      response.writeHead(200, { 'content-type': 'application/json' });
    });
    const text = `FROM ${registry.host}/team/app:`;
    assert.deepEqual((await from(text)).items, []);
    release();
    await late;
    assert.deepEqual(told, [{ uri: dockerfileUri, version: 1, position: { line: 0, character: text.length } }]);
    assert.deepEqual(labelsOf((await complete(text)).items), ['2.0']);
    assert.equal(requests(), 1);
    assert.equal(told.length, 1);
  });

  it('offers the first page of many, and tells when there are the others', async () => {
    await start();
    registry.manners.pageSize = 1;
    const late = new Promise<unknown>((resolve) => {
      editor.connection.onNotification('gantry/completion/late', resolve);
    });
    let release = () => {};
    const rest = (_: unknown, response: ServerResponse) => {
      release = () => response.end('{"name":"team/app","tags":["2.0"]}');
      response.writeHead(200, { 'content-type': 'application/json' });
    };
    registry.misbehave(rest, 1, /last=/);
    const text = `FROM ${registry.host}/team/app:`;
    const { items, isIncomplete } = await from(text);
    assert.equal(items.length, 1);
    assert.equal(isIncomplete, true);
    release();
    await late;
    assert.equal((await complete(text)).items.length, 2);
  });

  it('does not open an empty list when the registry failed after all', async () => {
    await start();
    const told: unknown[] = [];
    editor.connection.onNotification('gantry/completion/late', (params) => void told.push(params));
    let fail = () => {};
    registry.misbehave((_, response) => {
      fail = () => response.end('no JSON');
      response.writeHead(200, { 'content-type': 'application/json' });
    });
    const text = `FROM ${registry.host}/team/app:`;
    await from(text);
    const logged = editor.logged.length;
    fail();
    await until(() => editor.logged.length > logged);
    await complete(text);
    assert.deepEqual(told, []);
  });

  it('offers official images without asking anybody', async () => {
    await start();
    const { items } = await from('FROM alp');
    assert.ok(itemOf(items, 'alpine'));
    assert.equal(requests(), 0);
  });

  it('tells more of a tag that is looked at', async () => {
    await start();
    registry.push('team/real', '1.0', makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] }));
    const { items } = await from(`FROM ${registry.host}/team/real:`);
    const item = await editor.connection.sendRequest<CompletionItem>('completionItem/resolve', itemOf(items, '1.0'));
    assert.ok(MarkupContent.is(item.documentation));
    assert.match(item.documentation.value, /linux\/amd64.*Digest ` sha256:/s);
  });

  describe('in a compose file', () => {
    const text = () => `services:\n  web:\n    image: ${registry.host}/team/app:`;

    for (const [languageId, uri] of [
      ['dockercompose', 'file:///project/compose.yaml'],
      ['yaml', 'file:///project/compose.yaml'],
      ['yaml', 'file:///project/docker-compose.override.yml'],
      ['yaml.docker-compose', 'file:///project/stack.yml'],
    ] as const) {
      it(`offers tags in ${uri} of the language ${languageId}`, async () => {
        await start();
        const { items } = await openCompose(text(), languageId, uri);
        assert.deepEqual(labelsOf(items), ['latest', '1.10', '1.9', '1.0']);
      });
    }
    it('offers nothing in other files of YAML', async () => {
      await start();
      assert.equal(await openCompose(text(), 'yaml', 'file:///project/values.yaml'), null);
    });
    it('says nothing of what is wrong, which is not ours to say', async () => {
      await start();
      const uri = 'file:///project/compose.yaml';
      await openCompose(text(), 'dockercompose', uri);
      assert.deepEqual(await editor.pull(undefined, uri), { kind: 'full', items: [] });
      await editor.open('FROM scratch');
      assert.deepEqual([...editor.shown.keys()], [dockerfileUri]);
      assert.equal(await editor.ask('hover', { position: { line: 0, character: 1 } }, uri), null);
    });
    it('is asked for where the client can be told of files', async () => {
      const dynamic = { dynamicRegistration: true };
      await start({ capabilities: { textDocument: { synchronization: dynamic, completion: dynamic } } });
      await editor.open('FROM scratch');
      assert.deepEqual(
        editor.registered.filter((method) => method.startsWith('textDocument/')),
        ['didOpen', 'didChange', 'didClose', 'completion'].map((name) => `textDocument/${name}`),
      );
    });
  });
});
