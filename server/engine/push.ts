import type { PullProgress } from '../../common/protocol.ts';
import { isDigest, parseReference } from '../../common/reference.ts';
import type { Credentials } from '../util/credential.ts';
import { fields, text } from '../util/json.ts';
import { ProblemError } from '../util/problemError.ts';
import { path } from './apiPath.ts';
import { authHeader, registryAuth } from './registryAuth.ts';
import { LayerProgress, transfer } from './transfer.ts';
import type { Transport } from './transport.ts';

export interface PushOptions {
  readonly credentials: Pick<Credentials, 'find'>;
  readonly onProgress: (progress: PullProgress) => void;
}

/**
 * Pushes one tag (default `latest`) and returns the digest it has at the registry, where the engine tells. Throws
 * ProblemError, also for an error that comes amid the progress. Source: the engine's API, ImagePush.
 */
export async function pushImage(
  engine: Transport,
  reference: string,
  { credentials, onProgress }: PushOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const parsed = parseReference(reference);
  if (parsed === undefined || parsed.digest !== undefined) {
    const message = 'Only an image with a tag can be pushed.';
    throw new ProblemError({ kind: 'unsupported', subject: reference, message, next: 'Tag it first: team/app:1.0.' });
  }
  const { registry, repository, tag = 'latest' } = parsed;
  const credential = await credentials.find(registry, repository, signal);
  const progress = new LayerProgress('push');
  let digest: string | undefined;
  await transfer(
    engine,
    {
      method: 'POST',
      path: path`/images/${`${registry}/${repository}`}/push`,
      query: { tag },
      // The engine refuses a push without the header, even to a registry that asks for nothing.
      headers: { 'X-Registry-Auth': credential === undefined ? authHeader({}) : registryAuth(credential, registry) },
      subject: reference,
    },
    (message) => {
      const told = text(fields(message['aux'])['Digest']);
      if (isDigest(told)) digest = told;
      onProgress(progress.add(message));
    },
    signal,
  );
  return digest;
}
