import * as l10n from '@vscode/l10n';

const steps: readonly (readonly [seconds: number, text: (count: number) => string])[] = [
  [365 * 86400, (count) => (count === 1 ? l10n.t('1 year ago') : l10n.t('{0} years ago', count))],
  [30 * 86400, (count) => (count === 1 ? l10n.t('1 month ago') : l10n.t('{0} months ago', count))],
  [86400, (count) => (count === 1 ? l10n.t('1 day ago') : l10n.t('{0} days ago', count))],
  [3600, (count) => (count === 1 ? l10n.t('1 hour ago') : l10n.t('{0} hours ago', count))],
  [60, (count) => (count === 1 ? l10n.t('1 minute ago') : l10n.t('{0} minutes ago', count))],
];

/** How long ago a moment (milliseconds since 1970) was, in words. Undefined for an image without a date: reproducible builds write 1970 there. */
export function age(created: number, now: number): string | undefined {
  if (created <= 0) return undefined;
  const seconds = Math.max(0, (now - created) / 1000);
  const step = steps.find(([unit]) => seconds >= unit);
  return step === undefined ? l10n.t('just now') : step[1](Math.floor(seconds / step[0]));
}
