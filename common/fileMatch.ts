/**
 * Go's filepath.Match, by which COPY and ADD choose sources: `*`, `?`, `[a-z]`, `[^a-z]` and `\` before a character, none of
 * which crosses a `/`. Source: path/filepath/match.go. Paths here always use `/`.
 */

/** Whether a name has anything in it that Match would not take literally. Source: tonistiigi/fsutil copy.go. */
export function hasWildcards(name: string): boolean {
  return /^(?:[^\\]|\\.)*?[*?[]/su.test(name);
}

/** A test for single names: a part of a path. Undefined where Go calls the pattern malformed. */
export function nameTest(pattern: string): ((name: string) => boolean) | undefined {
  const steps = stepsOf(pattern);
  return steps && ((name) => matches(steps, [...name]));
}

type Step = { readonly kind: 'many' } | { readonly kind: 'one'; test(character: string): boolean };

function stepsOf(pattern: string): readonly Step[] | undefined {
  const characters = [...pattern];
  const steps: Step[] = [];
  for (let at = 0; at < characters.length; ) {
    const character = characters[at++]!;
    if (character === '*') {
      if (steps.at(-1)?.kind !== 'many') steps.push({ kind: 'many' });
    } else if (character === '?') {
      steps.push({ kind: 'one', test: () => true });
    } else if (character === '[') {
      const found = classAt(characters, at);
      if (found === undefined) return undefined;
      steps.push({ kind: 'one', test: found.test });
      at = found.end;
    } else {
      const literal = character === '\\' ? characters[at++] : character;
      if (literal === undefined) return undefined;
      steps.push({ kind: 'one', test: (other) => other === literal });
    }
  }
  return steps;
}

/** What stands behind `[`, and where it ends. */
function classAt(characters: readonly string[], start: number) {
  let at = start;
  const one = (): string | undefined => {
    const character = characters[at++];
    if (character === undefined || character === '-' || character === ']') return undefined;
    const read = character === '\\' ? characters[at++] : character;
    return at < characters.length ? read : undefined;
  };
  const negated = characters[at] === '^';
  if (negated) at++;
  const ranges: [number, number][] = [];
  while (ranges.length === 0 || characters[at] !== ']') {
    const low = one();
    if (low === undefined) return undefined;
    let high: string | undefined = low;
    if (characters[at] === '-') {
      at++;
      high = one();
      if (high === undefined) return undefined;
    }
    ranges.push([low.codePointAt(0)!, high.codePointAt(0)!]);
  }
  const test = (character: string): boolean => {
    const code = character.codePointAt(0)!;
    return ranges.some(([low, high]) => low <= code && code <= high) !== negated;
  };
  return { test, end: at + 1 };
}

/** Only the last `*` is ever tried again, so the time grows with the product of both lengths at most. */
function matches(steps: readonly Step[], characters: readonly string[]): boolean {
  let step = 0;
  let at = 0;
  let star = -1;
  let tried = 0;
  while (at < characters.length) {
    const present = steps[step];
    if (present?.kind === 'many') {
      star = step++;
      tried = at;
    } else if (present?.test(characters[at]!)) {
      step++;
      at++;
    } else if (star >= 0) {
      step = star + 1;
      at = ++tried;
    } else {
      return false;
    }
  }
  while (steps[step]?.kind === 'many') step++;
  return step === steps.length;
}
