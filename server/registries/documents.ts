/** Manifests and configs as a registry keeps them, to be looked at. */
import type { Platform } from '../../common/platform.ts';
import { isDigest } from '../../common/reference.ts';
import { ProblemError } from '../util/problemError.ts';
import type { Content } from './distribution.ts';
import { readManifest } from './manifest.ts';
import { pickPlatform } from './pickPlatform.ts';
import type { Registries } from './registries.ts';
import type { RegistryClient } from './registry.ts';

export interface DocumentQuestion {
  readonly host: string;
  readonly repository: string;
  /** A tag or digest. */
  readonly reference: string;
  readonly what: 'manifest' | 'config';
  /** Whose config, where the reference is of several images. */
  readonly platform?: Platform | undefined;
}

/** As JSON, unchanged. Throws a ProblemError. */
export function registryDocument(
  registries: Registries,
  { host, repository, reference, what, platform }: DocumentQuestion,
  signal: AbortSignal,
): Promise<unknown> {
  const subject = `${host}/${repository}${isDigest(reference) ? '@' : ':'}${reference}`;
  return registries.ask(host, async (client) => {
    const manifest = await client.manifest(repository, reference, signal);
    if (what === 'manifest') return parsed(manifest.bytes, subject);
    return parsed(await configBytes(client, repository, manifest, platform, subject, signal), subject);
  });
}

async function configBytes(
  client: RegistryClient,
  repository: string,
  { digest, contentType, bytes }: Content,
  platform: Platform | undefined,
  subject: string,
  signal: AbortSignal,
): Promise<Buffer> {
  const manifest = readManifest(contentType, bytes, subject);
  if (manifest.kind === 'image') return (await client.blob(repository, manifest.configDigest, signal)).bytes;
  if (manifest.kind === 'artifact') throw noConfig(subject);
  const { platforms } = await client.details(repository, digest, signal);
  const image = pickPlatform(platforms, platform, subject);
  const child = await client.manifest(repository, image.digest, signal);
  return configBytes(client, repository, child, platform, subject, signal);
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
  const message = `${subject} is not a container image and has no config of one.`;
  return new ProblemError({ kind: 'unsupported', subject, message, next: 'Look at its manifest.' });
}
