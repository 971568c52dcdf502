/** Where the name of an image ends, in a reference that need not be finished. */

/** Where the colon of its tag is; -1 without one. That of a port is before a slash, and `${BASE:-x` has none. */
export function tagColon(text: string): number {
  if (text.lastIndexOf('${') > text.lastIndexOf('}')) return -1;
  return text.indexOf(':', Math.max(text.lastIndexOf('/'), text.lastIndexOf('}')) + 1);
}

/** How long the name is in a whole reference, without its tag and digest. */
export function nameLength(text: string): number {
  const at = text.indexOf('@');
  const named = at === -1 ? text : text.slice(0, at);
  const colon = tagColon(named);
  return colon === -1 ? named.length : colon;
}
