import * as l10n from '@vscode/l10n';
import type { Known } from '../../common/known.ts';
import type { Page, TagRow } from '../../common/registry.ts';
import { RequestError } from '../backend.ts';
import { allPages } from './lists.ts';
import type { Tools } from './tools.ts';
import type { RepositoryPlace } from './values.ts';

/** More tags than this are not acted on at once. */
const maximumTags = 20_000;

/**
 * All tags of a repository, page by page; under a notification where there is more than one. With a cursor where there are more than
 * are acted on. Undefined when the user ended it.
 */
export async function wholeTagList(
  { host, repository, reference }: RepositoryPlace,
  { backend, notify, arranged, tree }: Tools,
): Promise<Page<TagRow> | undefined> {
  const { order } = arranged;
  const fetch = (cursor: string | undefined, signal?: AbortSignal) =>
    backend.tags(host, repository, { order, ...(cursor === undefined ? {} : { cursor }) }, signal);
  const first = learned(await tree.busy(() => fetch(undefined)));
  if (first?.cursor === undefined) return first;
  return notify.progress(l10n.t('Listing the tags of {0}', reference), reference, async (report, signal) => {
    const answer = await allPages<TagRow>(
      (cursor) => fetch(cursor, signal),
      maximumTags,
      ({ items, total }) =>
        report({
          message: total === undefined ? l10n.t('{0} so far', items.length) : l10n.t('{0} of {1}', items.length, total),
        }),
    );
    return learned(answer);
  });
}

function learned<T>(answer: Known<T>): T | undefined {
  if (answer.state === 'failed') throw new RequestError(answer.problem);
  return answer.state === 'known' ? answer.value : undefined;
}
