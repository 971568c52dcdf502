/**
 * The image that a service of a compose file names at a place. Read from the lines alone: which keys a line is below shows in
 * how far it is indented, and so a file is understood while it is typed and no YAML yet.
 * Source: YAML 1.2.2, chapters 6 to 8; compose-spec, 05-services.md ("image", "platform"), 11-extension.md.
 */
import type { Span } from '../dockerfile/dockerfile.ts';
import { type FlowKey, flowKeyAt } from './flowMaps.ts';

export interface ComposeImage {
  /** The reference as written, without quotes; variables are not replaced. */
  readonly text: string;
  readonly span: Span;
  /** What the service's `platform` says, as written. */
  readonly platform?: string;
}

/**
 * The value of `image` that `offset` is in or directly behind: in a service, or in an extension (`x-…`), whose parts services
 * take over. Undefined everywhere else: in texts of several lines, in comments, where an alias stands.
 */
export function imageAt(text: string, offset: number): ComposeImage | undefined {
  const lines = new Lines(text, offset);
  const value = flowImage(text, lines, offset) ?? blockImage(lines);
  if (value === undefined || offset < value.start || value.start < lines.current.start) return undefined;
  const span = scalarAt(text, value.start, value.flow);
  if (span === undefined || offset < span.start || offset > span.end) return undefined;
  return {
    text: text.slice(span.start, span.end),
    span,
    ...(value.platform !== undefined && { platform: value.platform }),
  };
}

interface Line {
  readonly start: number;
  readonly text: string;
}

/** The lines of a text around one of them, each cut off when it is asked for. */
class Lines {
  readonly #text: string;
  readonly current: Line;

  constructor(text: string, offset: number) {
    this.#text = text;
    this.current = this.#from(lineStart(text, offset));
  }

  /** From the line above the current one to the first. */
  *above(): Generator<Line> {
    for (let { start } = this.current; start > 0; ) {
      start = lineStart(this.#text, start - 1);
      yield this.#from(start);
    }
  }

  /** From the line below the current one to the last. */
  *below(): Generator<Line> {
    for (let line = this.current; ; ) {
      const next = line.start + line.text.length + 1;
      if (next > this.#text.length) return;
      line = this.#from(next);
      yield line;
    }
  }

  #from(start: number): Line {
    const end = this.#text.indexOf('\n', start);
    return { start, text: this.#text.slice(start, end === -1 ? undefined : end) };
  }
}

const lineStart = (text: string, offset: number) => (offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1);

interface Entry {
  readonly indent: number;
  readonly key: string;
  /** Where the text behind the colon begins in its line. */
  readonly valueStart: number;
}

/** `  "image": nginx`: a key with quotes or without, a colon, and a blank or the end of the line. */
const entryPattern = /^( *)(?:"([^"]*)"|'([^']*)'|([\w.$-][^:\s#]*))[ \t]*:(?=[ \t\r]|$)/;

function entryOf({ text }: Line): Entry | undefined {
  const match = entryPattern.exec(text);
  if (match === null) return undefined;
  const [whole, blanks = '', ...names] = match;
  return { indent: blanks.length, key: names.find((name) => name !== undefined) ?? '', valueStart: whole.length };
}

interface Found {
  /** In the text, behind the colon. */
  readonly start: number;
  readonly flow: boolean;
  readonly platform?: string;
}

function blockImage(lines: Lines): Found | undefined {
  const { current } = lines;
  const entry = entryOf(current);
  if (entry?.key !== 'image') return undefined;
  const path = pathAbove(lines, entry.indent);
  if (path === undefined || !isService(path)) return undefined;
  const platform = siblingOf(lines, entry.indent, 'platform');
  return { start: current.start + entry.valueStart, flow: false, ...(platform !== undefined && { platform }) };
}

/** Braces that begin further up are not looked for. */
const mostLines = 1000;
const mostBraces = 8;

/** `web: { image: ngi<|> }`, where the braces may begin some lines above. */
function flowImage(text: string, lines: Lines, offset: number): Found | undefined {
  let braces = 0;
  let left = mostLines;
  for (const line of [lines.current, ...lines.above()]) {
    const entry = entryOf(line);
    const value = entry === undefined ? line.text : line.text.slice(entry.valueStart);
    if ((entry === undefined ? /^\{/ : /^[ \t]+(?:[&!]\S*[ \t]+)*\{/).test(value)) {
      const path = entry === undefined ? [] : pathAbove(new Lines(text, line.start), entry.indent);
      const from = line.start + line.text.indexOf('{', entry?.valueStart);
      const key = path && flowKeyAt(text, from, offset, entry === undefined ? [] : [...path, entry.key], 'image');
      if (key) return isService(key.path) ? foundIn(text, key) : undefined;
      braces += 1;
    } else if (entry?.indent === 0 && line !== lines.current) return undefined;
    left -= 1;
    if (left === 0 || braces === mostBraces) return undefined;
  }
  return undefined;
}

function foundIn(text: string, { valueStart, siblings }: FlowKey): Found {
  const platform = siblings.get('platform');
  const span = platform === undefined ? undefined : scalarAt(text, platform, true);
  return { start: valueStart, flow: true, ...(span && { platform: text.slice(span.start, span.end) }) };
}

/** The keys that a line of that indentation is below, the outermost first; undefined where it is no key but text. */
function pathAbove(lines: Lines, indent: number): readonly string[] | undefined {
  const path: string[] = [];
  let left = indent;
  for (const line of lines.above()) {
    if (left === 0 || /^(?:---|\.\.\.)(?:\s|$)/.test(line.text)) break;
    if (/^\s*(?:#|$)/.test(line.text)) continue;
    if (indentOf(line) >= left) continue;
    const entry = entryOf(line);
    // What has a value of its own has no keys below: they are the text of `|` and `>`, or the rest of a value.
    if (entry === undefined || !/^\s*(?:[&!]\S*\s*)*(?:#.*)?$/.test(line.text.slice(entry.valueStart)))
      return undefined;
    path.unshift(entry.key);
    left = entry.indent;
  }
  return left === 0 ? path : undefined;
}

const indentOf = ({ text }: Line) => /^ */.exec(text)![0].length;

function isService(path: readonly string[]): boolean {
  const [first = ''] = path;
  return first.startsWith('x-') || (first === 'services' && path.length === 2);
}

/** The value of another key of the same map. */
function siblingOf(lines: Lines, indent: number, key: string): string | undefined {
  for (const way of [lines.above(), lines.below()]) {
    for (const line of way) {
      if (/^\s*(?:#|$)/.test(line.text)) continue;
      if (indentOf(line) < indent) break;
      const entry = entryOf(line);
      if (entry?.indent !== indent || entry.key !== key) continue;
      const value = valueAt(line.text, entry.valueStart, false);
      return value && line.text.slice(value.start, value.end);
    }
  }
  return undefined;
}

/** As {@link valueAt}, in the text. */
function scalarAt(text: string, from: number, flow: boolean): Span | undefined {
  const end = text.indexOf('\n', from);
  const value = valueAt(text.slice(from, end === -1 ? undefined : end), 0, flow);
  return value && { start: from + value.start, end: from + value.end };
}

/** The scalar behind a colon, without its quotes; undefined for an alias and for what is none. */
function valueAt(line: string, from: number, flow: boolean): Span | undefined {
  const [before = ''] = /^[ \t]+(?:[&!]\S*[ \t]+)*/.exec(line.slice(from)) ?? [];
  if (before === '' && !(flow && /["']/.test(line[from] ?? ''))) return undefined;
  const start = from + before.length;
  const quote = line[start];
  if (quote === '"' || quote === "'") {
    const end = line.indexOf(quote, start + 1);
    return { start: start + 1, end: end === -1 ? line.trimEnd().length : end };
  }
  const plain = flow ? /^[^\s,{}[\]]*/ : /^\S*/;
  const [value = ''] = plain.exec(line.slice(start)) ?? [];
  if (/^[*&!|>#[{%@`]/.test(value)) return undefined;
  return { start, end: start + value.length };
}
