import type { ProblemKind } from '../../common/known.ts';
import type { PullProgress } from '../../common/protocol.ts';
import { parseReference } from '../../common/reference.ts';
import type { Credential, Credentials } from '../util/credential.ts';
import { engineAdvice } from '../util/engineAdvice.ts';
import { fields, text } from '../util/json.ts';
import { lines } from '../util/lines.ts';
import { ProblemError } from '../util/problemError.ts';
import { badAnswer, connectionError } from './engineProblem.ts';
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
  const answer = await engine
    .stream(
      {
        method: 'POST',
        path: '/images/create',
        // Without a tag the engine would pull all of them.
        query: { fromImage: `${registry}/${repository}`, tag: digest ?? tag ?? 'latest', platform: options.platform },
        headers: credential === undefined ? {} : { 'X-Registry-Auth': registryAuth(credential, registry) },
        subject: reference,
      },
      signal,
    )
    .catch((error) => {
      throw error instanceof ProblemError ? transferError(error.problem.message, reference, error) : error;
    });
  const progress = new LayerProgress();
  try {
    for await (const line of lines(answer)) {
      const message = fields(JSON.parse(line));
      const failure = text(message['error']);
      if (failure !== '') throw transferError(failure, reference);
      options.onProgress(progress.add(message));
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof SyntaxError
      ? badAnswer(reference, 'the progress is not JSON', error)
      : connectionError(error, reference);
  } finally {
    answer.destroy();
  }
}

/** Adds up what the engine tells of each layer. */
export class LayerProgress {
  private readonly layers = new Map<string, { readonly current: number; readonly total: number }>();
  private readonly kind: PullProgress['kind'];
  private readonly moving: string;
  private readonly moved: ReadonlySet<string>;

  constructor(kind: PullProgress['kind'] = 'pull') {
    this.kind = kind;
    this.moving = kind === 'pull' ? 'Downloading' : 'Pushing';
    // Extracting counts the same bytes a second time; what a registry has already is not sent.
    this.moved = new Set(kind === 'pull' ? ['Download complete'] : ['Pushed', 'Layer already exists']);
  }

  /** One line of the stream: `{"id": "<layer>", "status": "Downloading", "progressDetail": {"current", "total"}}`. */
  add(message: Readonly<Record<string, unknown>>): PullProgress {
    const id = text(message['id']);
    const status = text(message['status']);
    const { current, total } = fields(message['progressDetail']);
    const before = this.layers.get(id);
    if (status === this.moving && typeof current === 'number' && typeof total === 'number' && total > 0) {
      this.layers.set(id, { current, total });
    } else if (this.moved.has(status) && before !== undefined) {
      this.layers.set(id, { current: before.total, total: before.total });
    }
    const layers = [...this.layers.values()];
    return {
      kind: this.kind,
      current: layers.reduce((sum, layer) => sum + layer.current, 0),
      total: layers.reduce((sum, layer) => sum + layer.total, 0),
      status,
    };
  }
}

/** The value of X-Registry-Auth. */
export function registryAuth(credential: Credential, registry: string): string {
  return authHeader({ ...authOf(credential), serveraddress: registry });
}

/** JSON in base64url with its padding, without which the engine drops it silently. Source: moby api/types/registry. */
export function authHeader(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

/** A credential by the engine's names. */
export function authOf(credential: Credential): object {
  switch (credential.kind) {
    case 'basic':
      return { username: credential.username, password: credential.password };
    case 'identityToken':
      return { username: credential.username, identitytoken: credential.token };
    case 'registryToken':
      return { registrytoken: credential.token };
  }
}

/** In order: the first that fits says what it is. */
const refusals: readonly { readonly words: RegExp; readonly kind: ProblemKind; readonly next?: string }[] = [
  {
    words: /unauthorized|no basic auth credentials|authentication required/i,
    kind: 'unauthorized',
    next: 'Sign in to the registry.',
  },
  { words: /does not exist locally/i, kind: 'notFound', next: 'Build or pull it first, or give it this tag.' },
  {
    words: /pull access denied|manifest unknown|name unknown|repository .* does not exist/i,
    kind: 'notFound',
    next: 'Check the name and the tag, or sign in to the registry.',
  },
  { words: /denied/i, kind: 'denied', next: 'Sign in to the registry as someone who may do that.' },
  { words: /toomanyrequests|too many requests/i, kind: 'rateLimited' },
  { words: /x509|failed to verify certificate/i, kind: 'certificate' },
  {
    words: /connection refused|no such host|i\/o timeout|network is unreachable|HTTP response to HTTPS client/i,
    kind: 'unreachable',
  },
  { words: /not found/i, kind: 'notFound', next: 'Check the name and the tag, or sign in to the registry.' },
];

/** The engine hands a registry's refusals on as text, under whatever status. */
export function transferError(message: string, reference: string, cause?: ProblemError): ProblemError {
  const found = refusals.find(({ words }) => words.test(message));
  const host = parseReference(reference)?.registry ?? reference;
  const next = found?.next ?? engineAdvice(message, host);
  const said = { subject: reference, message: /[.!?]$/.test(message) ? message : `${message}.` };
  if (found === undefined) return cause ?? new ProblemError({ ...said, kind: 'internal' });
  return new ProblemError({ ...said, kind: found.kind, ...(next !== undefined && { next }) }, cause);
}
