import type { PullProgress } from '../../common/protocol.ts';
import { parseReference } from '../../common/reference.ts';
import type { Credentials } from '../util/credential.ts';
import { ProblemError } from '../util/problemError.ts';
import { registryAuth } from './registryAuth.ts';
import { LayerProgress, transfer } from './transfer.ts';
import type { Transport } from './transport.ts';

export interface PullOptions {
  /** For example `linux/arm64`; default the engine's own. */
  readonly platform: string | undefined;
  readonly credentials: Pick<Credentials, 'find'>;
  readonly onProgress: (progress: PullProgress) => void;
}

/** Pulls one tag (default `latest`) or digest. Throws ProblemError, also for an error that comes amid the progress. */
export async function pullImage(
  engine: Transport,
  reference: string,
  options: PullOptions,
  signal: AbortSignal,
): Promise<void> {
  const parsed = parseReference(reference);
  if (parsed === undefined) {
    const message = 'This is no reference of an image.';
    throw new ProblemError({ kind: 'unsupported', subject: reference, message, next: 'Write it like team/app:1.0.' });
  }
  const { registry, repository, tag, digest } = parsed;
  const credential = await options.credentials.find(registry, repository, signal);
  const progress = new LayerProgress('pull');
  await transfer(
    engine,
    {
      method: 'POST',
      path: '/images/create',
      // Without a tag the engine would pull all of them.
      query: { fromImage: `${registry}/${repository}`, tag: digest ?? tag ?? 'latest', platform: options.platform },
      headers: credential === undefined ? {} : { 'X-Registry-Auth': registryAuth(credential, registry) },
      subject: reference,
    },
    (message) => options.onProgress(progress.add(message)),
    signal,
  );
}
