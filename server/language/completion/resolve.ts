/** What there is to know of one image that completion offers, asked for when somebody looks at it. */
import type { CompletionItem } from 'vscode-languageserver-types';
import { type ByteUnits, formatBytesIn } from '../../../common/bytes.ts';
import { formatPlatform } from '../../../common/platform.ts';
import { formatReference, type ImageReference, parseReference } from '../../../common/reference.ts';
import type { TagDetails } from '../../../common/registry.ts';
import type { BundledRepository, Images } from '../host.ts';
import { markdownCode, markdownText } from '../markdown.ts';

/**
 * The item with the sizes, dates and the digest of its image in its documentation; as it is where nothing is known of it. What
 * ships with Gantry stands in for a registry that does not answer. Throws AbortError when `signal` aborts.
 */
export async function resolveItem(
  item: CompletionItem,
  images: Images,
  units: ByteUnits,
  signal: AbortSignal,
): Promise<CompletionItem> {
  const reference = referenceOf(item.data);
  if (reference === undefined) return item;
  const [details, bundle] = await Promise.all([images.details(reference, signal), images.bundled(reference)]);
  const lines =
    details.state === 'known'
      ? described(details.value, units)
      : [
          ...bundledLines(bundle, reference.tag, units),
          ...(details.state === 'failed' ? [markdownText(details.problem.message)] : []),
        ];
  if (lines.length === 0) return item;
  const value = [markdownCode(formatReference(reference)), ...lines].join('\n\n');
  return { ...item, documentation: { kind: 'markdown', value } };
}

function referenceOf(data: unknown): ImageReference | undefined {
  const image = typeof data === 'object' && data !== null && 'image' in data ? data.image : undefined;
  return typeof image === 'string' ? parseReference(image) : undefined;
}

/** More than so many platforms are not looked at one by one. */
const shownPlatforms = 12;

function described({ platforms, digest, kind, artifactType }: TagDetails, units: ByteUnits): readonly string[] {
  if (kind === 'artifact') return [`Not an image: ${markdownCode(artifactType ?? 'artifact')}`];
  const rows = platforms.map(({ platform, compressedBytes, created }) => {
    const version = platform.osVersion === undefined ? '' : ` ${platform.osVersion}`;
    return row(`${formatPlatform(platform)}${version}`, compressedBytes, created, units);
  });
  return [...listOf(rows), `Digest ${markdownCode(digest)}`];
}

export function bundledLines(
  bundle: BundledRepository | undefined,
  tag: string | undefined,
  units: ByteUnits,
): readonly string[] {
  const image = bundle?.images.find(({ tags }) => tag !== undefined && tags.includes(tag));
  if (bundle === undefined || image === undefined) return [];
  const rows = image.platforms.map(({ name, compressedBytes }) => row(name, compressedBytes, image.created, units));
  return [...listOf(rows), `As it was built on ${dayOf(bundle.at)}.`];
}

function listOf(rows: readonly string[]): readonly string[] {
  if (rows.length === 0) return [];
  const more = rows.length - shownPlatforms;
  return [[...rows.slice(0, shownPlatforms), ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')];
}

function row(
  platform: string,
  compressedBytes: number | undefined,
  created: number | undefined,
  units: ByteUnits,
): string {
  const facts = [
    ...(compressedBytes === undefined ? [] : [`${formatBytesIn(units, compressedBytes)} to download`]),
    ...(created === undefined || created < earliest ? [] : [`created ${dayOf(created)}`]),
  ];
  return `- ${markdownCode(platform)}${facts.length > 0 ? ` ${facts.join(', ')}` : ''}`;
}

/** Builds that can be repeated are dated to year 1, or to 1970. */
const earliest = Date.UTC(1980, 0);

/** In a date of year 300,000 there is none. */
function dayOf(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? 'an unknown day' : date.toISOString().slice(0, 10);
}
