/** What GitHub's API of packages answers, read into rows. */
import { isDigest, isRepository, isTag } from '../../../../common/reference.ts';
import type { RepositoryRow, TagRow } from '../../../../common/registry.ts';
import { array, fields, text } from '../../../util/json.ts';
import { countOf, type Json } from '../apiLists.ts';
import { dateOf } from '../dateOf.ts';

export function ownerOf(row: Json): readonly RepositoryRow[] | undefined {
  const name = text(row['login']).toLowerCase();
  return isRepository(name) ? [{ name, folder: true }] : undefined;
}

export function packageOf(owner: string, row: Json): readonly RepositoryRow[] | undefined {
  const name = `${owner}/${text(row['name'])}`;
  if (!isRepository(name)) return undefined;
  const updated = dateOf(row['updated_at']);
  const description = text(fields(row['repository'])['description']);
  const visibility = text(row['visibility']);
  const page = text(row['html_url']);
  return [
    {
      name,
      ...(description !== '' && { description }),
      ...(updated !== undefined && { updated }),
      ...(visibility !== '' && visibility !== 'public' && { private: true }),
      ...(page.startsWith('https://github.com/') && { page }),
    },
  ];
}

/** A version is a manifest. Those without a tag are the parts of an index, attestations, or what a tag has left behind. */
export function tagsOf(row: Json, onVersion: (digest: string, id: number) => void): readonly TagRow[] | undefined {
  const [digest, id] = [text(row['name']), countOf(row['id'])];
  if (!isDigest(digest)) return undefined;
  if (id !== undefined) onVersion(digest, id);
  const date = dateOf(row['created_at']) ?? dateOf(row['updated_at']);
  return array(fields(fields(row['metadata'])['container'])['tags'])
    .map(text)
    .filter(isTag)
    .map((name) => ({ name, digest, ...(date !== undefined && { date, dated: 'pushed' }) }));
}
