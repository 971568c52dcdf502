import { type ByteUnits, formatBytesIn } from '../../../common/bytes.ts';
import type { Known, Problem } from '../../../common/known.ts';
import { sentenceOf } from '../../../common/known.ts';
import { formatPlatform, type Platform } from '../../../common/platform.ts';
import { formatReference, type ImageReference } from '../../../common/reference.ts';
import type { ImageLayers, LayerRow, PlatformDetails, TagDetails } from '../../../common/registry.ts';
import { bundledLines } from '../completion/resolve.ts';
import type { BundledRepository, Images } from '../host.ts';
import { imageEnds } from '../imageEnds.ts';
import type { ImageDescription } from '../imageKnowledge.ts';
import { markdownCode, markdownLink, markdownText } from '../markdown.ts';

export interface HoveredImage {
  readonly reference: ImageReference;
  /** Undefined where the engine's is meant. */
  readonly platform: Platform | undefined;
}

/** Who reads it: when, in milliseconds since 1970, and in which units. */
export interface Reading {
  readonly now: number;
  readonly units: ByteUnits;
}

/**
 * What an image is: its name, its platforms, what it runs, and what of it the engine has. Answers within 300 ms with what is known
 * by then. All that a registry says is shown as plain text.
 */
export async function imageMarkdown(
  { reference, platform }: HoveredImage,
  images: Images,
  reading: Reading,
  signal: AbortSignal,
): Promise<string> {
  images.localImage(reference); // begins the look-up, which is over when the registry has answered
  const [description, bundle] = await Promise.all([
    images.describe(reference, platform, signal),
    images.bundled(reference),
  ]);
  const local = images.localImage(reference);
  const unpackedBytes = local.state === 'known' ? local.value.bytes : undefined;
  return [
    nameLine(reference, images.page(reference)),
    ...registryLines(description, bundle, reference, reading),
    ...imageLines(description.image, unpackedBytes, reading.units),
    ...imageEnds(reference, bundle, reading.now).map((line) => `⚠ ${markdownText(line)}`),
  ].join('\n\n');
}

function nameLine(reference: ImageReference, page: string | undefined): string {
  const { digest } = reference;
  const { digest: _, ...named } = reference;
  const name = markdownCode(formatReference(named));
  const linked = page === undefined ? name : markdownLink(name, page);
  return digest === undefined || reference.tag !== undefined ? linked : `${linked} by its digest`;
}

function registryLines(
  { details, image }: ImageDescription,
  bundle: BundledRepository | undefined,
  { registry, tag = 'latest' }: ImageReference,
  reading: Reading,
): readonly string[] {
  switch (details.state) {
    case 'known':
      return [...described(details.value, image, reading), ...layerLines(details.value, image, registry)];
    case 'pending':
      return [...bundledLines(bundle, tag, reading.units), `Asking ${markdownText(registry)}…`];
    case 'failed':
      return [problemLine(details.problem), ...bundledLines(bundle, tag, reading.units)];
  }
}

/** Why what runs in it is not told. */
function layerLines({ kind }: TagDetails, image: Known<ImageLayers>, registry: string): readonly string[] {
  if (image.state === 'pending') return [`Asking ${markdownText(registry)} what runs in it…`];
  return image.state === 'failed' && kind !== 'artifact' ? [problemLine(image.problem)] : [];
}

const problemLine = (problem: Problem): string =>
  markdownText([sentenceOf(problem), ...(problem.next === undefined ? [] : [problem.next])].join(' '));

/** More than so many platforms are not looked at one by one. */
const shownPlatforms = 12;

function described(
  { digest, kind, artifactType, platforms }: TagDetails,
  image: Known<ImageLayers>,
  reading: Reading,
): readonly string[] {
  const short = `Digest ${markdownCode(shortDigest(digest))}`;
  if (kind === 'artifact') return [`Not an image: ${markdownCode(artifactType ?? 'artifact')}`, short];
  const [common, ...others] = new Set(platforms.map(({ created }) => ageOf(created, reading.now)));
  // Some registries date no platforms; the image itself does.
  const built = common ?? (image.state === 'known' ? ageOf(image.value.created, reading.now) : undefined);
  const facts = built !== undefined && others.length === 0 ? `${short}, built ${built}` : short;
  return platforms.length === 0 ? [facts] : [facts, tableOf(platforms, others.length > 0, reading)];
}

const shortDigest = (digest: string): string => digest.slice(0, digest.indexOf(':') + 13);

function tableOf(platforms: readonly PlatformDetails[], dated: boolean, { now, units }: Reading): string {
  const rows = platforms.slice(0, shownPlatforms).map(({ platform, compressedBytes, created }) => {
    const size = compressedBytes === undefined ? '' : formatBytesIn(units, compressedBytes);
    return `| ${platformName(platform)} | ${size} |${dated ? ` ${ageOf(created, now) ?? ''} |` : ''}`;
  });
  const more = platforms.length - rows.length;
  return [
    `| Platform | To download |${dated ? ' Built |' : ''}`,
    `| --- | ---: |${dated ? ' --- |' : ''}`,
    ...rows,
    ...(more > 0 ? [`| and ${more} more | |${dated ? ' |' : ''}`] : []),
  ].join('\n');
}

function platformName(platform: Platform): string {
  const { osVersion } = platform;
  return markdownCode(osVersion === undefined ? formatPlatform(platform) : `${formatPlatform(platform)} ${osVersion}`);
}

/** What runs in it, and how much of it has to be fetched. */
function imageLines(image: Known<ImageLayers>, unpackedBytes: number | undefined, units: ByteUnits): readonly string[] {
  const here =
    unpackedBytes === undefined ? [] : [`On this engine it takes ${formatBytesIn(units, unpackedBytes)} unpacked.`];
  if (image.state !== 'known') return here;
  const { platform, config, layers } = image.value;
  const { user, workingDirectory, entrypoint = [], command = [], exposedPorts = [] } = config;
  const starts = [...entrypoint, ...command].map(quoted).join(' ');
  const facts = [
    ...(starts === '' ? [] : [`starts ${markdownCode(cut(starts))}`]),
    ...(user === undefined ? [] : [`as user ${markdownCode(cut(user))}`]),
    ...(workingDirectory === undefined ? [] : [`in ${markdownCode(cut(workingDirectory))}`]),
    ...(exposedPorts.length === 0 ? [] : [`exposes ${markdownCode(cut(exposedPorts.join(' ')))}`]),
  ];
  return [
    ...(facts.length === 0 ? [] : [`For ${platformName(platform)}: ${facts.join(', ')}.`]),
    ...[downloadLine(layers, units), ...here].flatMap((line) => (line === undefined ? [] : [line])),
  ];
}

/** A word of a command as a shell would take it, so that one sees where it ends. */
const quoted = (word: string): string => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word));

const maximumText = 300;
const cut = (text: string): string => (text.length > maximumText ? `${text.slice(0, maximumText)}…` : text);

/** Undefined where it is not known what the engine has. Compressed bytes, a layer that comes twice counted once. */
function downloadLine(layers: readonly LayerRow[], units: ByteUnits): string | undefined {
  if (layers.length === 0 || layers.some(({ local }) => local === undefined)) return undefined;
  const once = [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
  const sum = (rows: readonly LayerRow[]) => rows.reduce((bytes, { compressedBytes }) => bytes + compressedBytes, 0);
  const missing = once.filter(({ local }) => !local);
  if (missing.length === 0)
    return `This engine has all of it: nothing of ${formatBytesIn(units, sum(once))} to download.`;
  return `${formatBytesIn(units, sum(missing))} of ${formatBytesIn(units, sum(once))} to download.`;
}

const dayMs = 24 * 60 * 60 * 1000;
/** Builds that can be repeated are dated to year 1, or to 1970. */
const earliest = Date.UTC(1980, 0);

/** `12 days ago`; undefined where the day is not known. */
function ageOf(created: number | undefined, now: number): string | undefined {
  if (created === undefined || created < earliest || created > now + dayMs) return undefined;
  const days = Math.floor((now - created) / dayMs);
  if (days < 1) return 'today';
  if (days === 1) return 'yesterday';
  if (days < 61) return `${days} days ago`;
  return days < 730 ? `${Math.floor(days / 30.44)} months ago` : `${Math.floor(days / 365.25)} years ago`;
}
