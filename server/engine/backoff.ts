const firstMs = 200;
const longestMs = 5000;
/** Each attempt over ssh is a log-in that may be counted against the user. */
const longestRemoteMs = 60_000;

/** How long to wait after the n-th failure (from 0), milliseconds, spread so that many editors do not return as one. */
export function backoffMs(failures: number, remote: boolean, random: () => number): number {
  const longest = remote ? longestRemoteMs : longestMs;
  return Math.min(longest, firstMs * 2 ** failures) * (0.75 + random() / 4);
}
