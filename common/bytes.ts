const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/**
 * Bytes for people: decimal units and three significant digits, as docker prints them. Never parse it back.
 * Example: `1234567` prints as `1.23 MB`. Source: docker/go-units, HumanSize (without its rounding of 999.9 to 1e+03).
 */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Number(value.toPrecision(3)) >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : Number(value.toPrecision(3))} ${units[unit]}`;
}

/** How much more or less something takes than before: `+1.2 MB`, `-23 MB`; of nothing `±0 B`. */
export function formatBytesChange(bytes: number): string {
  return `${bytes > 0 ? '+' : bytes < 0 ? '-' : '±'}${formatBytes(Math.abs(bytes))}`;
}
