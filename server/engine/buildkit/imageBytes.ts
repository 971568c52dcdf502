import { fields } from '../../util/json.ts';
import { ProblemError } from '../../util/problemError.ts';
import { path } from '../apiPath.ts';
import type { Transport } from '../transport.ts';

/** Unpacked bytes of an image, an extra to a build that has succeeded: undefined when the engine will not say. */
export async function imageBytes(
  transport: Pick<Transport, 'json'>,
  id: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const { Size } = fields(await transport.json({ method: 'GET', path: path`/images/${id}/json` }, signal));
    return typeof Size === 'number' ? Size : undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}
