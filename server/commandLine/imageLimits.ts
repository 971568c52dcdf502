import { type ByteUnits, formatBytesIn } from '../../common/bytes.ts';
import type { ImageAnalysis } from '../../common/layers.ts';
import { formatScore } from '../../common/share.ts';

/** What an image may be at most, and at least. */
export interface ImageLimits {
  /** Bytes. */
  readonly maximumBytes?: number;
  readonly maximumWasted?: number;
  /** From 0 to 1. */
  readonly minimumEfficiency?: number;
}

/** What of them an image is beyond, each to follow its name: `wastes 250 kB, more than the 100 kB of --max-wasted`. */
export function exceededBy(
  { bytes, files }: Pick<ImageAnalysis, 'bytes' | 'files'>,
  limits: ImageLimits,
  units: ByteUnits,
): readonly string[] {
  const { maximumBytes = Number.POSITIVE_INFINITY, maximumWasted = Number.POSITIVE_INFINITY } = limits;
  const { minimumEfficiency = 0 } = limits;
  const { reclaimableBytes = 0, efficiency = 1 } = files ?? {};
  const exceeded: string[] = [];
  if (bytes > maximumBytes) exceeded.push(`has ${tooMany(bytes, maximumBytes, units)} of --max-size`);
  if (reclaimableBytes > maximumWasted)
    exceeded.push(`wastes ${tooMany(reclaimableBytes, maximumWasted, units)} of --max-wasted`);
  if (efficiency < minimumEfficiency)
    exceeded.push(`has an efficiency of ${tooLittle(efficiency, minimumEfficiency)} of --min-efficiency`);
  return exceeded;
}

/** Exact where rounding would hide the difference. */
function tooMany(bytes: number, limit: number, units: ByteUnits): string {
  const [shown, shownLimit] = [formatBytesIn(units, bytes), formatBytesIn(units, limit)];
  return shown === shownLimit
    ? `${bytes} bytes, more than the ${limit} bytes`
    : `${shown}, more than the ${shownLimit}`;
}

function tooLittle(ratio: number, limit: number): string {
  const [shown, shownLimit] = [formatScore(ratio), formatScore(limit)];
  return shown === shownLimit ? `${ratio}, less than the ${limit}` : `${shown}, less than the ${shownLimit}`;
}
