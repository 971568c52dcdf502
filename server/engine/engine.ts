import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Problem } from '../../common/known.ts';
import type { EngineStatus, ServerNotifications } from '../../common/protocol.ts';
import { isAbort, ProblemError, problemOf } from '../util/problemError.ts';
import { backoffMs } from './backoff.ts';
import { type EndpointWorld, findEndpoints } from './endpoint.ts';
import { changesLists, type EngineEvent, followEvents } from './events.ts';
import { type Connected, connectFirst } from './firstAnswering.ts';
import type { Transport } from './transport.ts';

export type EngineChange = ServerNotifications['gantry/engine/changed']['what'][number];

/**
 * The container engine, wherever it is. Connects when first asked for something, notices when the engine goes and finds it
 * again by itself. Requests fail with ProblemError while it is gone; each tries anew, none waits for it to return.
 */
export interface Engine extends Transport {
  status(signal: AbortSignal): Promise<EngineStatus>;
  /** What changed, gathered over 100 ms. Returns how to stop listening. */
  onDidChange(listener: (what: readonly EngineChange[]) => void): () => void;
  /** Every single event, in order, also those from while the connection was broken as far as the engine has them. */
  onEvent(listener: (event: EngineEvent) => void): () => void;
  /** Tells the listeners of {@link onDidChange} of a change that the event stream does not carry: builds. */
  announce(...what: readonly EngineChange[]): void;
  /** Looks again for where the engine is: a setting has changed. */
  reconnect(): void;
  /** Ends everything that runs over it. */
  dispose(): void;
}

export interface EngineOptions {
  /** The setting `gantry.engine.host`, read at each connect. */
  readonly host?: () => string | undefined | Promise<string | undefined>;
  readonly log: EngineLog;
  readonly env?: EndpointWorld['env'];
  readonly platform?: string;
  readonly home?: string;
  readonly readFile?: EndpointWorld['readFile'];
  readonly random?: () => number;
}

export interface EngineLog {
  info(event: string, data?: Readonly<Record<string, unknown>>): void;
  warn(event: string, data?: Readonly<Record<string, unknown>>): void;
}

const everything: readonly EngineChange[] = ['status', 'containers', 'images', 'builds'];
const debounceMs = 100;
/** An event stream that lasted this long was a good one: the next failure starts with the shortest pause again. */
const steadyMs = 5000;

export function createEngine(options: EngineOptions): Engine {
  const { log, host = () => undefined, random = Math.random } = options;
  const lifetime = new AbortController();
  const changeListeners = new Set<(what: readonly EngineChange[]) => void>();
  const eventListeners = new Set<(event: EngineEvent) => void>();

  const changed = new Set<EngineChange>();
  let changeTimer: NodeJS.Timeout | undefined;
  function announce(...what: readonly EngineChange[]): void {
    if (lifetime.signal.aborted) return;
    for (const each of what) changed.add(each);
    changeTimer ??= setTimeout(() => {
      changeTimer = undefined;
      const gathered = [...changed];
      changed.clear();
      for (const listener of changeListeners) listener(gathered);
    }, debounceMs);
  }

  // 1. Connecting: one attempt at a time, shared by all who ask. It bounds itself, so that one caller's abort only detaches it.
  let connected: Connected | undefined;
  let connecting: Promise<Connected> | undefined;
  let generation = 0;
  /** What the views were last told; they hear of it again when it is different. */
  let told: string | undefined;
  function tell(event: string, state: EngineStatus | Problem): void {
    const news = JSON.stringify(state);
    if (told === news) return;
    log.info(event, { ...state });
    if (told !== undefined) announce(...everything);
    told = news;
  }

  async function connect(): Promise<Connected> {
    for (;;) {
      const started = generation;
      try {
        const found = await connectFirst(await findEndpoints(await world()), lifetime.signal);
        if (started !== generation) {
          found.transport.dispose();
          continue;
        }
        connected = found;
        tell('engine: connected', found.status);
        wake.abort();
        return found;
      } catch (error) {
        lifetime.signal.throwIfAborted();
        if (started !== generation) continue;
        const problem = problemOf(error, 'engine');
        tell('engine: not reached', problem);
        throw error instanceof ProblemError ? error : new ProblemError(problem, error);
      }
    }
  }

  async function world(): Promise<EndpointWorld> {
    return {
      host: await host(),
      env: options.env ?? process.env,
      platform: options.platform ?? process.platform,
      home: options.home ?? homedir(),
      readFile: options.readFile ?? readIfThere,
    };
  }

  async function connection(signal: AbortSignal): Promise<Connected> {
    lifetime.signal.throwIfAborted();
    signal.throwIfAborted();
    if (connected !== undefined) return connected;
    connecting ??= connect().finally(() => {
      connecting = undefined;
    });
    return untilAborted(connecting, signal);
  }

  function lose(lost: Connected, reason: unknown): void {
    if (connected !== lost) return;
    connected = undefined;
    lost.transport.dispose();
    tell('engine: gone', problemOf(reason, lost.status.address));
  }

  // 2. Watching: from the first question until dispose, the event stream is open or being opened.
  let watching: Promise<void> | undefined;
  let wake = new AbortController();
  let following = new AbortController();
  async function watch(): Promise<void> {
    let failures = 0;
    while (!lifetime.signal.aborted) {
      let remote = false;
      try {
        const current = await connection(lifetime.signal);
        remote = current.endpoint.address.kind === 'ssh';
        const openMs = await follow(current);
        if (openMs > steadyMs) failures = 0;
      } catch {
        // connect() has told of it
      }
      if (lifetime.signal.aborted) return;
      wake = new AbortController();
      await pause(backoffMs(failures++, remote, random), undefined, { signal: wake.signal }).catch(() => {}); // woken
    }
  }

  /** Follows the events of one connection until its stream breaks, then finds out whether the engine is still there. */
  let lastEvent: { readonly address: string; readonly timeNano: bigint } | undefined;
  let followedBefore: Connected | undefined;
  async function follow(current: Connected): Promise<number> {
    following = new AbortController();
    const { address } = current.status;
    const since = lastEvent?.address === address ? lastEvent.timeNano + 1n : undefined;
    let openedAt: number | undefined;
    const onOpen = () => {
      openedAt = performance.now();
      // The engine may have forgotten some of what happened meanwhile, all of it if it was restarted: ask for the lists again.
      if (followedBefore === current) announce('containers', 'images');
      followedBefore = current;
    };
    try {
      for await (const event of followEvents(current.transport, since, onOpen, following.signal)) {
        lastEvent = { address, timeNano: event.timeNano };
        for (const listener of eventListeners) listener(event);
        // An image's list entry counts nothing of containers, and the other way round.
        if (changesLists(event)) announce(event.type === 'container' ? 'containers' : 'images');
      }
    } catch (error) {
      if (!isAbort(error)) log.info('engine: events broke off', { reason: problemOf(error, address).message });
    }
    if (connected === current) await current.check(lifetime.signal).catch((error) => lose(current, error));
    return openedAt === undefined ? 0 : performance.now() - openedAt;
  }

  function wanted(signal: AbortSignal): Promise<Connected> {
    const current = connection(signal);
    watching ??= watch();
    return current;
  }

  // 3. The API, over whatever is connected. A broken connection is looked into at once instead of at the next event.
  async function using<T>(signal: AbortSignal, work: (transport: Transport) => Promise<T>): Promise<T> {
    const { transport } = await wanted(signal);
    try {
      return await work(transport);
    } catch (error) {
      if (error instanceof ProblemError && /^(unreachable|timeout)$/.test(error.problem.kind)) following.abort();
      throw error;
    }
  }

  function listen<T>(listeners: Set<T>, listener: T): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return {
    status: async (signal) => (await wanted(signal)).status,
    json: (request, signal) => using(signal, (transport) => transport.json(request, signal)),
    stream: (request, signal) => using(signal, (transport) => transport.stream(request, signal)),
    dial: (path, dialOptions, signal) => using(signal, (transport) => transport.dial(path, dialOptions, signal)),
    onDidChange: (listener) => listen(changeListeners, listener),
    onEvent: (listener) => listen(eventListeners, listener),
    announce,
    reconnect() {
      generation++;
      const old = connected;
      connected = undefined;
      old?.transport.dispose();
      if (watching !== undefined) announce(...everything);
      following.abort();
      wake.abort();
    },
    dispose() {
      lifetime.abort();
      following.abort();
      wake.abort();
      clearTimeout(changeTimer);
      connected?.transport.dispose();
      connected = undefined;
      changeListeners.clear();
      eventListeners.clear();
    },
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
}

/** The caller's abort ends its waiting; the shared work goes on for the others. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
