/** What stands at the cursor, as a value. The kinds of completion act on it. */
import { instructionAt } from '../dockerfile/at.ts';
import type { Dockerfile, Instruction, Span } from '../dockerfile/dockerfile.ts';
import { flagDocs } from '../docs/flags.ts';
import { argumentUse, isGlobal } from './argumentUse.ts';
import { imagePart } from './imagePart.ts';

/** In the examples the cursor is at `<|>`. */
export type CursorContext =
  /** `RU<|>`, or with `trigger` `ONBUILD RU<|>`. */
  | { readonly kind: 'keyword'; readonly typed: Typed; readonly trigger: boolean }
  /** `COPY --fr<|>`; `used` are the flags before it. */
  | { readonly kind: 'flag'; readonly typed: Typed; readonly keyword: string; readonly used: readonly string[] }
  /** `RUN --network=n<|>`. Never a stage or a mount, which have kinds of their own. */
  | { readonly kind: 'flagValue'; readonly typed: Typed; readonly keyword: string; readonly flag: string }
  /** `RUN --mount=type=cache,ta<|>`: `mountType` is `cache`, `used` is `['type']`. */
  | {
      readonly kind: 'mountKey';
      readonly typed: Typed;
      readonly mountType: string | undefined;
      readonly used: readonly string[];
    }
  /** `RUN --mount=type=ca<|>`: `key` is `type`. */
  | { readonly kind: 'mountValue'; readonly typed: Typed; readonly key: string }
  /**
   * `FROM nginx:1.<|>`, `COPY --from=bu<|>`, `RUN --mount=from=bu<|>`: a stage or an image. Of `FROM ${REG}/a<|>:$TAG` the word is
   * `a:`, and around it stand `${REG}/` and `$TAG`.
   */
  | { readonly kind: 'image'; readonly typed: Typed; readonly place: ImagePlace; readonly around: Around }
  /** `FROM nginx <|>`, `HEALTHCHECK C<|>`: one of a few fixed words. */
  | { readonly kind: 'word'; readonly typed: Typed; readonly words: readonly string[] }
  /** `COPY src/ma<|>`: `folder` is `src/`, `typed` is `ma`. `flags` are those before it, where one could stand here too. */
  | {
      readonly kind: 'path';
      readonly typed: Typed;
      readonly folder: string;
      readonly keyword: string;
      readonly flags?: readonly string[];
    }
  /** `$NA<|>` or, with `braced`, `${NA<|>`; `typed` is `NA`. */
  | { readonly kind: 'variable'; readonly typed: Typed; readonly braced: boolean; readonly keyword: string }
  /** `# esc<|>` where directives may stand. */
  | { readonly kind: 'directive'; readonly typed: Typed; readonly used: readonly string[] }
  /** `# escape=<|>`. */
  | { readonly kind: 'directiveValue'; readonly typed: Typed; readonly name: string }
  /** Nothing of ours: a comment, a heredoc, a path in an image, a command. */
  | { readonly kind: 'none' };

/** `ARG`: the default of an argument that a FROM takes. */
export type ImagePlace = 'FROM' | 'from' | 'ARG';

/** What else is written of an image's name. */
export interface Around {
  readonly before: string;
  readonly after: string;
  /** In the instruction that takes the image. */
  readonly offset: number;
}

/** The word that is being typed. For `FROM ngi<|>nx` it is `ngi`, and the span that of `nginx`. */
export interface Typed {
  readonly text: string;
  readonly span: Span;
  readonly cursor: number;
  /** Whether nothing but blanks follows on the line. */
  readonly lastOnLine: boolean;
}

const none: CursorContext = { kind: 'none' };

export function cursorContext(dockerfile: Dockerfile, offset: number): CursorContext {
  const { text } = dockerfile;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(lineStart, offset);
  const instruction = instructionAt(dockerfile, offset);
  if (instruction === undefined) {
    if (/^\s*#/.test(line)) return directiveContext(dockerfile, line, offset);
    return /^\s*\S*$/.test(line) ? keywordContext(dockerfile, line.trimStart(), offset, false) : none;
  }
  const inHeredoc = instruction.heredocs.some(({ bodySpan }) => offset >= bodySpan.start && offset <= bodySpan.end);
  if (lineStart > instruction.span.start && !inHeredoc && /^\s*#/.test(line)) return none;
  const head = headOf(dockerfile, instruction, offset);
  return variableContext(dockerfile, head, offset) ?? (inHeredoc ? none : headContext(dockerfile, head, offset));
}

/** The instruction's text up to the cursor, continuations joined and comments dropped. */
function headOf({ text, escape: escapeCharacter }: Dockerfile, { span }: Instruction, offset: number): string {
  const lines = text.slice(span.start, offset).split('\n');
  if (lines.length === 1) return lines[0]!;
  const last = lines.length - 1;
  return lines
    .filter((line, index) => index === 0 || index === last || !/^\s*#/.test(line))
    .map((line, index, kept) => (index === kept.length - 1 ? line : withoutContinuation(line, escapeCharacter)))
    .join('');
}

function withoutContinuation(line: string, escapeCharacter: string): string {
  const trimmed = line.trimEnd();
  return trimmed.endsWith(escapeCharacter) ? trimmed.slice(0, -1) : `${line} `;
}

function headContext(dockerfile: Dockerfile, head: string, offset: number, trigger = false): CursorContext {
  if (!/\s/.test(head)) return keywordContext(dockerfile, head, offset, trigger);
  const [keyword = '', ...words] = head.split(/\s+/);
  const name = keyword.toUpperCase();
  if (name === 'ONBUILD' && !trigger) {
    return headContext(dockerfile, head.replace(/^\S+\s+/, ''), offset, true);
  }
  const current = words.pop() ?? '';
  const flagsEnd = words.findIndex((word) => !word.startsWith('--') || word === '--');
  const inFlags = flagsEnd === -1;
  if (inFlags && current.startsWith('-')) return flagContext(dockerfile, name, words, current, offset);
  return argumentContext(dockerfile, name, inFlags ? [] : words.slice(flagsEnd), current, offset, words);
}

function keywordContext(dockerfile: Dockerfile, text: string, offset: number, trigger: boolean): CursorContext {
  return withTyped(dockerfile, text, offset, /^\S*/, (typed) => ({ kind: 'keyword', typed, trigger }));
}

function flagContext(
  dockerfile: Dockerfile,
  keyword: string,
  before: readonly string[],
  current: string,
  offset: number,
): CursorContext {
  const equals = current.indexOf('=');
  if (equals === -1) {
    const used = before.map((flag) => flag.slice(2).split('=')[0]!);
    return withTyped(dockerfile, current, offset, /^[^\s=]*/, (typed) => ({ kind: 'flag', typed, keyword, used }));
  }
  const flag = current.slice(2, equals);
  const value = current.slice(equals + 1);
  const known = flagDocs[keyword]?.find(({ name }) => name === flag);
  if (known?.value === 'mount') return mountContext(dockerfile, value, offset);
  if (known?.value === 'stage') return imageContext(dockerfile, value, offset, 'from');
  return withTyped(dockerfile, value, offset, /^\S*/, (typed) => ({ kind: 'flagValue', typed, keyword, flag }));
}

function mountContext(dockerfile: Dockerfile, value: string, offset: number): CursorContext {
  const options = value.replace(/^["']/, '').split(',');
  const current = options.pop() ?? '';
  const used = options.map((option) => option.split('=')[0]!);
  const mountType = options.find((option) => option.startsWith('type='))?.slice('type='.length);
  const equals = current.indexOf('=');
  if (equals === -1) {
    return withTyped(dockerfile, current, offset, /^[^\s,=]*/, (typed) => ({
      kind: 'mountKey',
      typed,
      mountType,
      used,
    }));
  }
  const key = current.slice(0, equals);
  const text = current.slice(equals + 1);
  if (key === 'from') return imageContext(dockerfile, text, offset, 'from');
  return withTyped(dockerfile, text, offset, /^[^\s,]*/, (typed) => ({ kind: 'mountValue', typed, key }));
}

const fixedWords: Readonly<Record<string, readonly (readonly string[])[]>> = {
  FROM: [[], ['AS']],
  HEALTHCHECK: [['CMD', 'NONE']],
  STOPSIGNAL: [['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGKILL']],
};

function argumentContext(
  dockerfile: Dockerfile,
  keyword: string,
  before: readonly string[],
  current: string,
  offset: number,
  flags: readonly string[],
): CursorContext {
  if (keyword === 'FROM' && before.length === 0) return imageContext(dockerfile, current, offset, 'FROM');
  if (keyword === 'ARG') return defaultContext(dockerfile, current, offset);
  const words = fixedWords[keyword]?.[before.length];
  if (words !== undefined) {
    return withTyped(dockerfile, current, offset, /^\S*/, (typed) => ({ kind: 'word', typed, words }));
  }
  const used = flags.map((flag) => flag.slice(2).split('=')[0]!);
  if ((keyword === 'COPY' || keyword === 'ADD') && !used.includes('from') && isSource(dockerfile, before, offset))
    return pathContext(dockerfile, keyword, current, before.length === 0 && current === '' ? used : undefined, offset);
  if (before.length > 0 || current !== '' || flagDocs[keyword] === undefined) return none;
  return withTyped(dockerfile, '', offset, /^(?=\s|$)/, (typed) => ({ kind: 'flag', typed, keyword, used }));
}

/** The last word is the destination, a path in the image; which word that is nobody knows before it is typed. */
function isSource({ text }: Dockerfile, before: readonly string[], offset: number): boolean {
  return before.length === 0 || /^[^\s]*[ \t]+[^\s\\`]/.test(text.slice(offset, offset + 1000));
}

function pathContext(
  dockerfile: Dockerfile,
  keyword: string,
  current: string,
  flags: readonly string[] | undefined,
  offset: number,
): CursorContext {
  if (/[[\]"'$*?\\]|<<|:\/\//.test(current)) return none;
  const folder = current.slice(0, current.lastIndexOf('/') + 1);
  return withTyped(dockerfile, current.slice(folder.length), offset, /^[^\s/]*/, (typed) => ({
    kind: 'path',
    ...{ typed, folder, keyword },
    ...(flags && { flags }),
  }));
}

/** What ends the word that an image's name is in: quotes, the next option of a mount, a continuation. */
const behindName = /^[^\s"',\\`]*/;

function imageContext(
  dockerfile: Dockerfile,
  word: string,
  offset: number,
  place: ImagePlace,
  outer: Around = { before: '', after: '', offset },
): CursorContext {
  const written = word.replace(/^["']/, '');
  const rest = behindName.exec(lineBehind(dockerfile.text, offset))![0];
  const part = imagePart(written + rest, written.length);
  if (part === undefined) return none;
  const around = { before: outer.before + part.before, after: part.after + outer.after, offset: outer.offset };
  return withTyped(dockerfile, written.slice(part.start), offset, part.end - written.length, (typed) => ({
    kind: 'image',
    ...{ typed, place, around },
  }));
}

/** `ARG BASE=ngi<|>`, where a FROM takes `$BASE`. */
function defaultContext(dockerfile: Dockerfile, current: string, offset: number): CursorContext {
  const [, name, value = ''] = /^(\w+)=(.*)$/s.exec(current) ?? [];
  const instruction = instructionAt(dockerfile, offset);
  if (name === undefined || instruction === undefined || !isGlobal(dockerfile, instruction.span)) return none;
  const use = argumentUse(dockerfile, name);
  return use === undefined ? none : imageContext(dockerfile, value, offset, 'ARG', use);
}

function variableContext(dockerfile: Dockerfile, head: string, offset: number): CursorContext | undefined {
  const match = /\$(\{?)(\w*)$/.exec(head);
  const keyword = /^(?:ONBUILD\s+)?\S+/i
    .exec(head)?.[0]
    .replace(/^ONBUILD\s+/i, '')
    .toUpperCase();
  if (match === null || keyword === undefined || !/\s/.test(head)) return undefined;
  const [, brace = '', name = ''] = match;
  let escapes = 0;
  while (head[match.index - 1 - escapes] === dockerfile.escape) escapes++;
  if (escapes % 2 === 1) return none;
  if (/^\d/.test(name)) return none;
  return withTyped(dockerfile, name, offset, /^\w*/, (typed) => ({
    kind: 'variable',
    typed,
    braced: brace !== '',
    keyword,
  }));
}

function directiveContext(dockerfile: Dockerfile, line: string, offset: number): CursorContext {
  const lineStart = offset - line.length;
  const first = dockerfile.instructions[0];
  if (first !== undefined && first.span.start < lineStart) return none;
  const above = dockerfile.directives.filter(({ span }) => span.start < lineStart);
  // Directives end at the first line that is none, so every line above has to be one.
  if (above.length !== dockerfile.text.slice(0, lineStart).split('\n').length - 1) return none;
  const directive = /^\s*#\s*(?:(\w+)\s*)?(?:=\s*(.*))?$/.exec(line);
  if (directive === null) return none;
  const [, name = '', value] = directive;
  if (value !== undefined) {
    return withTyped(dockerfile, value, offset, /^\S*/, (typed) => ({
      kind: 'directiveValue',
      typed,
      name: name.toLowerCase(),
    }));
  }
  const used = above.map((directive) => directive.name);
  return withTyped(dockerfile, name, offset, /^[^\s=]*/, (typed) => ({ kind: 'directive', typed, used }));
}

/** `text` is what was typed of the word, `rest` what still belongs to it behind the cursor, or how much. A word over two lines is left alone. */
function withTyped(
  { text: document }: Dockerfile,
  text: string,
  cursor: number,
  rest: RegExp | number,
  context: (typed: Typed) => CursorContext,
): CursorContext {
  const start = cursor - text.length;
  if (start < 0 || document.slice(start, cursor) !== text) return none;
  const behind = lineBehind(document, cursor);
  const length = typeof rest === 'number' ? rest : (rest.exec(behind)?.[0].length ?? 0);
  return context({
    text,
    span: { start, end: cursor + length },
    cursor,
    lastOnLine: behind.slice(length).trim() === '',
  });
}

function lineBehind(text: string, cursor: number): string {
  const behind = text.slice(cursor, cursor + 65_536);
  return behind.slice(0, /[\r\n]|$/.exec(behind)!.index);
}
