/** A promise to wait longer than this is taken for a mistake. */
const longestMs = 24 * 3600_000;

/**
 * How long a 429 asks us to wait, milliseconds: `Retry-After` in seconds or as a date, or Docker Hub's `X-Retry-After` as
 * Unix time. Undefined when it does not say.
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  now: number,
): number | undefined {
  const plain = String(headers['retry-after'] ?? '').trim();
  const unix = String(headers['x-retry-after'] ?? '').trim();
  let ms: number | undefined;
  if (/^\d+$/.test(plain)) ms = Number(plain) * 1000;
  else if (plain !== '' && !Number.isNaN(Date.parse(plain))) ms = Date.parse(plain) - now;
  else if (/^\d+$/.test(unix)) ms = Number(unix) * 1000 - now;
  return ms === undefined ? undefined : Math.min(Math.max(ms, 0), longestMs);
}
