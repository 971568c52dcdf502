import assert from 'node:assert/strict';
import type { DocumentSymbol } from 'vscode-languageserver-types';
import { parse } from '../../../../server/language/dockerfile/parse.ts';
import { documentSymbols } from '../../../../server/language/symbols.ts';

type Tree = readonly (string | readonly [string, Tree])[];

function outline(text: string): Tree {
  const tree = (symbols: readonly DocumentSymbol[]): Tree =>
    symbols.map(({ name, children = [] }) => (children.length === 0 ? name : [name, tree(children)]));
  return tree(documentSymbols(parse(text), 'file:///Dockerfile', true) as DocumentSymbol[]);
}

describe('document symbols', () => {
  it('puts instructions into their stages', () => {
    const text =
      'ARG V=1\nFROM golang:$V AS build\nRUN make \\\n  all\nFROM alpine\nENV A=1 B=2\nENTRYPOINT ["/app"]\n';
    assert.deepEqual(outline(text), [
      'ARG V',
      ['build', ['RUN make all']],
      ['alpine', ['ENV A, B', 'ENTRYPOINT ["/app"]']],
    ]);
  });
  it('names what is not finished', () => assert.deepEqual(outline('FROM\nRUN'), [['FROM', ['RUN']]]));
  it('cuts long commands', () => {
    const [stage] = outline(`FROM a\nRUN ${'x'.repeat(5000)}`);
    assert.ok(stage![1]![0]!.length < 80);
  });
  it('is flat for a client that knows no trees', () => {
    const symbols = documentSymbols(parse('FROM a AS b\nRUN c'), 'file:///Dockerfile', false);
    assert.deepEqual(
      symbols.map((symbol) => ('containerName' in symbol ? symbol.containerName : symbol.name)),
      ['b', 'b'],
    );
  });
  it('keeps each selection inside of its symbol', () => {
    const check = ({ range, selectionRange, children = [] }: DocumentSymbol): void => {
      assert.ok(selectionRange.start.line >= range.start.line && selectionRange.end.line <= range.end.line);
      for (const child of children) check(child);
    };
    const text = 'FROM --platform=x \\\n a \\\n AS b\nR\\\nUN ls <<A\nA\n';
    for (const symbol of documentSymbols(parse(text), 'file:///Dockerfile', true) as DocumentSymbol[]) check(symbol);
  });
});
