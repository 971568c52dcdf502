/** The part of an image's name that is typed, where variables may make up the rest. */

/** In `${REG}/team/ap<|>p:${TAG}` it is `team/app:`, with `${REG}/` before and `${TAG}` after it. */
export interface ImagePart {
  /** Where it begins and ends in the word. */
  readonly start: number;
  readonly end: number;
  /** What is written of the name before and after it. */
  readonly before: string;
  readonly after: string;
}

/**
 * The literal text of `word` around `cursor`: between two variables, or the default inside of one (`${TAG:-1.<|>2}`). Undefined
 * in the name of a variable, and where defaults hold variables.
 */
export function imagePart(word: string, cursor: number): ImagePart | undefined {
  let start = 0;
  for (const { 0: variable, index } of word.matchAll(/\$(?:\{[^{}]*\}?|\w+)/g)) {
    const end = index + variable.length;
    if (cursor <= index) return partOf(word, cursor, start, index);
    const isOpen = variable.startsWith('${') && !variable.endsWith('}');
    if (isOpen && end < word.length) return undefined;
    if (cursor < end || isOpen) return defaultAt(word, cursor, { start: index, end, isOpen });
    start = end;
  }
  return word.indexOf('$', start) === -1 ? partOf(word, cursor, start, word.length) : undefined;
}

function defaultAt(
  word: string,
  cursor: number,
  variable: { readonly start: number; readonly end: number; readonly isOpen: boolean },
): ImagePart | undefined {
  const opening = /^\$\{\w+:?-/.exec(word.slice(variable.start, variable.end));
  if (opening === null) return undefined;
  const start = variable.start + opening[0].length;
  const end = variable.isOpen ? variable.end : variable.end - 1;
  if (cursor < start || word.slice(start, end).includes('$')) return undefined;
  return { start, end, before: word.slice(0, variable.start), after: word.slice(variable.end) };
}

/** A dash or a slash behind a variable stays: what follows has a name of its own. */
function partOf(word: string, cursor: number, from: number, end: number): ImagePart {
  const start = from > 0 && from < cursor && /[/-]/.test(word[from]!) ? from + 1 : from;
  return { start, end, before: word.slice(0, start), after: word.slice(end) };
}
