/** Which of many names what is typed may mean. */

/**
 * At most `limit` of the names that may be meant, the likely ones first: those that begin with what is typed, then those that
 * hold it, then those that have its letters in its order, as editors match. Upper and lower case are the same.
 */
export function likely<T>(
  items: readonly T[],
  typed: string,
  limit: number,
  nameOf: (item: T) => string,
): { readonly items: readonly T[] /** There are more. */; readonly cut: boolean } {
  if (typed === '') return { items: items.slice(0, limit), cut: items.length > limit };
  const wanted = typed.toLowerCase();
  const classes: [T[], T[], T[]] = [[], [], []];
  for (const item of items) {
    const name = nameOf(item).toLowerCase();
    if (name.startsWith(wanted)) classes[0].push(item);
    else if (name.includes(wanted)) classes[1].push(item);
    else if (hasLetters(name, wanted)) classes[2].push(item);
  }
  const all = classes.flat();
  return { items: all.slice(0, limit), cut: all.length > limit };
}

function hasLetters(name: string, wanted: string): boolean {
  let at = -1;
  for (const letter of wanted) {
    at = name.indexOf(letter, at + 1);
    if (at === -1) return false;
  }
  return true;
}
