import { spanOf } from './characters.ts';
import type { Dockerfile, Flag, Instruction, JoinedText, Span, Word } from './dockerfile.ts';
import { parseHeredocWord } from './heredocs.ts';
import { indexAt, slice, textAt } from './joinedText.ts';
import { keyValues } from './keyValues.ts';
import { offsetOf, shift } from './place.ts';
import { readShellWord, type ShellVariable, type ShellWordOptions, type ShellWordResult } from './shellWord.ts';

/** A variable that BuildKit itself expands: `${name:-word}`. */
export interface VariableUse {
  readonly name: string;
  /** `$name` or `${…}` as a whole. */
  readonly span: Span;
  readonly nameSpan: Span;
  /** `:-`, `:+`, `:?`, `-`, `+`, `?`, `#`, `##`, `%`, `%%`, `/` or `//`; undefined for a plain use. */
  readonly modifier?: string;
}

/** A piece of an instruction that BuildKit expands, and how it reads it. */
interface Expansion {
  readonly text: JoinedText;
  readonly options: ShellWordOptions;
}

/**
 * The variables that BuildKit expands in an instruction, in the order they are written. A command of RUN, CMD or ENTRYPOINT
 * has none: its shell expands them, or nobody. Source: the `Expand` methods in BuildKit's instructions/commands.go.
 */
export function variableUses(
  dockerfile: Pick<Dockerfile, 'text' | 'escape'>,
  instruction: Instruction,
): readonly VariableUse[] {
  // Most instructions name none; they need not be taken apart to say so.
  if (!instruction.source.includes('$')) return [];
  const { own } = instruction;
  let uses = knownUses.get(own);
  if (!uses) {
    uses = ownUses({ text: own.source, escape: dockerfile.escape }, own);
    knownUses.set(own, uses);
  }
  const offset = offsetOf(instruction);
  if (offset === 0) return uses;
  return uses.map((use) => ({ ...use, span: shift(use.span, offset), nameSpan: shift(use.nameSpan, offset) }));
}

/** Of instructions as they are read by themselves, each under the escape character of its file. */
const knownUses = new WeakMap<Instruction, readonly VariableUse[]>();

function ownUses(dockerfile: Pick<Dockerfile, 'text' | 'escape'>, own: Instruction): readonly VariableUse[] {
  const uses: VariableUse[] = [];
  for (const { text, options } of expansions(dockerfile, own, (text) => text.includes('$'))) {
    for (const variable of readShellWord(text.text, options).variables) uses.push(toUse(text, variable));
  }
  return uses.sort((a, b) => a.span.start - b.span.start);
}

export interface SubstitutionError {
  readonly span: Span;
  /** In our words. */
  readonly message: string;
  readonly kind: NonNullable<ShellWordResult['errorKind']>;
}

/** The pieces of an instruction that BuildKit expands and cannot read, with the reason in our words. */
export function substitutionErrors(
  dockerfile: Pick<Dockerfile, 'text' | 'escape'>,
  instruction: Instruction,
): readonly SubstitutionError[] {
  if (!expandedKeywords.has(instruction.keyword) || isReadable(instruction.source, false)) return [];
  const errors: SubstitutionError[] = [];
  for (const { text, options } of expansions(dockerfile, instruction, (text) => !isReadable(text, true))) {
    const { error, errorKind } = readShellWord(text.text, options);
    if (error !== undefined && errorKind !== undefined)
      errors.push({ span: spanOf(text, 0, text.text.length), message: error, kind: errorKind });
  }
  return errors;
}

/** Whether nothing can be wrong with a text, as with nearly every one: only plain variables and, in one word, pairs of quotes. */
function isReadable(text: string, oneWord: boolean): boolean {
  if (!/[$"'\\`]/.test(text)) return true;
  const rest = text.replaceAll(/\$(?:\w|\{\w+\})/g, '');
  if (/[$'\\`]/.test(rest)) return false;
  const quotes = rest.split('"').length - 1;
  return oneWord ? quotes % 2 === 0 : quotes === 0;
}

/** RUN is among them for its mounts. */
const expandedKeywords: ReadonlySet<string> = new Set(
  'ADD ARG COPY ENV EXPOSE FROM LABEL RUN STOPSIGNAL USER VOLUME WORKDIR'.split(' '),
);

function toUse(text: JoinedText, { name, start, end, nameStart, modifier }: ShellVariable): VariableUse {
  const span = spanOf(text, start, end);
  const nameSpan = spanOf(text, nameStart, nameStart + name.length);
  return modifier === undefined ? { name, span, nameSpan } : { name, span, nameSpan, modifier };
}

/** Only those whose text `matters`: finding the way back into the document is the dear part. */
function* expansions(
  dockerfile: Pick<Dockerfile, 'text' | 'escape'>,
  instruction: Instruction,
  matters: (text: string) => boolean,
): Generator<Expansion> {
  const options = { escapeToken: dockerfile.escape };
  const { keyword, words, flags } = instruction;
  for (const flag of flags) {
    const value = valueText(dockerfile.text, flag);
    if (value === undefined || !matters(value.text)) continue;
    if (keyword === 'RUN' && flag.name === 'mount') yield* mountValues(value, options);
    else if (expandedFlags[keyword]?.includes(flag.name)) yield { text: value, options };
  }
  function* expanded(...candidates: readonly (Word | undefined)[]): Generator<Expansion> {
    for (const word of candidates) {
      if (word !== undefined && matters(word.value)) yield { text: wordText(instruction, word), options };
    }
  }
  switch (keyword) {
    case 'FROM':
      return yield* expanded(words[0]);
    case 'ARG':
    case 'ENV':
    case 'LABEL':
      for (const { key, value } of keyValues(instruction)) {
        yield* keyword === 'ARG' ? expanded(value) : expanded(key, value);
      }
      return;
    case 'COPY':
    case 'ADD':
      yield* expanded(...words.filter(({ value }) => parseHeredocWord(value) === undefined));
      for (const { expand, content, bodySpan } of instruction.heredocs) {
        if (expand && matters(content))
          yield { text: textAt(content, bodySpan.start), options: { escapeToken: '\\', skipQuotes: true } };
      }
      return;
    case 'EXPOSE':
    case 'STOPSIGNAL':
    case 'USER':
    case 'VOLUME':
    case 'WORKDIR':
      return yield* expanded(...words);
  }
}

const expandedFlags: Readonly<Record<string, readonly string[]>> = {
  FROM: ['platform'],
  COPY: ['chown', 'chmod'],
  ADD: ['chown', 'chmod', 'checksum'],
};

/** The values of a mount's options. `from` is never expanded: BuildKit refuses a variable there. */
function* mountValues(mount: JoinedText, options: ShellWordOptions): Generator<Expansion> {
  let start = 0;
  for (const option of mount.text.split(',')) {
    const equals = option.indexOf('=');
    if (equals !== -1 && option.slice(0, equals).trim() !== 'from') {
      yield { text: slice(mount, start + equals + 1, start + option.length), options };
    }
    start += option.length + 1;
  }
}

/** A word with the way back into the document. In JSON form escapes are undone, so there it is exact without escapes only. */
function wordText({ body, json }: Instruction, { value, span }: Word): JoinedText {
  if (json) return { text: value, offsetAt: (index) => Math.min(span.start + 1 + index, span.end) };
  const start = indexAt(body, span.start);
  return slice(body, start, start + value.length);
}

/** A flag's value with the way back into the document; one with escapes inside stands for its whole span. */
export function valueText(document: string, { value, valueSpan }: Flag): JoinedText | undefined {
  if (value === undefined || valueSpan === undefined) return undefined;
  const written = document.slice(valueSpan.start, valueSpan.end);
  const at = written.indexOf(value);
  if (at !== -1) return textAt(value, valueSpan.start + at);
  return { text: value, offsetAt: (index) => (index === 0 ? valueSpan.start : valueSpan.end - 1) };
}
