/** What a `# hadolint …=…` comment asks for. */
export interface HadolintComment {
  readonly global: boolean;
  /** The codes, with their places in the comment's text. */
  readonly ignored: readonly { readonly name: string; readonly start: number }[];
}

/**
 * Reads `hadolint ignore=DL3008,SC2086` and `hadolint global ignore=DL3008`; `text` is a comment without its `#`.
 * Source: ignore pragmas in hadolint's Pragma.hs.
 */
export function hadolintComment(text: string): HadolintComment | undefined {
  const match = /^hadolint[ \t]+(global[ \t]+)?ignore[ \t]*=[ \t]*(.*)$/.exec(text);
  if (!match) return undefined;
  const list = match[2]!;
  const start = text.length - list.length;
  const names = /^[A-Za-z0-9]+(?:[ \t]*,[ \t]*[A-Za-z0-9]+)*/.exec(list)?.[0] ?? '';
  return {
    global: match[1] !== undefined,
    ignored: [...names.matchAll(/[A-Za-z0-9]+/g)].map((name) => ({ name: name[0], start: start + name.index })),
  };
}
