import type { Edit } from '../language/diagnostics/rule.ts';
import type { Span } from '../language/dockerfile/dockerfile.ts';
import type { ShellSource } from '../language/shell/sources.ts';
import type { Place, Remark } from './answer.ts';

/** What is written to ShellCheck, and the way back from what it says about it. */
export interface CheckedScript {
  readonly dialect: ShellSource['dialect'];
  readonly input: string;
  /** Where a remark belongs, in the instruction as it is read by itself; undefined for what is not the user's. */
  spanOf(place: Place): Span | undefined;
  /** The edits that ShellCheck proposes; undefined where they cannot be made in the instruction exactly. `text` is its text. */
  editsOf(remark: Remark, text: string): readonly Edit[] | undefined;
}

/**
 * A script with the variables that the build hands to it. They are declared as hadolint does it, in a line of their own, behind the
 * comments at the script's head: those hold for all of it. Source: shellcheck in hadolint's Shell.hs.
 */
export function checkedScript(source: ShellSource, variables: readonly string[]): CheckedScript {
  const { text, dialect } = source;
  const names = variables.filter((name) => /^[A-Za-z_]\w*$/.test(name));
  const at = names.length > 0 ? headEnd(text) : text.length;
  const exports = names.length > 0 ? `${names.map((name) => `export ${name}=1;`).join('')}\n` : '';
  const lines = lineStarts(text);
  const exportLine = lines.indexOf(at);

  function offsetOf(line: number, column: number): number | undefined {
    const index = line - 1;
    if (exports === '') return offsetIn(text, lines, index, column);
    if (index === exportLine) return undefined;
    return offsetIn(text, lines, index < exportLine ? index : index - 1, column);
  }

  function placed({ line, column, endLine, endColumn }: Place): Span | undefined {
    const start = offsetOf(line, column);
    const end = offsetOf(endLine, endColumn);
    return start === undefined || end === undefined ? undefined : { start, end: Math.max(start, end) };
  }

  return {
    dialect,
    // A carriage return at a line's end comes of how the file is kept, and ShellCheck would speak of nothing else.
    input: (text.slice(0, at) + exports + text.slice(at)).replaceAll('\r\n', '\n'),
    spanOf(place) {
      const span = placed(place);
      if (span === undefined) return undefined;
      // Where it stopped reading it names a point, which nobody would see.
      const start = span.start === span.end && span.start === text.length ? Math.max(0, span.start - 1) : span.start;
      return source.spanOf(start, Math.max(span.end, Math.min(start + 1, text.length)));
    },
    editsOf({ replacements }, own) {
      const edits: Edit[] = [];
      for (const { place, text: put } of replacements) {
        const within = placed(place);
        if (!within || (put.includes('\n') && source.form !== 'heredoc')) return undefined;
        const span = source.spanOf(within.start, within.end);
        // What spans a continuation, or is written with escapes, is not what would be replaced.
        if (own.slice(span.start, span.end) !== text.slice(within.start, within.end)) return undefined;
        edits.push({ span, text: source.written(put) });
      }
      edits.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
      const apart = edits.every(({ span }, index) => index === 0 || span.start > edits[index - 1]!.span.start);
      return edits.length > 0 && apart && !overlap(edits) ? edits : undefined;
    },
  };
}

function overlap(edits: readonly Edit[]): boolean {
  return edits.some(({ span }, index) => index > 0 && span.start < edits[index - 1]!.span.end);
}

/** Behind the shebang, the comments and the blank lines that a script begins with. */
function headEnd(text: string): number {
  let at = 0;
  while (at < text.length) {
    const feed = text.indexOf('\n', at);
    const line = text.slice(at, feed === -1 ? text.length : feed).trim();
    if (feed === -1 || (line !== '' && !line.startsWith('#'))) return at;
    at = feed + 1;
  }
  return at;
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let feed = text.indexOf('\n'); feed !== -1; feed = text.indexOf('\n', feed + 1)) starts.push(feed + 1);
  return starts;
}

/** ShellCheck counts columns from 1, in characters as Unicode has them. */
function offsetIn(text: string, lines: readonly number[], line: number, column: number): number | undefined {
  const start = lines[line];
  if (start === undefined) return undefined;
  const end = lines[line + 1] === undefined ? text.length : lines[line + 1]! - 1;
  let at = start;
  for (let left = column - 1; left > 0 && at < end; left--) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return at;
}
