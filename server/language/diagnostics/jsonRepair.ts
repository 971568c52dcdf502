import type { Instruction, JoinedText } from '../dockerfile/dockerfile.ts';
import { slice } from '../dockerfile/joinedText.ts';

/** Arguments that were meant as JSON. */
export interface FailedJson {
  readonly written: JoinedText;
  readonly repair: JsonRepair;
}

/** What is wrong with text that is meant for the JSON form and is none, and how it is one. */
export interface JsonRepair {
  readonly kind: 'quotes' | 'backslashes' | 'broken';
  /** Undefined where it is not certain what was meant. */
  readonly text: string | undefined;
}

const readAsWords = new Set(['ADD', 'COPY', 'VOLUME']);
const readByShell = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'RUN']);

/** BuildKit passes over JSON that is none, and takes it for the other form: the words of a list, or a shell's command. */
export function failedJson({ keyword, body, json, heredocs }: Instruction): FailedJson | undefined {
  if (json || heredocs.length > 0 || !body.text.includes('[')) return undefined;
  if (!readAsWords.has(keyword) && !readByShell.has(keyword)) return undefined;
  const start = keyword === 'HEALTHCHECK' ? (/^CMD\s+(?=\[)/i.exec(body.text)?.[0].length ?? 0) : 0;
  const written = slice(body, start, body.text.length);
  const repair = jsonRepair(written.text);
  return repair && { written, repair };
}

/** What comes of it, in a sentence for the user. */
export function failedJsonMessage({ keyword }: Instruction, { kind }: JsonRepair): string {
  const takes = readAsWords.has(keyword) ? 'a list of words' : 'a shell command';
  return `${keyword} takes this for ${takes}: ${reasons[kind]}.`;
}

const reasons: Readonly<Record<JsonRepair['kind'], string>> = {
  quotes: 'the JSON form takes double quotes only',
  backslashes: 'in the JSON form a backslash is written twice',
  broken: 'this is not valid JSON',
};

const item = `(?:'[^'"]*'|"[^'"]*"|[\u2018\u2019\u201c\u201d][^'"\u2018\u2019\u201c\u201d]*[\u2018\u2019\u201c\u201d])`;
const otherQuotes = new RegExp(`^\\[\\s*${item}(?:\\s*,\\s*${item})*(?:\\s*,)?\\s*\\]$`);

/**
 * Judges text that BuildKit takes for no JSON. A shell's `[ "$a" = b ]` is a command like any other; `["a"` and `[ 'a', 'b' ]` are
 * what no shell has a use for.
 */
export function jsonRepair(text: string): JsonRepair | undefined {
  if (!text.startsWith('[')) return undefined;
  const trimmed = text.trim();
  if (
    otherQuotes.test(trimmed) &&
    !/^\[\s+[^\s,]*\s+\]$/.test(trimmed) &&
    /['\u2018\u2019\u201c\u201d]/.test(trimmed)
  ) {
    const quoted = trimmed.replaceAll(/['\u2018\u2019\u201c\u201d]/g, '"').replace(/,\s*\]$/, ']');
    return { kind: 'quotes', text: firstValid([quoted, quoted.replaceAll('\\', '\\\\')]) };
  }
  if (!/^\[["\u201c]/.test(trimmed) && !/^\[\s*"[^"]*"\s*,/.test(trimmed)) return undefined;
  const closed = trimmed.replace(/,\s*(\]?)$/, '$1');
  const candidates = [
    closed,
    closed.replace(/\]$/, '"]'),
    `${closed}]`,
    `${closed}"]`,
    closed.replaceAll(/"\s+"/g, '", "'),
  ];
  const valid = firstValid(candidates);
  const escaped = valid === undefined ? firstValid([trimmed.replaceAll('\\', '\\\\')]) : undefined;
  return escaped === undefined ? { kind: 'broken', text: valid } : { kind: 'backslashes', text: escaped };
}

function firstValid(candidates: readonly string[]): string | undefined {
  return candidates.find((text) => {
    try {
      const value: unknown = JSON.parse(text);
      return Array.isArray(value) && value.every((each) => typeof each === 'string');
    } catch {
      return false; // the next one then
    }
  });
}
