/** What pulling and pushing have in common: a stream of progress, in which errors may come. */
import type { ProblemKind } from '../../common/known.ts';
import type { PullProgress } from '../../common/protocol.ts';
import { parseReference } from '../../common/reference.ts';
import { engineAdvice } from '../util/engineAdvice.ts';
import { fields, text } from '../util/json.ts';
import { lines } from '../util/lines.ts';
import { ProblemError } from '../util/problemError.ts';
import { badAnswer, connectionError } from './engineProblem.ts';
import type { EngineRequest, Transport } from './transport.ts';

/**
 * Sends `request` and hands on each line of its answer. Throws ProblemError about its subject, a reference, also for an error
 * that comes amid the lines.
 */
export async function transfer(
  engine: Transport,
  request: EngineRequest & { readonly subject: string },
  onMessage: (message: Readonly<Record<string, unknown>>) => void,
  signal: AbortSignal,
): Promise<void> {
  const { subject } = request;
  const answer = await engine.stream(request, signal).catch((error) => {
    throw error instanceof ProblemError ? transferError(error.problem.message, subject, error) : error;
  });
  try {
    for await (const line of lines(answer)) {
      const message = fields(JSON.parse(line));
      const failure = text(message['error']);
      if (failure !== '') throw transferError(failure, subject);
      onMessage(message);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof SyntaxError
      ? badAnswer(subject, 'the progress is not JSON', error)
      : connectionError(error, subject);
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

  constructor(kind: PullProgress['kind']) {
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

/** In order: the first that fits says what it is. */
const refusals: readonly { readonly words: RegExp; readonly kind: ProblemKind; readonly next?: string }[] = [
  {
    words: /unauthorized|no basic auth credentials|authentication required/i,
    kind: 'unauthorized',
    next: 'Sign in to the registry.',
  },
  // What is said of a Helm chart. Source: moby, distribution/errors.go; Podman's libimage.
  {
    words: /unsupported media type|unsupported image-specific operation on artifact/i,
    kind: 'unsupported',
    next: 'It is no container image: its manifest says what it is.',
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
