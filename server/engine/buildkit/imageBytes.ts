import { ProblemError } from '../../util/problemError.ts';
import { unpackedBytes } from '../imageStore.ts';
import { imageHistory } from '../images.ts';
import type { Transport } from '../transport.ts';

/** Unpacked bytes of an image, an extra to a build that has succeeded: undefined when the engine will not say. */
export async function imageBytes(
  transport: Pick<Transport, 'json'>,
  id: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const bytes = unpackedBytes(await imageHistory(transport, id, signal));
    return Number.isFinite(bytes) ? bytes : undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}
