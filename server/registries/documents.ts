/** Manifests and configs as a registry keeps them, to be looked at. */
import { isDigest } from '../../common/reference.ts';
import { ProblemError } from '../util/problemError.ts';
import { chooseImage, type Wanted } from './chooseImage.ts';
import type { Registries } from './registries.ts';
import type { RegistryClient } from './registry.ts';

export interface DocumentQuestion {
  readonly host: string;
  readonly repository: string;
  /** A tag or digest. */
  readonly reference: string;
  readonly what: 'manifest' | 'config';
  /** Whose config, where the reference is of several images. */
  readonly platform?: Wanted | undefined;
}

/** As JSON, unchanged. Throws a ProblemError. */
export function registryDocument(
  registries: Registries,
  { host, repository, reference, what, platform }: DocumentQuestion,
  signal: AbortSignal,
): Promise<unknown> {
  const subject = `${host}/${repository}${isDigest(reference) ? '@' : ':'}${reference}`;
  return registries.ask(host, async (client) => {
    const bytes =
      what === 'manifest'
        ? (await client.manifest(repository, reference, signal)).bytes
        : await configBytes(client, repository, reference, platform, subject, signal);
    return parsed(bytes, subject);
  });
}

async function configBytes(
  client: RegistryClient,
  repository: string,
  reference: string,
  platform: Wanted | undefined,
  subject: string,
  signal: AbortSignal,
): Promise<Buffer> {
  const named = await client.inspect(repository, reference, signal);
  if (named.manifest.kind === 'artifact') {
    if (named.manifest.configDigest === undefined) throw noConfig(subject);
    return (await client.blob(repository, named.manifest.configDigest, signal)).bytes;
  }
  const image = await chooseImage(client, repository, named, platform, subject, signal);
  const { manifest } = image === named.digest ? named : await client.inspect(repository, image, signal);
  if (manifest.kind !== 'image') throw noConfig(subject);
  return (await client.blob(repository, manifest.configDigest, signal)).bytes;
}

function parsed(bytes: Buffer, subject: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ProblemError({
      kind: 'badAnswer',
      subject,
      message: `What the registry keeps as ${subject} is not JSON.`,
    });
  }
}

function noConfig(subject: string): ProblemError {
  const message = `${subject} is not a container image, and has no config.`;
  return new ProblemError({ kind: 'unsupported', subject, message, next: 'Look at its manifest.' });
}
