/** A part of a whole (0 to 1) for people; what is more than nothing is never `0%`. */
export function formatShare(share: number): string {
  const value = share * 100;
  return value > 0 && value < 1 ? '<1%' : `${Math.round(value)}%`;
}

/** How good something is, from 0 to 1, to a tenth of a percent and never rounded up: only what is perfect is `100%`. */
export function formatScore(score: number): string {
  // What binary fractions lose must not cost a tenth.
  return `${Math.floor(score * 1000 + 1e-6) / 10}%`;
}
