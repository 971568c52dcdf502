/** What a registry does not do to its lists itself: filter and sort. */
import type { RepositoryRow, TagOrder, TagRow } from '../../common/registry.ts';
import { compareTags, orderOf } from '../../common/versionOrder.ts';
import { sortInTurns } from '../util/sortInTurns.ts';

/** Rows with `filter` in their name, upper or lower case. */
export function withText<T extends { readonly name: string }>(rows: readonly T[], filter?: string): readonly T[] {
  if (filter === undefined || filter === '') return rows;
  const wanted = filter.toLowerCase();
  return rows.filter(({ name }) => name.toLowerCase().includes(wanted));
}

/** Repositories inside of `prefix` (with a slash at its end), and the folders that lead there. */
export function inside(rows: readonly RepositoryRow[], prefix?: string): readonly RepositoryRow[] {
  if (prefix === undefined) return rows;
  return rows.filter(
    ({ name, folder }) => name.startsWith(prefix) || (folder === true && prefix.startsWith(`${name}/`)),
  );
}

/** Lists are sorted once, however often a page of them is shown. */
const arranged = new WeakMap<readonly TagRow[], Map<TagOrder, readonly TagRow[]>>();

/**
 * Sorted, without keeping anybody waiting. By date only what has one: the rest follows in the order in which it came, since
 * nothing is known of it. Without an order: as it came.
 */
export async function sorted(
  rows: readonly TagRow[],
  order: TagOrder | undefined,
  signal: AbortSignal,
): Promise<readonly TagRow[]> {
  if (order === undefined) return rows;
  const before = arranged.get(rows) ?? new Map<TagOrder, readonly TagRow[]>();
  const result = before.get(order) ?? (await sort(rows, order, signal));
  arranged.set(rows, before.set(order, result));
  return result;
}

function sort(rows: readonly TagRow[], order: TagOrder, signal: AbortSignal): Promise<readonly TagRow[]> {
  if (order === 'version') return sortInTurns(rows, orderOf, compareTags, signal);
  if (order === 'name') return sortInTurns(rows, ({ name }) => name, ascending, signal);
  return sortInTurns(rows, ({ date }) => -(date ?? Number.NEGATIVE_INFINITY), ascending, signal);
}

const ascending = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * A tag that belongs to another image: cosign's signatures, attestations and SBOMs, and the referrers of registries without
 * a place for them. Source: cosign, specs/SIGNATURE_SPEC.md; distribution-spec "Referrers Tag Schema".
 */
export function isAttachment(tag: string): boolean {
  return /^sha256-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?$/.test(tag);
}
