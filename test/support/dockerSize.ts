/**
 * Bytes as docker's command prints them (three significant digits, decimal units), with our space before the unit.
 * Written apart from common/bytes.ts, so that one is held against the other. Source: docker/go-units HumanSizeWithPrecision.
 */
export function dockerSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = bytes === 0 ? 0 : Math.floor(Math.log10(bytes) / 3);
  return `${Number.parseFloat((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
}
