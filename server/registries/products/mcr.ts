/** Microsoft's registry, which anybody may read and nobody may write. Source: microsoft/containerregistry#57, #96, #168. */
import { formatPlatform, normalisePlatform } from '../../../common/platform.ts';
import { isRepository } from '../../../common/reference.ts';
import type { TagRow } from '../../../common/registry.ts';
import { array, fields, text } from '../../util/json.ts';
import { ProblemError } from '../../util/problemError.ts';
import { jsonOf } from '../jsonOf.ts';
import { allPages } from '../paging.ts';
import type { RegistryClient } from '../registry.ts';
import { dateOf } from './dateOf.ts';
import type { Product, ProductRoom } from './product.ts';

const hourMs = 3600_000;

export const mcrProduct: Product = {
  kind: 'mcr',
  name: 'Microsoft Artifact Registry',
  matches: (host) => host === 'mcr.microsoft.com' || host === 'mcr.azure.cn',
  webUrl: (host) => (host === 'mcr.microsoft.com' ? 'https://mcr.microsoft.com' : undefined),
  can: { listRepositories: true, untag: false, deleteImage: false, deleteRepository: false },
  signIn: () => [],
  adapt: (plain, room) => adapt(plain, room),
};

/** The portal's answer is for the eyes; a list without it is complete too. */
const portalPatienceMs = 2000;
const maximumPortalBytes = 3 << 20;

function adapt(plain: RegistryClient, room: ProductRoom): RegistryClient {
  const { host } = room;
  const retired = new Set<string>();

  const tags: RegistryClient['tags'] = async (repository, ask, signal) => {
    try {
      return await plain.tags(repository, ask, signal);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.kind !== 'notFound') throw error;
      retired.add(repository);
      throw gone(host, repository, error);
    }
  };

  return {
    ...plain,
    // The catalog is one list of everything, and changes rarely.
    keeps: { repositoriesMs: 24 * hourMs, tagsMs: 6 * hourMs },
    isRetired: (repository) => retired.has(repository),
    tags,
    async allTags(repository, signal) {
      const shown = portalRows(room, repository, signal);
      const rows = await allPages((cursor) => tags(repository, { n: 1000, ...(cursor && { cursor }) }, signal), host);
      const more = await shown;
      return rows.map((row) => ({ ...row, ...more.get(row.name) }));
    },
    async deleteImage() {
      throw new ProblemError({
        kind: 'unsupported',
        subject: host,
        message: `${host} is Microsoft's own: only Microsoft deletes images there.`,
      });
    },
  };
}

type More = Pick<TagRow, 'digest' | 'date' | 'dated' | 'platforms'>;

/**
 * What the registry's pages know of tags, by name: one row of theirs for each tag and platform. Undocumented, so it may be
 * empty, whatever is wrong.
 */
async function portalRows(
  room: ProductRoom,
  repository: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, More>> {
  const { host, setting, now } = room;
  const found = new Map<string, { more: More; platforms: Set<string> }>();
  const hasPortal = (setting.webUrl ?? mcrProduct.webUrl?.(host)) !== undefined;
  if (!hasPortal || !isRepository(repository)) return new Map();
  try {
    const path = `/api/v1/catalog/${repository}/tags?reg=mar`;
    const patience = AbortSignal.any([signal, AbortSignal.timeout(portalPatienceMs)]);
    const response = await room.api({ path, maximumBytes: maximumPortalBytes }, patience);
    for (const row of array(jsonOf(response, host, `the tags of ${repository}`, now())).map(fields)) {
      const name = text(row['name']);
      const [digest, date] = [text(row['digest']), dateOf(row['lastModifiedDate'])];
      const more: More = { ...(digest !== '' && { digest }), ...(date !== undefined && { date, dated: 'pushed' }) };
      const entry = found.get(name) ?? { more, platforms: new Set() };
      found.set(name, entry);
      const [os, architecture] = [text(row['operatingSystem']), text(row['architecture'])];
      if (os !== '' && architecture !== '') entry.platforms.add(platformOf(os, architecture));
    }
  } catch {
    return new Map(); // only what was not asked for is missing; an abort is the list's own to tell
  }
  return new Map([...found].map(([name, { more, platforms }]) => [name, { ...more, platforms: [...platforms] }]));
}

/** The portal says `arm32` where everybody else says `arm`. */
const platformOf = (os: string, architecture: string): string =>
  formatPlatform(normalisePlatform({ os, architecture: architecture === 'arm32' ? 'arm' : architecture }));

function gone(host: string, repository: string, cause: ProblemError): ProblemError {
  return new ProblemError(
    {
      kind: 'notFound',
      subject: host,
      message: `${host} has nothing to pull in ${repository}: it is retired, or the name is wrong.`,
      next: 'Choose another repository.',
    },
    cause,
  );
}
