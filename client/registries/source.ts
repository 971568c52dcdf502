import type { RepositoryRow, TagDetails, TagRow } from '../../common/registry.ts';
import type { Backend } from '../backend.ts';
import type { Arrangement } from './arrangement.ts';
import { PagedLists } from './lists.ts';
import type { RegistrySource } from './nodes/shown.ts';
import { type TagPlace, tagList } from './values.ts';

export type Looked = Pick<TagPlace, 'host' | 'repository' | 'tag'>;

/** What the nodes ask, filtered and sorted as arranged; `goOn` lets the next question for a list be for its next page. */
export function sourceOf(
  backend: Pick<Backend, 'repositories' | 'tags' | 'platforms' | 'layers' | 'attestation' | 'referrers'>,
  arranged: Pick<Arrangement, 'filter' | 'order' | 'pages'>,
  /** Told of each tag that somebody looked at. */
  onDetails: (place: Looked, details: TagDetails) => void = () => {},
): { readonly source: RegistrySource; readonly goOn: (list: string) => void } {
  const repositories = new PagedLists<RepositoryRow>();
  const tags = new PagedLists<TagRow>();
  const filterOf = (list: string) => {
    const filter = arranged.filter(list);
    return filter === undefined ? {} : { filter };
  };
  const source: RegistrySource = {
    repositories: ({ host, path, list }, signal, show) =>
      repositories.load(
        list,
        (cursor) => {
          const query = { ...filterOf(list), ...(path === undefined ? {} : { path }) };
          return backend.repositories(host, cursor === undefined ? query : { ...query, cursor }, signal);
        },
        arranged.pages(list),
        show,
      ),
    seenRepositories: (list) => repositories.kept(list),
    tags: (host, repository, signal, show) => {
      const list = tagList(host, repository);
      const query = { ...filterOf(list), order: arranged.order };
      return tags.load(
        list,
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
    goOn: (list) => {
      repositories.goOn(list);
      tags.goOn(list);
    },
  };
}
