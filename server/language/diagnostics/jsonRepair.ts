/** What is wrong with text that is meant for the JSON form and is none, and how it is one. */
export interface JsonRepair {
  readonly kind: 'quotes' | 'broken';
  /** Undefined where it is not certain what was meant. */
  readonly text: string | undefined;
}

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
  return { kind: 'broken', text: firstValid([...candidates, trimmed.replaceAll('\\', '\\\\')]) };
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
