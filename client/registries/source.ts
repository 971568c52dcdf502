import type { RepositoryRow, TagDetails, TagRow } from '../../common/registry.ts';
import type { Backend } from '../backend.ts';
import type { Arrangement } from './arrangement.ts';
import { type Asked, PagedLists } from './lists.ts';
import type { RegistrySource } from './nodes/shown.ts';
import { type TagPlace, tagList } from './values.ts';

export type Looked = Pick<TagPlace, 'host' | 'repository' | 'tag'>;

export interface Paging {
  /** Lets the next question for a list be for its next page. */
  goOn(list: string): void;
  /** How many pages of it are there. */
  pages(list: string): number;
}

/** What the nodes ask, filtered and sorted as arranged. */
export function sourceOf(
  backend: Pick<Backend, 'repositories' | 'tags' | 'platforms' | 'layers' | 'attestation' | 'referrers'>,
  arranged: Pick<Arrangement, 'filter' | 'order' | 'pages'>,
  /** Told of each tag that somebody looked at. */
  onDetails: (place: Looked, details: TagDetails) => void = () => {},
): { readonly source: RegistrySource; readonly paging: Paging } {
  const repositories = new PagedLists<RepositoryRow>();
  const tags = new PagedLists<TagRow>();
  const filterOf = (list: string) => {
    const filter = arranged.filter(list);
    return filter === undefined ? {} : { filter };
  };
  const asked = (list: string, query: object): Asked => ({ list, query: JSON.stringify(query) });
  const source: RegistrySource = {
    repositories: ({ host, path, list }, signal, show) => {
      const query = { ...filterOf(list), ...(path === undefined ? {} : { path }) };
      return repositories.load(
        asked(list, query),
        (cursor) => backend.repositories(host, cursor === undefined ? query : { ...query, cursor }, signal),
        arranged.pages(list),
        show,
      );
    },
    seenRepositories: ({ path, list }) =>
      repositories.kept(asked(list, { ...filterOf(list), ...(path === undefined ? {} : { path }) })),
    tags: (host, repository, signal, show) => {
      const list = tagList(host, repository);
      const query = { ...filterOf(list), order: arranged.order };
      return tags.load(
        asked(list, query),
        (cursor) => backend.tags(host, repository, cursor === undefined ? query : { ...query, cursor }, signal),
        arranged.pages(list),
        show,
      );
    },
    platforms: async (host, repository, tag, signal) => {
      const answer = await backend.platforms(host, repository, tag, signal);
      if (answer.state === 'known') onDetails({ host, repository, tag }, answer.value);
      return answer;
    },
    layers: backend.layers,
    attestation: backend.attestation,
    referrers: backend.referrers,
  };
  return {
    source,
    paging: {
      goOn: (list) => {
        repositories.goOn(list);
        tags.goOn(list);
      },
      pages: (list) => repositories.pages(list) ?? tags.pages(list) ?? 1,
    },
  };
}
