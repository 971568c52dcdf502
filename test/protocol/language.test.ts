import assert from 'node:assert/strict';
import {
  CancellationTokenSource,
  type CodeAction,
  type CompletionList,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  type InlayHint,
  type Location,
  LSPErrorCodes,
  MarkupContent,
} from 'vscode-languageserver-protocol/node';
import { known } from '../../common/known.ts';
import { parse } from '../../server/language/dockerfile/parse.ts';
import type { Images } from '../../server/language/host.ts';
import { positionAt } from '../../server/language/position.ts';
import { atCursor, itemOf, labelsOf, resultText } from '../support/cursor.ts';
import { type Editor, type EditorOptions, startEditor } from '../support/editor.ts';
import { InMemoryImages } from '../support/inMemoryImages.ts';

describe('the language server', () => {
  let editor: Editor;
  let close: () => Promise<void> = async () => {};
  let images: InMemoryImages;

  async function start(options: EditorOptions = {}): Promise<void> {
    images = new InMemoryImages();
    ({ editor, close } = await startEditor({ ...options, world: { images } }));
  }

  beforeEach(() => start());
  afterEach(() => close());

  async function openAt(marked: string) {
    const { text, offset } = atCursor(marked);
    await editor.open(text);
    return { text, position: positionAt(parse(text), offset) };
  }

  it('completes the tags of a registry', async () => {
    images.tagsOf.set('127.0.0.1:5000/team/app', known(['1.0', '1.10'], 0));
    const { text, position } = await openAt('FROM 127.0.0.1:5000/team/app:<|>');
    const { items, isIncomplete } = await editor.ask<CompletionList>('completion', { position });
    assert.deepEqual(labelsOf(items), ['1.10', '1.0']);
    assert.equal(isIncomplete, false);
    assert.equal(resultText(text, itemOf(items, '1.10')), 'FROM 127.0.0.1:5000/team/app:1.10');
  });

  it('completes in a file with CRLF and a BOM', async () => {
    const { text, position } = await openAt('\ufeffFROM a\r\nRUN b \\\r\n  c\r\nWOR<|>');
    const { items } = await editor.ask<CompletionList>('completion', { position });
    assert.equal(resultText(text, itemOf(items, 'WORKDIR')), '\ufeffFROM a\r\nRUN b \\\r\n  c\r\nWORKDIR ');
  });

  it('offers a fix of a finding, and of all that are safe', async () => {
    const { position } = await openAt('FROM a a<|>s b\nEXPOSE 80/TCP');
    const range = { start: position, end: position };
    const ask = (context: object) => editor.ask<CodeAction[]>('codeAction', { range, context });
    const [fix] = await ask({ diagnostics: [] });
    assert.equal(fix?.title, 'Write "AS"');
    const [all] = await ask({ diagnostics: [], only: ['source.fixAll.gantry'] });
    const changes = Object.values(all?.edit?.changes ?? {})[0];
    assert.deepEqual(
      changes?.map(({ newText }) => newText),
      ['AS', '80/tcp'],
    );
  });

  it('explains what the pointer is on', async () => {
    const { position } = await openAt('FROM a\nWORK<|>DIR /x');
    const { contents, range } = await editor.ask<Hover>('hover', { position });
    assert.ok(MarkupContent.is(contents) && contents.value.includes('Sets the folder'));
    assert.deepEqual(range, { start: { line: 1, character: 0 }, end: { line: 1, character: 7 } });
  });

  it('outlines stages as a tree, and flat for a client without trees', async () => {
    await openAt('FROM a AS b\nRUN c<|>');
    const flat = await editor.ask<DocumentSymbol[]>('documentSymbol');
    assert.deepEqual(
      flat.map(({ name }) => name),
      ['b', 'RUN c'],
    );
    await close();
    await start({ capabilities: { textDocument: { documentSymbol: { hierarchicalDocumentSymbolSupport: true } } } });
    await openAt('FROM a AS b\nRUN c<|>');
    const tree = await editor.ask<DocumentSymbol[]>('documentSymbol');
    assert.deepEqual(
      tree.map(({ name, children }) => [name, children?.length]),
      [['b', 1]],
    );
  });

  it('folds', async () => {
    await openAt('FROM a\nRUN <<E\n<|>x\nE');
    const folds = await editor.ask<FoldingRange[]>('foldingRange');
    assert.deepEqual(folds, [
      { startLine: 0, endLine: 3 },
      { startLine: 1, endLine: 3 },
    ]);
  });

  it('finds definition, references and highlights', async () => {
    const { position } = await openAt('FROM a AS b\nFROM c\nCOPY --from=<|>b /x /y');
    const [definition] = await editor.ask<Location[]>('definition', { position });
    assert.deepEqual(definition?.range.start, { line: 0, character: 10 });
    const references = await editor.ask<Location[]>('references', { position, context: { includeDeclaration: false } });
    assert.deepEqual(
      references.map(({ range }) => range.start.line),
      [2],
    );
    assert.equal((await editor.ask<unknown[]>('documentHighlight', { position })).length, 2);
  });

  it('shows sizes, and asks the editor to show them anew when more is known', async () => {
    await close();
    await start({ capabilities: { workspace: { inlayHint: { refreshSupport: true } } } });
    const text = 'FROM a\nRUN b\n';
    const { position } = await openAt(`${text}<|>`);
    const range = { start: { line: 0, character: 0 }, end: position };
    assert.deepEqual(await editor.ask<InlayHint[]>('inlayHint', { range }), []);
    const step = { startLine: 1, endLine: 1, bytes: 128_000_000, cached: false };
    images.history = known(
      [{ ref: '1', completedAt: 0, dockerfile: text, buildArgs: {}, steps: [step], failed: false }],
      0,
    );
    const refreshed = editor.nextRefresh();
    images.change();
    images.change();
    await refreshed;
    const hints = await editor.ask<InlayHint[]>('inlayHint', { range });
    assert.deepEqual(
      hints.map(({ label, position: { line } }) => `${line} ${label}`),
      ['1 128 MB'],
    );
    assert.equal(editor.refreshes, 1);
  });

  it('stops listening when it is shut down', async () => {
    assert.ok(images.listeners > 0);
    await close();
    close = async () => {};
    assert.equal(images.listeners, 0);
  });

  it('answers a cancelled question with RequestCancelled, and stops asking the registry', async () => {
    await close();
    const signals: AbortSignal[] = [];
    let asked: () => void = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    class Slow extends InMemoryImages {
      override tags: Images['tags'] = (_reference, signal) =>
        new Promise((_resolve, reject) => {
          signals.push(signal);
          signal.addEventListener('abort', () => reject(signal.reason));
          asked();
        });
    }
    ({ editor, close } = await startEditor({ world: { images: new Slow() } }));
    const { position } = await openAt('FROM nginx:<|>');
    const source = new CancellationTokenSource();
    const params = { textDocument: { uri: 'file:///project/Dockerfile' }, position };
    const answer = editor.connection.sendRequest('textDocument/completion', params, source.token);
    await isAsked;
    source.cancel();
    await assert.rejects(answer, { code: LSPErrorCodes.RequestCancelled });
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true],
    );
  });

  it('answers an error, logs the input’s hash and lives on when a feature throws', async () => {
    await close();
    class Broken extends InMemoryImages {
      override localImages = (): never => {
        throw new Error('broken');
      };
    }
    ({ editor, close } = await startEditor({ world: { images: new Broken() } }));
    const { position } = await openAt('FROM secret-name<|>');
    await assert.rejects(editor.ask('completion', { position }), {
      code: LSPErrorCodes.RequestFailed,
      message: 'broken',
    });
    const line = editor.logged.find((message) => message.includes('completion failed'));
    assert.match(line ?? '', /"hash":"[0-9a-f]{8}"/);
    assert.ok(!line?.includes('secret-name'));
    assert.notEqual(await editor.ask('hover', { position: { line: 0, character: 1 } }), null);
  });

  it('answers nothing about a file that is not open', async () => {
    const position = { line: 0, character: 0 };
    assert.equal(await editor.ask('hover', { position }, 'file:///other'), null);
  });
});
