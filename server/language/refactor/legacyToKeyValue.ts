import type { Edit, Fix } from '../diagnostics/rule.ts';
import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import { textAt } from '../dockerfile/joinedText.ts';
import { keyValues } from '../dockerfile/keyValues.ts';
import { splitQuotedWords } from '../dockerfile/words.ts';

/** `ENV key value` with `=`. The old form takes everything up to the end for the value: blanks in it have to be quoted. */
export function legacyToKeyValue({ text, escape: escapeToken }: Dockerfile, instruction: Instruction): Fix | undefined {
  const [first] = keyValues(instruction);
  if (!first?.oldForm || !first.value) return undefined;
  const { key, value } = first;
  if (/["']/.test(key.value)) return undefined;
  const gap = { start: key.span.end, end: value.span.start };
  if (text.slice(gap.start, gap.end).includes('#')) return undefined; // a comment would be lost
  const words = splitQuotedWords(textAt(value.value, 0), escapeToken);
  const isOneWord = words.length === 1 && words[0]!.value === value.value;
  // Quotes around quotes would undo them.
  if (!isOneWord && (/["']/.test(value.value) || value.value.includes(escapeToken))) return undefined;
  const end = { start: value.span.end, end: value.span.end };
  const edits: readonly Edit[] = isOneWord
    ? [{ span: gap, text: '=' }]
    : [
        { span: gap, text: '="' },
        { span: end, text: '"' },
      ];
  return { title: `Write ${key.value}=…`, edits, safe: true };
}
