/** What refers to an image: signatures, SBOMs, attestations. Source: distribution-spec "Listing Referrers"; cosign's tags. */

import { isDigest, isRepository } from '../../common/reference.ts';
import type { ReferrerRow } from '../../common/registry.ts';
import { fields, text } from '../util/json.ts';
import { ProblemError } from '../util/problemError.ts';
import { answerProblem } from './answerProblem.ts';
import type { Distribution } from './distribution.ts';
import type { HttpResponse } from './http.ts';
import { createdOf, isMediaType } from './manifest.ts';
import { nextQuery } from './paging.ts';

/** No image has as many; a registry may claim to. */
const maximumReferrers = 500;
const maximumText = 500;

/** What cosign keeps under a tag made of the digest, for registries without referrers. */
const cosignTypes: Readonly<Record<string, string>> = {
  sig: 'application/vnd.dev.cosign.simplesigning.v1+json',
  att: 'application/vnd.dsse.envelope.v1+json',
  sbom: 'application/vnd.dev.cosign.sbom',
};

/**
 * All that refers to `digest`: by the registry's own list, where it has none by the tag that stands in for it, and by
 * cosign's tags. Each once.
 */
export async function referrersOf(
  host: string,
  distribution: Distribution,
  repository: string,
  digest: string,
  now: () => number,
  signal: AbortSignal,
): Promise<readonly ReferrerRow[]> {
  if (!isRepository(repository) || !isDigest(digest)) throw notAName(host, `${repository}@${digest}`);
  const [listed, ...signed] = await Promise.all([
    listedReferrers(host, distribution, repository, digest, now, signal),
    ...Object.entries(cosignTypes).map(([suffix, artifactType]) =>
      cosignReferrer(distribution, repository, `${tagOf(digest)}.${suffix}`, artifactType, signal),
    ),
  ]);
  const rows = new Map<string, ReferrerRow>();
  for (const row of [...listed, ...signed.flat()]) if (!rows.has(row.digest)) rows.set(row.digest, row);
  return [...rows.values()];
}

const tagOf = (digest: string): string => digest.replace(':', '-');

/** To an address that they do not know, registries, and what stands before them, answer one of these. */
const unknownHere: ReadonlySet<number> = new Set([400, 403, 404, 405, 406, 501]);

async function listedReferrers(
  host: string,
  distribution: Distribution,
  repository: string,
  digest: string,
  now: () => number,
  signal: AbortSignal,
): Promise<readonly ReferrerRow[]> {
  const path = `/v2/${repository}/referrers/${digest}`;
  const access = { scope: `repository:${repository}:pull`, repository };
  const what = `what refers to ${repository}@${digest}`;
  const rows = new Map<string, ReferrerRow>();
  let query: string | undefined;
  do {
    const response = await distribution.request(
      { path: query === undefined ? path : `${path}?${query}`, ...access },
      signal,
    );
    const page = response.status === 200 ? rowsOf(response.body) : undefined;
    const isUnknown = unknownHere.has(response.status) || response.status === 200;
    // Who has such lists answers with an index and nothing else; a page for people is no list.
    if (page === undefined && query === undefined && isUnknown)
      return taggedReferrers(distribution, repository, digest, signal);
    if (page === undefined) throw pageProblem(response, host, what, now());
    const before = rows.size;
    for (const row of page) rows.set(row.digest, row);
    if (rows.size === before) break;
    query = nextQuery(response.headers['link'], response.url, [...rows.keys()]);
  } while (query !== undefined && rows.size < maximumReferrers);
  return [...rows.values()].slice(0, maximumReferrers);
}

/** Source: distribution-spec, "Referrers Tag Schema". */
async function taggedReferrers(
  distribution: Distribution,
  repository: string,
  digest: string,
  signal: AbortSignal,
): Promise<readonly ReferrerRow[]> {
  const tag = tagOf(digest);
  const kept = await ifThere(() => distribution.manifest(repository, tag, signal));
  return (kept && rowsOf(kept.bytes)?.map((row) => ({ ...row, tag }))) ?? [];
}

function pageProblem(response: HttpResponse, host: string, what: string, now: number): ProblemError {
  if (response.status !== 200) return answerProblem(response, host, what, now);
  const message = `${host} answered for ${what} with something that is not a list.`;
  return new ProblemError({
    kind: 'badAnswer',
    subject: host,
    message,
    next: 'Check that no proxy answers in its place.',
  });
}

function notAName(host: string, name: string): ProblemError {
  const message = `${host} cannot have ${name.slice(0, 200)}: that is not a valid name.`;
  return new ProblemError({ kind: 'notFound', subject: host, message, next: 'Check the spelling.' });
}

async function cosignReferrer(
  distribution: Distribution,
  repository: string,
  tag: string,
  artifactType: string,
  signal: AbortSignal,
): Promise<readonly ReferrerRow[]> {
  const digest = await ifThere(() => distribution.resolve(repository, tag, signal));
  return digest === undefined ? [] : [{ digest, artifactType, annotations: {}, tag }];
}

async function ifThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemError && error.problem.kind === 'notFound') return undefined;
    throw error;
  }
}

/** Of an index; undefined for anything else. */
function rowsOf(bytes: Buffer): readonly ReferrerRow[] | undefined {
  const { manifests } = indexOf(bytes);
  if (!Array.isArray(manifests)) return undefined;
  return manifests.slice(0, maximumReferrers).flatMap((value: unknown) => {
    const { digest, artifactType, mediaType, size, annotations } = fields(value);
    if (typeof digest !== 'string' || !isDigest(digest)) return [];
    const type = [artifactType, mediaType].find(isMediaType) ?? 'application/octet-stream';
    const texts = Object.entries(fields(annotations)).flatMap(([name, said]) =>
      typeof said === 'string' ? [[name.slice(0, maximumText), said.slice(0, maximumText)] as const] : [],
    );
    return [
      {
        digest,
        artifactType: type,
        ...(typeof size === 'number' && size >= 0 && { bytes: size }),
        ...createdOf(text(fields(annotations)['org.opencontainers.image.created'])),
        annotations: Object.fromEntries(texts.slice(0, 50)),
      },
    ];
  });
}

function indexOf(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    return fields(JSON.parse(bytes.toString('utf8')));
  } catch {
    return {}; // no index, as whoever asks will see
  }
}
