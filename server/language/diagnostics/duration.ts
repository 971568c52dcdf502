const seconds: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  '\u00b5s': 1e-6,
  '\u03bcs': 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/** What 64 bits of nanoseconds hold. */
const longest = 2 ** 63 / 1e9;

/**
 * Why a health check cannot take this as a duration, if so: `1h30m`, `500ms`, `0`. Nothing means that it is not given.
 * Source: Go's time.ParseDuration, and parseOptInterval in BuildKit's instructions/parse.go.
 */
export function durationProblem(text: string): string | undefined {
  if (text === '' || /^[-+]?0$/.test(text)) return undefined;
  const unsigned = text.replace(/^[-+]/, '');
  if (/^(?:\d+(?:\.\d*)?|\.\d+)$/.test(unsigned))
    return `"${text}" has no unit. Write ${text}s for seconds, or ms, m, h.`;
  if (!/^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+$/.test(unsigned))
    return `"${text}" is no duration. Write numbers with the units ms, s, m and h, such as 1m30s.`;
  let total = 0;
  for (const [, number, unit] of unsigned.matchAll(/([\d.]+)([^\d.]+)/g)) total += Number(number) * seconds[unit!]!;
  if (total > longest) return `"${text}" is too long: at most 2562047h, some 292 years.`;
  if (Math.trunc(total * 1e9) === 0 || (total >= 1e-3 && !text.startsWith('-'))) return undefined;
  return `"${text}" is too short: at least 1ms, or 0 for the default.`;
}
