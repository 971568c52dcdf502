import { dockerHub } from '../../common/reference.ts';
import type { Page, SearchRow } from '../../common/registry.ts';
import type { Engine } from '../engine/engine.ts';
import { searchByEngine } from '../engine/search.ts';
import type { Registries } from '../registries/registries.ts';
import { searchHub } from '../registries/searchHub.ts';
import { ProblemError } from '../util/problemError.ts';

/** What may be different from where the engine is. */
const ours: ReadonlySet<string> = new Set(['unreachable', 'timeout', 'certificate', 'rateLimited']);

/**
 * Docker Hub's search: asked from here, and by an engine that is there where only we do not get through, which then is all of
 * one page. Where something else stands for Docker Hub, nobody else hears what is looked for. Throws a ProblemError.
 */
export async function searchAnywhere(
  registries: Registries,
  engine: Pick<Engine, 'knownStatus' | 'json'>,
  term: string,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page<SearchRow>> {
  try {
    return await searchHub(registries, term, cursor, signal);
  } catch (error) {
    const { url, webUrl } = registries.settingOf(dockerHub);
    const isOurs = error instanceof ProblemError && ours.has(error.problem.kind);
    const isElsewhere = url !== undefined || webUrl !== undefined;
    if (!isOurs || isElsewhere || cursor !== undefined || engine.knownStatus() === undefined) throw error;
    const items = await searchByEngine(engine, term.trim(), signal).catch(() => {
      signal.throwIfAborted();
      throw error; // that Docker Hub cannot be reached from here is what the user can do something about
    });
    return { items, total: items.length };
  }
}
