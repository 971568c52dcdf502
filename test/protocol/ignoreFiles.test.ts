/** What an editor is told of the ignore files that it has open, and of the build contexts that they are for. */
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import type { CompletionList, Diagnostic, InlayHint } from 'vscode-languageserver-protocol/node';
import { type Editor, startEditor } from '../support/editor.ts';
import { type Content, type TempFolder, tempFolder } from '../support/tempFolder.ts';
import { until } from '../support/until.ts';

const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

describe('ignore files', () => {
  let editor: Editor;
  let close: () => Promise<void>;
  let folder: TempFolder;

  async function start(contents: Readonly<Record<string, Content>>, workspace: Record<string, unknown> = {}) {
    folder = tempFolder(contents);
    const dynamic = { dynamicRegistration: true };
    ({ editor, close } = await startEditor({
      folders: [uriOf('')],
      capabilities: {
        workspace: { inlayHint: { refreshSupport: true }, didChangeWatchedFiles: dynamic, ...workspace },
        textDocument: {
          synchronization: dynamic,
          inlayHint: dynamic,
          completion: dynamic,
          publishDiagnostics: { relatedInformation: true },
        },
      },
    }));
  }

  afterEach(async () => {
    await close();
    folder.dispose();
  });

  const uriOf = (path: string) => pathToFileURL(`${folder.path}/${path}`).href;
  const ignore = () => uriOf('.dockerignore');

  async function openIgnore(text: string, path = '.dockerignore'): Promise<void> {
    await editor.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: uriOf(path), languageId: 'ignore', version: 1, text },
    });
  }

  const changed = (...paths: string[]) =>
    editor.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: paths.map((path) => ({ uri: uriOf(path), type: 2 })),
    });

  const hints = async (uri = ignore()) =>
    (await editor.ask<InlayHint[]>('inlayHint', { range: whole }, uri)).map(({ label }) => String(label));
  /** Asks again whenever the server says that it is worth it. */
  async function hinted(expected: readonly string[], uri = ignore()): Promise<void> {
    for (;;) {
      const next = editor.nextRefresh();
      if ((await hints(uri)).join() === expected.join()) return;
      await next;
    }
  }
  const codes = (uri = ignore()) => editor.shown.get(uri)?.map(({ code }) => code) ?? [];
  const shows = (expected: readonly string[], uri = ignore()) => until(() => codes(uri).join() === expected.join());

  it('have the editor tell of them, where it can', async () => {
    await start({});
    await until(() => editor.registered.filter((method) => method === 'textDocument/inlayHint').length === 1);
  });

  it('say behind each pattern what it keeps out, and follow what is typed and what changes on the disk', async () => {
    await start({ 'a.log': 5, 'b.log': 6, 'm/x': 100 });
    await openIgnore('*.log\nm\nnothing');
    await hinted(['2 files · 11 B', '1 file · 100 B']);
    await shows(['UnmatchedPattern']);
    await editor.change('*.log\nm/y', undefined, ignore());
    await hinted(['2 files · 11 B']);
    folder.write({ 'm/y': 7, 'c.log': 1 });
    await changed('m/y', 'c.log');
    await hinted(['3 files · 12 B', '1 file · 7 B']);
    await shows([]);
  });

  it('name the line of a Dockerfile that needs what a pattern keeps out, open or not', async () => {
    await start({ Dockerfile: 'FROM a\nCOPY dist /x\n', 'dist/a': 1 });
    await openIgnore('dist\n!x');
    await shows(['NeededFile', 'UnmatchedPattern']);
    const [needed] = editor.shown.get(ignore()) as Diagnostic[];
    assert.equal(needed?.message, 'It keeps "dist" out, which the COPY in line 2 of Dockerfile needs.');
    assert.equal(needed?.relatedInformation?.[0]?.location.uri, uriOf('Dockerfile'));
    await editor.open('FROM a\nCOPY other /x\n', uriOf('Dockerfile'));
    await shows(['UnmatchedPattern']);
    await editor.change('FROM a\n\nCOPY dist/a /x\n', undefined, uriOf('Dockerfile'));
    await shows(['NeededFile', 'UnmatchedPattern']);
  });

  it('are named in the Dockerfile that needs what they keep out', async () => {
    await start({ Dockerfile: '', '.dockerignore': 'x\n  dist\n', 'dist/a': 1 });
    await editor.open('FROM a\nCOPY dist /x\n', uriOf('Dockerfile'));
    await shows(['CopyIgnoredFile'], uriOf('Dockerfile'));
    const [found] = editor.shown.get(uriOf('Dockerfile')) as Diagnostic[];
    const [related] = found?.relatedInformation ?? [];
    assert.equal(related?.location.uri, ignore());
    assert.deepEqual(related?.location.range, { start: { line: 1, character: 2 }, end: { line: 1, character: 6 } });
  });

  it('are for one Dockerfile where they are named for it, and never taken for one', async () => {
    await start({
      'docker/Dockerfile': 'FROM a\nCOPY dist /x\n',
      'docker/dist/a': 20,
      'dist/a': 30,
      '.dockerignore': '',
    });
    const own = uriOf('docker/Dockerfile.dockerignore');
    await editor.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: own, languageId: 'dockerfile', version: 1, text: 'dist\nCOPY' },
    });
    await hinted(['1 file · 30 B'], own);
    await shows(['NeededFile', 'UnmatchedPattern'], own);
  });

  it('are refused whole where a pattern is malformed', async () => {
    await start({ a: 1 });
    await openIgnore('a\n[a');
    await shows(['MalformedPattern']);
    assert.deepEqual(await hints(), []);
  });

  it('offer what is in the build context', async () => {
    await start({ 'src/main.ts': 10, 'src/lib/x': 1 });
    await openIgnore('src/');
    const position = { line: 0, character: 4 };
    const ask = () => editor.ask<CompletionList>('completion', { position }, ignore());
    let list = await ask();
    while (list.isIncomplete) list = await ask();
    assert.deepEqual(
      list.items.map(({ label, detail }) => [label, detail]),
      [
        ['lib/', undefined],
        ['main.ts', '10 B'],
      ],
    );
  });

  it('decide what a COPY is offered', async () => {
    await start({ Dockerfile: '', '.dockerignore': 'secret*', 'secret.txt': 1, 'app.js': 1 });
    await editor.open('FROM a\nCOPY ', uriOf('Dockerfile'));
    const ask = () =>
      editor.ask<CompletionList>('completion', { position: { line: 1, character: 5 } }, uriOf('Dockerfile'));
    let list = await ask();
    while (list.isIncomplete) list = await ask();
    assert.deepEqual(
      list.items.map(({ label }) => label).filter((label) => !label.startsWith('--')),
      ['.dockerignore', 'Dockerfile', 'app.js'],
    );
  });

  it('are forgotten with the file', async () => {
    await start({ a: 1 });
    await openIgnore('b');
    await shows(['UnmatchedPattern']);
    await editor.connection.sendNotification('textDocument/didClose', { textDocument: { uri: ignore() } });
    await shows([]);
  });
});
