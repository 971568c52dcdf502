import { dockerHub } from '../../common/reference.ts';
import type { Page, SearchRow } from '../../common/registry.ts';
import { ProblemError } from '../util/problemError.ts';
import type { Registries } from './registries.ts';

/** Repositories of everybody at Docker Hub that have to do with `text`; of no text, none. Throws a ProblemError. */
export async function searchHub(
  registries: Registries,
  text: string,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page<SearchRow>> {
  if (text.trim() === '') return { items: [], total: 0 };
  return registries.ask(dockerHub, async (client) => {
    if (client.search === undefined) {
      throw new ProblemError({
        kind: 'unsupported',
        subject: dockerHub,
        message: 'What stands for Docker Hub here cannot be searched.',
        next: 'Look at the setting gantry.registries: its entry for docker.io says that it is something else.',
      });
    }
    const { items, next, total } = await client.search(text.trim(), cursor, signal);
    return { items, ...(next !== undefined && { cursor: next }), ...(total !== undefined && { total }) };
  });
}
