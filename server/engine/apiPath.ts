/** A path of the API: path`/containers/${id}/json`. Slashes of an image's name stay, everything else is escaped. */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: parts }, ...values.map((value) => value.split('/').map(encodeSegment).join('/')));
}

function encodeSegment(segment: string): string {
  // `..` would be resolved on the way and name something else.
  return /^\.*$/.test(segment) ? segment.replaceAll('.', '%2E') : encodeURIComponent(segment).replaceAll('%3A', ':');
}
