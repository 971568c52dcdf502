import assert from 'node:assert/strict';
import { type Editor, type EditorOptions, startEditor } from '../support/editor.ts';

describe('documents and settings', () => {
  let editor: Editor;
  let close: () => Promise<void> = async () => {};

  async function start(options: EditorOptions = {}): Promise<void> {
    ({ editor, close } = await startEditor(options));
  }

  afterEach(() => close());

  const withoutCasing = { lint: { rules: { StageNameCasing: 'off' } } };
  const codes = (diagnostics: readonly { readonly code?: unknown }[]) => diagnostics.map(({ code }) => code);

  it('reports what is wrong, under the name of the rule', async () => {
    await start();
    const diagnostics = await editor.open('FROM a AS Build\nRUN ls\n');
    assert.deepEqual(codes(diagnostics), ['StageNameCasing']);
    assert.deepEqual(
      diagnostics.map(({ source }) => source),
      ['gantry'],
    );
  });

  it('follows edits of parts of the file', async () => {
    await start();
    await editor.open('FROM a AS Build\n');
    const next = editor.nextDiagnostics();
    await editor.change('b', { start: { line: 0, character: 10 }, end: { line: 0, character: 11 } });
    assert.deepEqual(await next.then(({ diagnostics, version }) => [codes(diagnostics), version]), [
      [],
      editor.version,
    ]);
  });

  it('answers edits that arrive together once, for the last', async () => {
    await start();
    await editor.open('FROM a\n');
    const versions: (number | undefined)[] = [];
    const first = editor.nextDiagnostics();
    for (const name of ['B', 'C', 'D', 'e']) void editor.change(`FROM a AS ${name}\n`);
    versions.push((await first).version);
    assert.deepEqual(versions, [editor.version]);
  });

  it('takes back what it reported when the file is closed', async () => {
    await start();
    await editor.open('FROM a AS Build\n');
    const next = editor.nextDiagnostics();
    await editor.connection.sendNotification('textDocument/didClose', {
      textDocument: { uri: 'file:///project/Dockerfile' },
    });
    assert.deepEqual((await next).diagnostics, []);
  });

  it('asks the editor for its settings, and again when they change', async () => {
    await start({ configuration: {} });
    await editor.open('FROM a AS B\n');
    assert.equal(editor.configurationRequests, 1);
    const next = editor.nextDiagnostics();
    editor.configuration = withoutCasing;
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    assert.deepEqual((await next).diagnostics, []);
    assert.equal(editor.configurationRequests, 2);
  });

  it('does not ask an editor that has no configuration support', async () => {
    await start({ initializationOptions: { settings: { gantry: {} } } });
    await editor.open('FROM a AS B\n');
    const next = editor.nextDiagnostics();
    const settings = { gantry: withoutCasing };
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings });
    assert.deepEqual((await next).diagnostics, []);
    assert.equal(editor.configurationRequests, 0);
  });

  it('goes on with nonsense for settings', async () => {
    for (const configuration of [null, 7, [], 'x']) {
      await start({ configuration });
      assert.deepEqual(codes(await editor.open('FROM a AS B\n')), ['StageNameCasing']);
      await close();
    }
    close = async () => {};
  });
});
