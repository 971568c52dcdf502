/** What Docker Hub's web API answers, read into rows. Its shapes are those that it sends, not those of its documentation. */
import { formatPlatform, normalisePlatform, type Platform } from '../../../../common/platform.ts';
import { dockerHub, isDigest, isRepository, isTag } from '../../../../common/reference.ts';
import type { PlatformDetails, RepositoryRow, SearchRow, TagDetails, TagRow } from '../../../../common/registry.ts';
import { array, fields, text } from '../../../util/json.ts';
import { ProblemError } from '../../../util/problemError.ts';
import type { ListPage } from '../../paging.ts';
import { dateOf } from '../dateOf.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * `page` is the one that was asked for; the address of the next is not followed, only whether there is one counts. Throws a
 * ProblemError `badAnswer` for what is no list: that is not an empty one.
 */
export function readPage<T>(document: unknown, page: number, read: (row: Json) => T | undefined): ListPage<T> {
  const { results, next, count } = fields(document);
  if (!Array.isArray(results)) {
    const message = 'Docker Hub answered with something that is not a list.';
    throw new ProblemError({
      kind: 'badAnswer',
      subject: dockerHub,
      message,
      next: 'Check "webUrl" in gantry.registries.',
    });
  }
  const rows = results.map(fields).map(read);
  const items = rows.flatMap((row) => (row === undefined ? [] : [row]));
  // An empty page is the end, whatever is said to follow.
  const hasMore = text(next) !== '' && rows.length > 0;
  return {
    items,
    ...(hasMore && { next: String(page + 1) }),
    ...(typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 && { total: count }),
  };
}

export function repositoryOf(namespace: string, row: Json): RepositoryRow | undefined {
  const name = `${namespace}/${text(row['name'])}`;
  if (!isRepository(name)) return undefined;
  const description = text(row['description']);
  const updated = dateOf(row['last_updated']);
  return {
    name,
    ...(description !== '' && { description }),
    ...(updated !== undefined && { updated }),
    ...(row['is_private'] === true && { private: true }),
  };
}

export function tagOf(row: Json): TagRow | undefined {
  const name = text(row['name']);
  if (!isTag(name)) return undefined;
  const digest = text(row['digest']);
  const date = dateOf(row['tag_last_pushed']) ?? dateOf(row['last_updated']);
  const images = imagesOf(row);
  const [only] = images;
  const isArtifact = text(row['content_type']) !== '' && text(row['content_type']) !== 'image';
  return {
    name,
    ...(isDigest(digest) && { digest }),
    ...(date !== undefined && { date, dated: 'pushed' }),
    ...(images.length === 1 && only?.compressedBytes !== undefined && { compressedBytes: only.compressedBytes }),
    ...(images.length > 0 && { platforms: [...new Set(images.map(({ platform }) => formatPlatform(platform)))] }),
    ...(isArtifact && { kind: 'artifact' }),
  };
}

/**
 * What a tag holds, without a request that counts as a pull. Undefined where the row does not say enough: then the manifest
 * does.
 */
export function detailsOf(row: Json): TagDetails | undefined {
  const [digest, mediaType] = [text(row['digest']), text(row['media_type'])];
  const platforms = imagesOf(row);
  const kind = /\.(?:index|manifest\.list)\./.test(mediaType) ? 'index' : 'image';
  const isImage = text(row['content_type']) === 'image' && platforms.length > 0 && mediaType !== '';
  if (!isImage || !isDigest(digest)) return undefined;
  const attestations = attestationsOf(row);
  return { digest, mediaType, kind, platforms, ...(attestations.length > 0 && { attestations }) };
}

/** Which image each speaks of, the row does not say. */
function attestationsOf(row: Json): NonNullable<TagDetails['attestations']> {
  return array(row['images'])
    .map(fields)
    .flatMap(({ os, architecture, digest }) => {
      const found = text(digest);
      return text(os) === 'unknown' && text(architecture) === 'unknown' && isDigest(found) ? [{ digest: found }] : [];
    });
}

/** Attestations stand among the images as of an unknown platform. */
function imagesOf(row: Json): readonly PlatformDetails[] {
  return array(row['images'])
    .map(fields)
    .flatMap((image) => {
      const platform = platformOf(image);
      const [digest, size] = [text(image['digest']), image['size']];
      if (platform === undefined || !isDigest(digest)) return [];
      const hasSize = typeof size === 'number' && Number.isSafeInteger(size) && size > 0;
      return [{ platform, digest, ...(hasSize && { compressedBytes: size }) }];
    });
}

function platformOf(image: Json): Platform | undefined {
  const [os, architecture, variant, osVersion] = [
    text(image['os']),
    text(image['architecture']),
    text(image['variant']),
    text(image['os_version']),
  ];
  if (![os, architecture].every((word) => /^[\w-]{1,40}$/.test(word) && word !== 'unknown')) return undefined;
  return normalisePlatform({
    os,
    architecture,
    ...(/^[\w-]{1,40}$/.test(variant) && { variant }),
    ...(/^[\w.-]{1,40}$/.test(osVersion) && { osVersion }),
  });
}

export function searchRowOf(row: Json): SearchRow | undefined {
  const name = text(row['repo_name']);
  if (!isRepository(name)) return undefined;
  const count = (value: unknown) => (typeof value === 'number' && value >= 0 ? value : undefined);
  const pulls = count(row['pull_count']);
  return {
    name,
    description: text(row['short_description']),
    stars: count(row['star_count']) ?? 0,
    ...(pulls !== undefined && { pulls }),
    official: row['is_official'] === true,
  };
}
