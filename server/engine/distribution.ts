import type { Credential } from '../util/credential.ts';
import { path } from './apiPath.ts';
import { registryAuth } from './registryAuth.ts';
import type { Transport } from './transport.ts';

/**
 * Lets the engine look up an image at its registry, with its own network and its own trust. Rejects with what it says.
 * Source: the engine's API, DistributionInspect. Podman has no such thing.
 */
export async function inspectAtRegistry(
  engine: Pick<Transport, 'json'>,
  reference: string,
  signIn: { readonly registry: string; readonly credential: Credential | undefined },
  signal: AbortSignal,
): Promise<void> {
  const { registry, credential } = signIn;
  const headers = credential === undefined ? {} : { 'X-Registry-Auth': registryAuth(credential, registry) };
  await engine.json(
    { method: 'GET', path: path`/distribution/${reference}/json`, headers, subject: reference },
    signal,
  );
}
