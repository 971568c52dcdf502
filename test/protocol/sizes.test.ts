/** Sizes as an editor and a script see them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CodeLens, CodeLensRefreshRequest, type InlayHint } from 'vscode-languageserver-protocol/node';
import { known } from '../../common/known.ts';
import type { BuildRecord } from '../../server/language/host.ts';
import { type Editor, type EditorOptions, startEditor } from '../support/editor.ts';
import { InMemoryImages } from '../support/inMemoryImages.ts';
import { until } from '../support/until.ts';

const program = new URL('../../dist/cli.js', import.meta.url).pathname;
const range = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };
const refreshes = {
  capabilities: {
    workspace: { configuration: true, inlayHint: { refreshSupport: true }, codeLens: { refreshSupport: true } },
  },
};

describe('sizes in an editor', () => {
  let editor: Editor;
  let close: () => Promise<void> = async () => {};
  let images: InMemoryImages;
  let folder: string;
  const text = 'FROM scratch\nRUN one\nRUN two\n';
  const built: BuildRecord = {
    ...{ ref: '1', startedAt: 0, completedAt: 1, dockerfile: text, buildArgs: {}, failed: false },
    steps: [1, 2].map((line) => ({ startLine: line, endLine: line, bytes: line * 5_000_000, cached: false })),
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-sizes-'));
  });
  afterEach(async () => {
    await close();
    await rm(folder, { recursive: true });
  });
  async function start(options: EditorOptions = {}): Promise<void> {
    images = new InMemoryImages();
    images.history = known([built], 0);
    ({ editor, close } = await startEditor({ ...options, world: { images } }));
  }
  const hints = async () => {
    const found = await editor.ask<InlayHint[]>('inlayHint', { range });
    return found.map(({ position, label }) => `${position.line} ${label}`);
  };
  const lenses = async () =>
    (await editor.ask<CodeLens[]>('codeLens', {})).map(({ range, command }) => `${range.start.line} ${command?.title}`);

  it('stand above stages and behind instructions', async () => {
    await start();
    await editor.open(text);
    assert.deepEqual(await hints(), ['0 image 15 MB (+15 MB)', '1 5 MB', '2 10 MB · heaviest']);
    assert.deepEqual(await lenses(), ['0 15 MB · 2 layers']);
  });

  it('lead to the image that the file was last built as, by whomever, once the engine has said it', async () => {
    await start();
    images.history = { state: 'pending' };
    const uri = 'file:///Dockerfile';
    const ask = () => editor.connection.sendRequest<{ id: string } | null>('gantry/layers/built', { uri });
    assert.equal(await ask(), null);
    await editor.open(text, uri);
    const { listeners } = images;
    const asked = ask();
    await until(() => images.listeners > listeners);
    const of = (id: string) => ({ ...built, image: { id, bytes: 1 } });
    images.history = known(
      [{ ...of('else'), elsewhere: true }, { ...of('stage'), target: 'a' }, built, of('whole')],
      0,
    );
    images.change();
    assert.deepEqual(await asked, { id: 'whole' });
    assert.equal(images.listeners, listeners);
    images.history = known([built], 0);
    assert.equal(await ask(), null);
  });

  it('follow each edit', async () => {
    await start();
    await editor.open(text);
    await editor.change(text.replace('one', 'other'));
    assert.deepEqual(await hints(), ['2 10 MB stale']);
    await editor.change(text);
    assert.deepEqual(await hints(), ['0 image 15 MB (+15 MB)', '1 5 MB', '2 10 MB · heaviest']);
  });

  it('are as the settings want them, also when these change', async () => {
    await start({ configuration: { sizes: { hints: 'threshold', threshold: 8, units: 'MiB' } }, ...refreshes });
    await editor.open(text);
    assert.deepEqual(await hints(), ['0 image 14.3 MiB (+14.3 MiB)', '2 9.54 MiB · heaviest']);
    const refreshed = Promise.all([
      editor.nextRefresh(),
      new Promise<void>((resolve) => editor.connection.onRequest(CodeLensRefreshRequest.type, () => resolve())),
    ]);
    editor.configuration = { sizes: { hints: 'none', codeLens: false } };
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await refreshed;
    assert.deepEqual(await hints(), []);
    assert.deepEqual(await lenses(), []);
  });

  it('predict what is copied from the disk, and ask the editor to ask again when it is known', async () => {
    await start({ ...refreshes, configuration: {} });
    images.history = known([], 0);
    await writeFile(join(folder, 'data'), Buffer.alloc(4_200_000));
    const uri = pathToFileURL(join(folder, 'Dockerfile')).href;
    await editor.open('FROM scratch\nCOPY data /\n', uri);
    const ask = () =>
      editor.connection.sendRequest<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri }, range });
    const refreshed = editor.nextRefresh();
    assert.deepEqual(await ask(), []);
    await refreshed;
    assert.deepEqual(
      (await ask()).map(({ position, label }) => `${position.line} ${label}`),
      ['0 image ≈ 4.2 MB (≈ +4.2 MB)', '1 ≈ 4.2 MB'],
    );
  });
});

describe('gantry sizes', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-sizes-'));
    await writeFile(join(folder, 'data'), Buffer.alloc(4_200_000));
    await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY data /\nCOPY <<A /a\n12345\nA\n');
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Without an engine. */
  const run = (...args: readonly string[]) => {
    const env = { PATH: '', HOME: folder, DOCKER_HOST: `unix://${join(folder, 'no.sock')}` };
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'sizes', ...args], {
      ...{ cwd: folder, env, encoding: 'utf8' },
    });
    return { status, stdout, stderr };
  };

  it('prints a line for each size, and why the engine tells none', () => {
    const { status, stdout, stderr } = run('Dockerfile');
    assert.deepEqual(stdout.split('\n'), [
      'Dockerfile:1: image ≈ 4.2 MB (≈ +4.2 MB)  FROM scratch',
      'Dockerfile:2: ≈ 4.2 MB · heaviest  COPY data /',
      'Dockerfile:3: ≈ 6 B                COPY <<A /a',
      '',
    ]);
    assert.match(stderr, /^The engine tells nothing of its builds\. /);
    assert.equal(status, 0);
  });
  it('prints JSON with lines from 1', () => {
    const { stages, instructions } = JSON.parse(run('--format', 'json', 'Dockerfile').stdout);
    assert.deepEqual(stages, [
      { line: 1, inImage: true, layers: 2, bytes: 4_200_006, state: 'about', addedBytes: 4_200_006 },
    ]);
    assert.deepEqual(instructions[0], {
      ...{ line: 2, keyword: 'COPY', bytes: 4_200_000, state: 'about', source: 'prediction', heaviest: true },
    });
  });
  it('exits with 1 above the limit and with 0 below it', () => {
    assert.equal(run('--max-size', '5MB', 'Dockerfile').status, 0);
    const { status, stderr } = run('--max-size', '4MB', 'Dockerfile');
    assert.match(stderr, /Dockerfile: the image has 4\.2 MB, more than the 4 MB of --max-size\./);
    assert.equal(status, 1);
  });
  it('exits with 2 where the size is not known, the file is not there or an option is wrong', async () => {
    await writeFile(join(folder, 'other'), 'FROM scratch\nCOPY data /\nRUN x\n');
    assert.equal(run('--max-size', '5MB', 'other').status, 2);
    assert.match(run('none').stderr, /^none: There is no such file\.$/m);
    assert.equal(run('none').status, 2);
    assert.equal(run('--max-size', 'big', 'Dockerfile').status, 2);
    const unknown = run('--max-wasted', '1MB', '--min-efficiency', '95%', 'Dockerfile');
    assert.match(unknown.stderr, /Dockerfile: what the image wastes is not known\. Build it, then ask again\./);
    assert.equal(unknown.status, 2);
    assert.match(run('--help').stdout, /^Usage: /);
  });
});
