/** The fields of a value that came as JSON from outside; of what is no object, none. */
export function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** The strings of an array that came as JSON from outside; of what is no array, none. */
export function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The items of an array that came as JSON from outside; of what is no array, none. */
export function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
