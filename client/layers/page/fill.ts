/** Puts values in the place of `{0}`, `{1}` … of a text. */
export function fill(text: string, ...values: readonly (string | number)[]): string {
  return text.replaceAll(/\{(\d)\}/g, (all, index) => String(values[Number(index)] ?? all));
}
