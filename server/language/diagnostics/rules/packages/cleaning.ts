import type { Call } from './calls.ts';

/** Whether a call deletes files below a path that `paths` matches, or may do so by a variable or a script of that name. */
export function deletes({ name, words }: Call, paths: RegExp): boolean {
  if (/clean/i.test(name)) return true;
  if (/^(?:su|eval|(?:ba|da|a|z)?sh)$/.test(name))
    return words.some(({ text }) => text.split(/[\s;&|"']+/).some((part) => paths.test(part)));
  if (name !== 'rm' && name !== 'find') return false;
  return words.some(({ text, dynamic }) => paths.test(text) || (dynamic && /^\$(?:\w+|\{\w+\})$/.test(text)));
}

/** The calls that `leaves` says leave something behind, where none of those after the first one takes it away. */
export function leftBehind(
  calls: readonly Call[],
  leaves: (call: Call) => boolean,
  cleans: (call: Call) => boolean,
): readonly Call[] {
  const first = calls.findIndex(leaves);
  if (first === -1 || calls.slice(first + 1).some(cleans)) return [];
  return calls.filter(leaves);
}
