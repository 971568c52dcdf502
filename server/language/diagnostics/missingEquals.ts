import type { Dockerfile, Instruction, ParseError, Span } from '../dockerfile/dockerfile.ts';
import { keyValues } from '../dockerfile/keyValues.ts';
import { replace } from './fixes.ts';
import type { Fix } from './rule.ts';

/**
 * The ways out of an ENV or LABEL with a word without `=`: blanks around an equals sign, a value with blanks that needs quotes, or
 * a name whose value is missing.
 */
export function missingEqualsFixes(
  { text }: Pick<Dockerfile, 'text'>,
  instruction: Instruction,
  { span }: ParseError,
): readonly Fix[] {
  const { start, end } = span;
  const line = { start: instruction.keywordSpan.end, end: lineEnd(text, end) };
  const behind = /^[\t ]*=[\t ]*/.exec(text.slice(end, line.end))?.[0];
  if (behind !== undefined) return [joined({ start: end, end: end + behind.length }, '=')];
  const before = text.slice(line.start, start);
  const blanks = before.length - before.trimEnd().length;
  if (/=[\t ]+$/.test(before)) return [joined({ start: start - blanks, end: start }, '')];
  const empty: Fix = {
    title: 'Give it an empty value',
    edits: [{ span: { start: end, end }, text: '=""' }],
    safe: false,
  };
  const quoted = quotedValue(text, instruction, span, line.end);
  return quoted ? [quoted, empty] : [empty];
}

function joined(span: Span, text: string): Fix {
  return { title: 'Remove the blanks around "="', edits: [{ span, text }], safe: false };
}

/** `A=b c d` as `A="b c d"`, where nothing in it is quoted and it is all on one line. */
function quotedValue(text: string, instruction: Instruction, { start }: Span, end: number): Fix | undefined {
  const previous = keyValues(instruction).findLast(({ value }) => value !== undefined && value.span.end < start)?.value;
  if (!previous) return undefined;
  let words = 0;
  for (const match of text.slice(start, end).matchAll(/\S+/g)) {
    if (match[0].includes('=')) break;
    words = match.index + match[0].length;
  }
  const span = { start: previous.span.start, end: start + words };
  const value = text.slice(span.start, span.end);
  return /["'\\`\n]/.test(value) ? undefined : replace(span, `"${value}"`, false);
}

function lineEnd(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset);
  return feed === -1 ? text.length : feed;
}
