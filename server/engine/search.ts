import { isRepository } from '../../common/reference.ts';
import type { SearchRow } from '../../common/registry.ts';
import { fields, text } from '../util/json.ts';
import { badAnswer } from './engineProblem.ts';
import type { Transport } from './transport.ts';

/** As many as the engine gives at once. There is no second page. */
const maximumRows = 100;
const maximumDescription = 1000;

/** Docker Hub's search, asked by the engine with its own network and proxy. Source: the engine's API, ImageSearch. */
export async function searchByEngine(
  engine: Pick<Transport, 'json'>,
  term: string,
  signal: AbortSignal,
): Promise<readonly SearchRow[]> {
  const query = { term, limit: maximumRows };
  const found = await engine.json({ method: 'GET', path: '/images/search', query, subject: 'Docker Hub' }, signal);
  if (!Array.isArray(found)) throw badAnswer('Docker Hub', 'it is not a list of repositories');
  return found.slice(0, maximumRows).flatMap((row: unknown): readonly SearchRow[] => {
    const { name, description, star_count: stars, is_official: official } = fields(row);
    // Podman searches several registries, and writes each before the name.
    const bare = text(name).replace(/^docker\.io\/(?:library\/)?/, '');
    if (!isRepository(bare) || /^[^/]*[.:][^/]*\//.test(bare)) return [];
    return [
      {
        name: bare,
        description: text(description).slice(0, maximumDescription),
        stars: typeof stars === 'number' ? stars : 0,
        official: official === true,
      },
    ];
  });
}
