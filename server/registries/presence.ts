import { array, fields } from '../util/json.ts';
import { answerProblem, errorCodes } from './answerProblem.ts';
import type { Distribution } from './distribution.ts';
import type { HttpResponse } from './http.ts';
import { jsonOf } from './jsonOf.ts';
import { manifestTypes } from './manifest.ts';

/**
 * What is certain of a tag or digest. `absent`: its repository is there for us, and it is not. `noRepository`: the registry, which
 * hides nothing, does not have the repository. `unknown`: it is not there, or hidden from us.
 */
export type Presence =
  | { readonly kind: 'present' /** Where the registry names it. */; readonly digest?: string }
  | { readonly kind: 'absent' | 'noRepository' | 'unknown' };

/**
 * Looks for a manifest by HEAD, which counts as no pull; that says no more than "404", so the list of tags has to say whether it is
 * the tag that is missing. Throws a ProblemError for every other answer. Source: distribution-spec, "Checking if content exists in
 * the registry" and "Error Codes".
 */
export async function presenceOf(
  host: string,
  distribution: Pick<Distribution, 'request'>,
  repository: string,
  tagOrDigest: string,
  signal: AbortSignal,
): Promise<Presence> {
  const access = { scope: `repository:${repository}:pull`, repository };
  const name = `/v2/${repository}/manifests/${tagOrDigest}`;
  const headers = { accept: manifestTypes };
  const head = await distribution.request({ ...access, method: 'HEAD', path: name, headers, maximumBytes: 0 }, signal);
  if (head.status === 200) {
    const digest = head.headers['docker-content-digest'];
    return { kind: 'present', ...(typeof digest === 'string' && { digest }) };
  }
  if (head.status !== 404) throw answerProblem(head, host, `${repository}:${tagOrDigest}`);
  const list = await distribution.request({ ...access, path: `/v2/${repository}/tags/list?n=1` }, signal);
  if (list.status === 200) {
    const tags = array(fields(jsonOf(list, host, `the tags of ${repository}`, Date.now()))['tags']);
    // Some answer with an empty list for what they do not have.
    return { kind: tags.length > 0 && !tags.includes(tagOrDigest) ? 'absent' : 'unknown' };
  }
  if (list.status !== 404 || !errorCodes(list).includes('NAME_UNKNOWN')) return { kind: 'unknown' };
  const root = await distribution.request({ path: '/v2/', unsigned: true }, signal);
  return { kind: hidesNothing(root) ? 'noRepository' : 'unknown' };
}

/** A registry that asks nobody who they are cannot keep anything from them. JFrog's and Sonatype's can: they let the nameless in, to some of it. */
function hidesNothing({ status, headers }: HttpResponse): boolean {
  const { server } = headers;
  const isManaged =
    Object.keys(headers).some((name) => /^x-(?:jfrog|artifactory)/.test(name)) || /nexus/i.test(String(server ?? ''));
  return status === 200 && !isManaged;
}
