/** Taking tags and images away, and what would go with them. */
import type { Deleted, DeleteMethod, DeletePreview, RegistryAbilities, TagRow } from '../../common/registry.ts';
import { isAbort, ProblemError } from '../util/problemError.ts';
import type { Registries } from './registries.ts';
import type { RegistryClient } from './registry.ts';

export interface DeletionQuestion {
  readonly host: string;
  readonly repository: string;
  readonly tags?: readonly string[];
  readonly digest?: string;
}

export interface Deletion {
  readonly host: string;
  readonly repository: string;
  readonly method: DeleteMethod;
  readonly tag?: string;
  readonly digest?: string;
}

/**
 * So many tags are asked one by one which image they are on, where the list does not tell: by requests that count as no
 * pulls, and only because somebody is about to delete.
 */
const maximumResolved = 100;
const resolvedAtOnce = 6;

/** One preview for each tag that is asked about; one for a digest, and for the whole repository. Changes nothing. */
export async function previewDeletion(
  registries: Registries,
  { host, repository, tags, digest }: DeletionQuestion,
  signal: AbortSignal,
): Promise<readonly DeletePreview[]> {
  // A list of some minutes ago does not know the tag that has been put on the same image since.
  const { value: rows } = await registries.tagsOfNow(host, repository, signal);
  return registries.ask(host, async (client) => {
    const { can } = registries.productOf(host);
    if (tags === undefined && digest === undefined) return [ofRepository(repository, rows, can, host)];
    const untags =
      digest === undefined && (can.untag === 'perhaps' ? await client.untags?.(repository, signal) : can.untag);
    const needsImages = !untags;
    const images = needsImages
      ? await withDigests(client, repository, rows, tags ?? [], signal)
      : { rows, complete: true };
    if (digest !== undefined) return [ofImage(repository, undefined, digest, images, can, host)];
    return (tags ?? []).map((tag) => {
      const row = images.rows.find(({ name }) => name === tag);
      if (row === undefined) return gone(repository, tag, host);
      if (row.locked) return locked(repository, row, host);
      if (untags) return ofTag(repository, row);
      return ofImage(repository, tag, row.digest, images, can, host);
    });
  });
}

/** Does it, and says what an index leaves behind. What is listed of the repository is asked for anew after it. */
export async function deleteFrom(
  registries: Registries,
  { host, repository, method, tag, digest }: Deletion,
  signal: AbortSignal,
): Promise<Deleted> {
  const imagesLeft = await registries.ask(host, async (client) => {
    if (method === 'untag' && tag !== undefined && client.untag) {
      await client.untag(repository, tag, signal);
      return 0;
    }
    if (method === 'image' && digest !== undefined) {
      const images = await imagesIn(client, repository, digest, signal);
      await client.deleteImage(repository, digest, signal);
      return stillThere(client, repository, images, signal);
    }
    if (method === 'repository' && client.deleteRepository) {
      await client.deleteRepository(repository, signal);
      return 0;
    }
    throw new ProblemError({
      kind: 'unsupported',
      subject: host,
      message: `${host} cannot do that: ${method === 'untag' ? 'it has no way to take a single tag away' : 'it does not delete that'}.`,
    });
  });
  registries.contentsChanged(host, repository, method === 'repository' ? 'gone' : 'emptied');
  return { imagesLeft };
}

/** Digests of what an index names; nothing where it is none, or cannot be read. */
async function imagesIn(
  client: RegistryClient,
  repository: string,
  digest: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const { manifest } = await client.inspect(repository, digest, signal);
    return manifest.kind === 'index' ? manifest.images.slice(0, maximumResolved).map((image) => image.digest) : [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return []; // the deletion says what is wrong, if it is wrong for that, too
  }
}

/** How many there are. What cannot be asked is not counted: that the index is gone is not to be told as a failure. */
async function stillThere(
  client: RegistryClient,
  repository: string,
  digests: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  try {
    for (const digest of digests) {
      if ((await client.resolve(repository, digest, signal).catch(ifGone)) !== undefined) count += 1;
    }
  } catch (error) {
    if (!(error instanceof ProblemError) && !isAbort(error)) throw error;
  }
  return count;
}

interface Images {
  readonly rows: readonly TagRow[];
  /** Whether the digest of every tag is known. */
  readonly complete: boolean;
}

async function withDigests(
  client: RegistryClient,
  repository: string,
  rows: readonly TagRow[],
  meant: readonly string[],
  signal: AbortSignal,
): Promise<Images> {
  const unknown = rows.filter(({ digest }) => digest === undefined);
  const digests = new Map<string, string>();
  const queue = unknown.length > maximumResolved ? unknown.filter(({ name }) => meant.includes(name)) : unknown;
  const work = async () => {
    for (let row = queue.pop(); row !== undefined; row = queue.pop()) {
      const digest = await client.resolve(repository, row.name, signal).catch(ifGone);
      if (digest !== undefined) digests.set(row.name, digest);
    }
  };
  await Promise.all(Array.from({ length: resolvedAtOnce }, work));
  const found = rows.map((row) => {
    const digest = row.digest ?? digests.get(row.name);
    return digest === undefined ? row : { ...row, digest };
  });
  return { rows: found, complete: found.every(({ digest }) => digest !== undefined) };
}

/** A list may name a tag that went since, or that never could be read. */
function ifGone(error: unknown): undefined {
  if (error instanceof ProblemError && error.problem.kind === 'notFound') return undefined;
  throw error;
}

function ofRepository(
  repository: string,
  rows: readonly TagRow[],
  { deleteRepository }: RegistryAbilities,
  host: string,
): DeletePreview {
  const tags = rows.map(({ name }) => name);
  if (deleteRepository) return { repository, method: 'repository', tags, tagsComplete: true };
  const reason = `${host} has no way to delete a whole repository; delete its tags instead.`;
  return { repository, method: 'unsupported', reason, tags, tagsComplete: true };
}

function ofTag(repository: string, { name, digest }: TagRow): DeletePreview {
  const row = { repository, tag: name, method: 'untag', tags: [name], tagsComplete: true } as const;
  return digest === undefined ? row : { ...row, digest };
}

function ofImage(
  repository: string,
  tag: string | undefined,
  digest: string | undefined,
  { rows, complete }: Images,
  { deleteImage }: RegistryAbilities,
  host: string,
): DeletePreview {
  const onIt = digest === undefined ? [] : rows.filter((row) => row.digest === digest);
  const tags = onIt.length === 0 && tag !== undefined ? [tag] : onIt.map(({ name }) => name);
  const held = onIt.find((row) => row.locked);
  const about = { repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
  const reason = !deleteImage
    ? `${host} does not let images be deleted by anybody but itself.`
    : digest === undefined
      ? `${host} does not say which image ${repository}:${tag} is.`
      : held && `The tag ${held.name} on the same image is locked.`;
  const method = reason === undefined ? 'image' : 'unsupported';
  return { ...about, method, ...(reason !== undefined && { reason }), tags, tagsComplete: complete };
}

function locked(repository: string, { name, digest }: TagRow, host: string): DeletePreview {
  const reason = `${host} keeps ${repository}:${name} locked. Unlock it there first.`;
  const row = { repository, tag: name, method: 'unsupported', reason, tags: [name], tagsComplete: true } as const;
  return digest === undefined ? row : { ...row, digest };
}

function gone(repository: string, tag: string, host: string): DeletePreview {
  const reason = `${host} has no ${repository}:${tag} any more.`;
  return { repository, tag, method: 'unsupported', reason, tags: [tag], tagsComplete: true };
}
