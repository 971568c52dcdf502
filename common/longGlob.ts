/** How a part of a glob moves on in a path. */
type Step = { readonly kind: 'character'; readonly text: string } | { readonly kind: '?' | '*' | '**' | '**/' };

/**
 * What moby's expression for a glob matches, in time that grows with the product of both lengths: an expression with many
 * wildcards may try for years. Undefined for a glob with classes (`[a-z]`, `\d`), and where an expression is quick.
 */
export function longGlobTest(glob: string): ((path: string) => boolean) | undefined {
  if ((glob.match(/\*\*?/g) ?? []).length <= 2 || /[[\]]|\\[a-zA-Z0-9]/.test(glob)) return undefined;
  const steps = [...stepsOf(glob)];
  return (path) => {
    const characters = [...path];
    /** Whether the steps so far can end before the character of this index. */
    let reached = Array.from({ length: characters.length + 1 }, (_, index) => index === 0);
    for (const step of steps) reached = after(step, reached, characters);
    return reached.at(-1) === true;
  };
}

function* stepsOf(glob: string): Generator<Step> {
  // What ends in `**/` means everything below, as `**` does; and `**` is followed by a slash, written or not.
  for (const { 0: text, index, 1: folders, 2: single, 3: escaped } of glob.matchAll(/(\*\*\/?)|([*?])|\\(.)|./gsu)) {
    if (single) yield { kind: single as '*' | '?' };
    else if (!folders) yield { kind: 'character', text: escaped ?? text };
    else yield { kind: index + text.length === glob.length ? '**' : '**/' };
  }
}

function after(step: Step, reached: readonly boolean[], characters: readonly string[]): boolean[] {
  let earlier = false;
  let inFolder = false;
  return reached.map((here, index) => {
    const before = reached[index - 1] === true;
    const character = characters[index - 1];
    earlier ||= before;
    inFolder = here || (inFolder && character !== '/');
    switch (step.kind) {
      case 'character':
        return before && character === step.text;
      case '?':
        return before && character !== '/';
      case '*':
        return inFolder;
      case '**':
        return here || earlier;
      default:
        return here || (earlier && character === '/');
    }
  });
}
