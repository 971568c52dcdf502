import * as l10n from '@vscode/l10n';
import { type ByteUnits, formatBytesIn } from '../../common/bytes.ts';
import type { PullProgress } from '../../common/protocol.ts';

/** Reports what an engine tells of a pull or push as a bar of `share` percent that only ever moves forward, its total growing. */
export function reporting(
  report: (progress: { message?: string; increment?: number }) => void,
  units: ByteUnits,
  share = 100,
): (progress: PullProgress) => void {
  let shown = 0;
  return ({ current, total, status }) => {
    const percent = total > 0 ? Math.floor((share * current) / total) : 0;
    const message =
      total > 0
        ? l10n.t('{0} of {1} · {2}', formatBytesIn(units, current), formatBytesIn(units, total), status)
        : status;
    report({ message, increment: Math.max(0, percent - shown) });
    shown = Math.max(shown, percent);
  };
}
