/** What an option names, of what there is. Throws an Error that lists it. */
export function oneOf<T extends string>(option: string, known: readonly T[], text: string): T {
  const value = known.find((name) => name === text);
  if (value === undefined) throw new Error(`${option} takes ${known.join(', ')}, not "${text}".`);
  return value;
}
