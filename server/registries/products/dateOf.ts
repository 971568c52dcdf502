/** Before it nobody pushed an image; what builds reproducibly writes such dates. */
const firstImage = Date.UTC(2013, 0, 1);

/** Milliseconds since 1970 of a date as APIs write it; undefined for what is none or means "unknown". */
export function dateOf(value: unknown): number | undefined {
  const date = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return date >= firstImage ? date : undefined;
}
