import { skipSpace, spanOf } from './characters.ts';
import type { JoinedText, Word } from './dockerfile.ts';

/**
 * Arguments written as a JSON array of strings. `notJson` means that BuildKit takes them for the other form (a shell command
 * or a list of words); `notStrings` that it refuses them. Source: parseJSON in line_parsers.go.
 */
export function parseJsonForm(body: JoinedText): readonly Word[] | 'notJson' | 'notStrings' {
  const start = skipSpace(body.text, 0, body.text.length);
  const text = body.text.slice(start);
  if (text[0] !== '[') return 'notJson';
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    return 'notJson'; // an unfinished or sloppy array is how BuildKit tells the forms apart
  }
  if (!Array.isArray(values)) return 'notJson';
  if (!values.every((value) => typeof value === 'string')) return isInRange(values) ? 'notStrings' : 'notJson';
  const literals = text.matchAll(/"(?:[^"\\]|\\.)*"/g);
  return values.map((value: string) => {
    const literal = literals.next().value!;
    return {
      // A lone surrogate, which only an escape can write, is no character to Go.
      value: value.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd'),
      span: spanOf(body, start + literal.index, start + literal.index + literal[0].length),
    };
  });
}

/** Whether Go can read all numbers: one like 1e999 makes it refuse the text as a whole. */
function isInRange(values: readonly unknown[]): boolean {
  const left: unknown[] = [...values];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value === 'number' && !Number.isFinite(value)) return false;
    if (typeof value === 'object' && value !== null) left.push(...Object.values(value));
  }
  return true;
}
