import type { Problem } from '../../common/known.ts';
import type { EngineStatus } from '../../common/protocol.ts';
import { ProblemError, problemOf } from '../util/problemError.ts';
import { untilAborted } from '../util/signal.ts';
import { type EndpointWorld, findEndpoints } from './endpoint.ts';
import type { Connected } from './firstAnswering.ts';

/** What became of the connection. */
export interface ConnectionNews {
  readonly event: 'engine: connected' | 'engine: gone' | 'engine: not reached';
  readonly state: EngineStatus | Problem;
  /** Whether nothing was known before: whoever asked hears it as the answer. */
  readonly first: boolean;
}

/**
 * Which engine there is now. Unlike `connectFirst`, which tries once, this remembers the answer, lets many ask at the
 * same time, and tells when the answer becomes another.
 */
export class Connection {
  private readonly world: () => Promise<EndpointWorld>;
  private readonly onNews: (news: ConnectionNews) => void;
  private readonly lifetime = new AbortController();
  private connected: Connected | undefined;
  private connecting: Promise<Connected> | undefined;
  /** Counts {@link forget}: what an attempt finds that began before is of no use. */
  private generation = 0;
  private told: string | undefined;

  constructor(world: () => Promise<EndpointWorld>, onNews: (news: ConnectionNews) => void) {
    this.world = world;
    this.onNews = onNews;
  }

  /** Connects when not connected. Throws ProblemError. An attempt bounds itself: a caller's abort only detaches it. */
  async get(signal: AbortSignal): Promise<Connected> {
    this.lifetime.signal.throwIfAborted();
    signal.throwIfAborted();
    if (this.connected !== undefined) return this.connected;
    this.connecting ??= this.connect().finally(() => {
      this.connecting = undefined;
    });
    return untilAborted(this.connecting, signal);
  }

  get status(): EngineStatus | undefined {
    return this.connected?.status;
  }

  /** Asks the engine whether it is still there, and lets go of it when not. */
  async check(connected: Connected): Promise<void> {
    if (this.connected !== connected) return;
    try {
      await connected.check(this.lifetime.signal);
    } catch (error) {
      if (this.connected !== connected) return;
      this.forget();
      this.tell('engine: gone', problemOf(error, connected.status.address));
    }
  }

  /** Ends what runs over the present connection; the next question looks for the engine again. */
  forget(): void {
    this.generation++;
    this.connected?.transport.dispose();
    this.connected = undefined;
  }

  dispose(): void {
    this.lifetime.abort();
    this.forget();
  }

  private async connect(): Promise<Connected> {
    for (;;) {
      const { generation } = this;
      try {
        const { connectFirst } = await import('./firstAnswering.ts');
        const found = await connectFirst(await findEndpoints(await this.world()), this.lifetime.signal);
        if (generation === this.generation) {
          this.connected = found;
          this.tell('engine: connected', found.status);
          return found;
        }
        found.transport.dispose();
        this.lifetime.signal.throwIfAborted();
      } catch (error) {
        this.lifetime.signal.throwIfAborted();
        if (generation !== this.generation) continue;
        const problem = problemOf(error, 'engine');
        this.tell('engine: not reached', problem);
        throw error instanceof ProblemError ? error : new ProblemError(problem, error);
      }
    }
  }

  private tell(event: ConnectionNews['event'], state: ConnectionNews['state']): void {
    const news = JSON.stringify(state);
    if (this.told === news) return;
    const first = this.told === undefined;
    this.told = news;
    this.onNews({ event, state, first });
  }
}
