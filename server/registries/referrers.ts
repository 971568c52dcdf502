/** What refers to an image: signatures, SBOMs, attestations. Source: distribution-spec "Listing Referrers"; cosign's tags. */

import { isDigest } from '../../common/reference.ts';
import type { ReferrerRow } from '../../common/registry.ts';
import { array, fields, text } from '../util/json.ts';
import { ProblemError } from '../util/problemError.ts';
import type { Distribution } from './distribution.ts';
import { jsonOf } from './jsonOf.ts';
import { createdOf, isMediaType } from './manifest.ts';

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
 * cosign's tags.
 */
export async function referrersOf(
  host: string,
  distribution: Distribution,
  repository: string,
  digest: string,
  now: () => number,
  signal: AbortSignal,
): Promise<readonly ReferrerRow[]> {
  const [listed, ...signed] = await Promise.all([
    listedReferrers(host, distribution, repository, digest, now, signal),
    ...Object.entries(cosignTypes).map(([suffix, artifactType]) =>
      cosignReferrer(distribution, repository, `${tagOf(digest)}.${suffix}`, artifactType, signal),
    ),
  ]);
  return [...listed, ...signed.flat()];
}

const tagOf = (digest: string): string => digest.replace(':', '-');

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
  const response = await distribution.request({ path, ...access }, signal);
  if (response.status === 200) return rowsOf(jsonOf(response, host, `what refers to ${repository}@${digest}`, now()));
  // Whatever else it says to a path that it may not know: the tag that stands in for the list has the last word.
  const fallback = await ifThere(() => distribution.manifest(repository, tagOf(digest), signal));
  if (fallback === undefined) return [];
  const tag = tagOf(digest);
  return rowsOf(JSON.parse(fallback.bytes.toString('utf8'))).map((row) => ({ ...row, tag }));
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

function rowsOf(index: unknown): readonly ReferrerRow[] {
  return array(fields(index)['manifests'])
    .slice(0, maximumReferrers)
    .flatMap((value) => {
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
