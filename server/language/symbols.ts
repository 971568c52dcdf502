import { type DocumentSymbol, type Range, type SymbolInformation, SymbolKind } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction, Stage } from './dockerfile/dockerfile.ts';
import { keyValues } from './dockerfile/keyValues.ts';
import { rangeOf } from './position.ts';

const kinds: Readonly<Record<string, SymbolKind>> = {
  ADD: SymbolKind.File,
  ARG: SymbolKind.Variable,
  CMD: SymbolKind.Event,
  COPY: SymbolKind.File,
  ENTRYPOINT: SymbolKind.Event,
  ENV: SymbolKind.Constant,
  HEALTHCHECK: SymbolKind.Event,
  LABEL: SymbolKind.Key,
  RUN: SymbolKind.Function,
};

/** Longer names only widen the outline. */
const nameLength = 60;

/** The outline: stages with their instructions inside, and what stands before the first stage. */
export function documentSymbols(
  dockerfile: Dockerfile,
  uri: string,
  hierarchical: boolean,
): DocumentSymbol[] | SymbolInformation[] {
  const symbols = [
    ...dockerfile.instructions
      .filter(({ stage }) => stage === undefined)
      .map((instruction) => instructionSymbol(dockerfile, instruction)),
    ...dockerfile.stages.map((stage) => stageSymbol(dockerfile, stage)),
  ];
  return hierarchical ? symbols : symbols.flatMap((symbol) => flat(symbol, uri, undefined));
}

function stageSymbol(dockerfile: Dockerfile, stage: Stage): DocumentSymbol {
  const { name, image, from, span, instructions } = stage;
  return {
    name: name?.value ?? image?.value ?? 'FROM',
    ...(name && image && { detail: image.value }),
    kind: SymbolKind.Module,
    range: rangeOf(dockerfile, span),
    selectionRange: rangeOf(dockerfile, name?.span ?? image?.span ?? from.keywordSpan),
    children: instructions.slice(1).map((instruction) => instructionSymbol(dockerfile, instruction)),
  };
}

function instructionSymbol(dockerfile: Dockerfile, instruction: Instruction): DocumentSymbol {
  const range = rangeOf(dockerfile, instruction.span);
  return {
    name: nameOf(instruction.own),
    kind: kinds[instruction.keyword] ?? SymbolKind.Property,
    range,
    selectionRange: keywordRange(dockerfile, instruction, range),
  };
}

/** Instructions begin with their keyword, which is hardly ever spread over lines. */
function keywordRange(dockerfile: Dockerfile, instruction: Instruction, { start }: Range): Range {
  const { keywordText, keywordSpan } = instruction.own;
  if (keywordSpan.end !== keywordText.length) return rangeOf(dockerfile, instruction.keywordSpan);
  return { start, end: { line: start.line, character: start.character + keywordText.length } };
}

/** The same for as long as nothing in the instruction is edited, and editors ask for the outline after each edit. */
function nameOf(own: Instruction): string {
  const known = names.get(own);
  if (known !== undefined) return known;
  const name = `${own.keyword} ${summaryOf(own)}`.trim();
  names.set(own, name);
  return name;
}

const names = new WeakMap<Instruction, string>();

function summaryOf(instruction: Instruction): string {
  const pairs = keyValues(instruction);
  const text = pairs.length > 0 ? pairs.map(({ key }) => key.value).join(', ') : instruction.body.text;
  // A command may be thousands of lines long.
  const line = text
    .slice(0, nameLength * 4)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length > nameLength ? `${line.slice(0, nameLength - 1)}…` : line;
}

function flat(symbol: DocumentSymbol, uri: string, containerName: string | undefined): SymbolInformation[] {
  const { name, kind, range, children = [] } = symbol;
  const own: SymbolInformation = {
    name,
    kind,
    location: { uri, range },
    ...(containerName !== undefined && { containerName }),
  };
  return [own, ...children.flatMap((child) => flat(child, uri, name))];
}
