import type { Image, ImageConfig } from '../../common/protocol.ts';
import { parseReference } from '../../common/reference.ts';
import { array, fields, strings, text } from '../util/json.ts';
import { ProblemError } from '../util/problemError.ts';
import { path } from './apiPath.ts';
import { badAnswer } from './engineProblem.ts';
import type { Transport } from './transport.ts';

/** All images, one entry an image id. Throws ProblemError. */
export async function listImages(engine: Pick<Transport, 'json'>, signal: AbortSignal): Promise<readonly Image[]> {
  const answer = await engine.json({ method: 'GET', path: '/images/json' }, signal);
  if (!Array.isArray(answer)) throw badAnswer('images', 'it is not a list of images');
  return answer.map(toImage);
}

/** The engine's own JSON. `reference` may be an id. Throws ProblemError. */
export function inspectImage(
  engine: Pick<Transport, 'json'>,
  reference: string,
  signal: AbortSignal,
): Promise<unknown> {
  return engine.json({ method: 'GET', path: path`/images/${reference}/json`, subject: reference }, signal);
}

/** One entry an instruction, the newest first. Throws ProblemError. */
export async function imageHistory(
  engine: Pick<Transport, 'json'>,
  reference: string,
  signal: AbortSignal,
): Promise<readonly { readonly createdBy: string; readonly bytes: number; readonly createdAt: number }[]> {
  const request = { method: 'GET', path: path`/images/${reference}/history`, subject: reference } as const;
  return array(await engine.json(request, signal)).map((entry) => {
    const { CreatedBy, Size, Created } = fields(entry);
    return { createdBy: text(CreatedBy), bytes: Number(Size), createdAt: Number(Created) * 1000 };
  });
}

export async function imageConfig(engine: Transport, reference: string, signal: AbortSignal): Promise<ImageConfig> {
  return toImageConfig(await inspectImage(engine, reference, signal), reference);
}

/** One tag, or the image with its last. Throws ProblemError: `conflict` when a container uses it or an id has several tags. */
export async function removeImage(
  engine: Transport,
  reference: string,
  force: boolean,
  signal: AbortSignal,
): Promise<void> {
  const next = { conflict: 'Remove the containers that use it and its other tags first, or remove it by force.' };
  await engine.json(
    { method: 'DELETE', path: path`/images/${reference}`, query: { force }, subject: reference, next },
    signal,
  );
}

export async function tagImage(
  engine: Transport,
  reference: string,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const parsed = parseReference(target);
  if (parsed === undefined || parsed.digest !== undefined) {
    const message = 'A tag is a name in lower case like team/app:1.0, without a digest.';
    throw new ProblemError({ kind: 'unsupported', subject: target, message });
  }
  const query = { repo: `${parsed.registry}/${parsed.repository}`, tag: parsed.tag ?? 'latest' };
  await engine.json({ method: 'POST', path: path`/images/${reference}/tag`, query, subject: reference }, signal);
}

/** One entry of GET /images/json. */
export function toImage(entry: unknown): Image {
  const { Id, RepoTags, RepoDigests, Size, Created, Containers } = fields(entry);
  return {
    id: text(Id),
    tags: strings(RepoTags).filter((tag) => tag !== '<none>:<none>'),
    digests: strings(RepoDigests).filter((digest) => !digest.startsWith('<none>@')),
    bytes: Number(Size),
    created: Number(Created) * 1000,
    // -1: not counted.
    ...(typeof Containers === 'number' && Containers >= 0 ? { containers: Containers } : {}),
  };
}

/** From GET /images/{name}/json. */
export function toImageConfig(inspected: unknown, reference: string): ImageConfig {
  const { Id, Os, Architecture, Variant, OsVersion, Size, Config } = fields(inspected);
  if (typeof Id !== 'string') throw badAnswer(reference, 'it is not an image');
  const config = fields(Config);
  return {
    id: Id,
    platform: {
      os: text(Os),
      architecture: text(Architecture),
      ...(text(Variant) === '' ? {} : { variant: text(Variant) }),
      ...(text(OsVersion) === '' ? {} : { osVersion: text(OsVersion) }),
    },
    entrypoint: strings(config['Entrypoint']),
    command: strings(config['Cmd']),
    environment: strings(config['Env']),
    exposedPorts: Object.keys(fields(config['ExposedPorts'])),
    workingDirectory: text(config['WorkingDir']),
    user: text(config['User']),
    labels: Object.fromEntries(Object.entries(fields(config['Labels'])).map(([name, value]) => [name, text(value)])),
    bytes: Number(Size),
  };
}
