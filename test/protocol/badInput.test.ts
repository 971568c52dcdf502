import assert from 'node:assert/strict';
import { type Editor, startEditor } from '../support/editor.ts';
import { InMemoryImages } from '../support/inMemoryImages.ts';

/** Every feature answers, and none with an error. */
async function askEverything(editor: Editor, uri: string, line: number, character: number): Promise<void> {
  const position = { line, character };
  const range = { start: { line: 0, character: 0 }, end: position };
  await Promise.all([
    editor.ask('completion', { position }, uri),
    editor.ask('hover', { position }, uri),
    editor.ask('definition', { position }, uri),
    editor.ask('references', { position, context: { includeDeclaration: true } }, uri),
    editor.ask('documentHighlight', { position }, uri),
    editor.ask('documentSymbol', {}, uri),
    editor.ask('foldingRange', {}, uri),
    editor.ask('inlayHint', { range }, uri),
  ]);
}

// Every kind of thing a Dockerfile can hold, so that cutting it cuts each of them.
const sample = [
  '# syntax=docker/dockerfile:1',
  '# escape=\\',
  'ARG V=1.2',
  'FROM --platform=$BUILDPLATFORM 127.0.0.1:5000/team/app:${V:-1}@sha256:aa AS build',
  'ARG V',
  'ENV A="x $V" B=\'y\' \\',
  '  # comment',
  '  C=${A%%x}',
  'RUN --mount=type=cache,target=/x,id="a,b" --network=none <<EOF cat <<-"X Y"',
  'echo ${A}',
  'EOF',
  'ONBUILD COPY --from=build ["a", "b"]',
  'HEALTHCHECK --interval=3s CMD ["x"]',
  'FROM build',
  'COPY --from=0 --chown=a:b <<E /x',
  'é😀 $A',
  'E',
].join('\r\n');

describe('bad input', function () {
  this.timeout(60_000);
  let editor: Editor;
  let close: () => Promise<void> = async () => {};

  before(async () => {
    ({ editor, close } = await startEditor({ world: { images: new InMemoryImages() } }));
  });
  after(() => close());

  async function survives(name: string, text: string, line: number, character: number): Promise<void> {
    const uri = `file:///${encodeURIComponent(name)}`;
    await editor.open(text, uri);
    await askEverything(editor, uri, line, character);
    await editor.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    assert.deepEqual(
      editor.logged.filter((message) => message.includes('failed')),
      [],
    );
  }

  const texts: Readonly<Record<string, string>> = {
    empty: '',
    'only a BOM': '\ufeff',
    'only a line break': '\n',
    binary: Array.from({ length: 20_000 }, (_, index) => String.fromCharCode((index * 7919) % 256)).join(''),
    'NUL characters': '\0'.repeat(5000),
    'half a surrogate pair': 'FROM a\nRUN \ud83d\nENV A=\udc00',
    'one long line': `FROM a\nRUN ${'x'.repeat(200_000)}`,
    'ten thousand lines': `FROM a\n${'RUN echo $A && \\\n  true\nENV A=$A:x\n'.repeat(3_333)}`,
    'ten thousand stages': 'FROM a AS b\n'.repeat(10_000),
    'one instruction of ten thousand lines': `FROM a\nRUN a \\\n${'# c\n  b \\\n'.repeat(5_000)}  c`,
    'ten thousand dollars': `FROM a\nENV A=${'${A:-'.repeat(10_000)}`,
    'ten thousand backticks': `FROM a\nENV A=${'`'.repeat(10_000)}\nUSER $A`,
    'old line ends': 'FROM a\rRUN b\r',
    'names of an object’s own':
      'FROM __proto__ AS constructor\nARG toString\nCOPY --from=constructor $toString /\nhasOwnProperty x',
  };
  for (const [name, text] of Object.entries(texts)) {
    it(`survives ${name}`, async () => {
      await survives(name, text, 0, 0);
      await survives(`${name}, at the end`, text, 1, 100_000);
      await survives(`${name}, behind the end`, text, 1_000_000, 1_000_000);
    });
  }

  it('survives a file that is cut anywhere', async () => {
    for (let end = 0; end <= sample.length; end++) {
      const text = sample.slice(0, end);
      const lines = text.split('\n');
      await survives(`cut ${end}`, text, lines.length - 1, lines.at(-1)!.length);
    }
  });

  it('survives positions and ranges that make no sense', async () => {
    await editor.open('FROM a\nRUN b', 'file:///odd');
    await askEverything(editor, 'file:///odd', -1, -1);
    await editor.change('x', { start: { line: 9, character: 9 }, end: { line: 1, character: 0 } }, 'file:///odd');
    await askEverything(editor, 'file:///odd', 2, 0);
  });
});
