import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { formatPlatform } from '../../common/platform.ts';
import type { EngineStatus } from '../../common/protocol.ts';
import { ProblemError } from '../util/problemError.ts';
import type { Address } from './address.ts';
import { Changes, type EngineChange, everything } from './changes.ts';
import { Connection } from './connection.ts';
import type { EndpointWorld } from './endpoint.ts';
import { changesLists, type EngineEvent } from './events.ts';
import { EventWatch } from './eventWatch.ts';
import type { Transport } from './transport.ts';

export type { EngineChange } from './changes.ts';

/**
 * The container engine, wherever it is. Connects when first asked for something, notices when the engine goes and finds it
 * again by itself. Requests fail with ProblemError while it is gone; each tries anew, none waits for it to return.
 */
export interface Engine extends Transport {
  status(signal: AbortSignal): Promise<EngineStatus>;
  /** Where it is, for a connection of one's own: from another thread. */
  address(signal: AbortSignal): Promise<Address>;
  /** What {@link status} would tell, from memory; undefined while not connected. */
  knownStatus(): EngineStatus | undefined;
  /** What changed, gathered over 100 ms. Returns how to stop listening. */
  onDidChange(listener: (what: readonly EngineChange[]) => void): () => void;
  /** Every single event, in order, also those from while the connection was broken as far as the engine has them. */
  onEvent(listener: (event: EngineEvent) => void): () => void;
  /** Tells the listeners of {@link onDidChange} of a change that the event stream does not carry: builds. */
  announce(...what: readonly EngineChange[]): void;
  /** Looks again for where the engine is: a setting has changed. Ends everything that runs over the present connection. */
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
}

export function createEngine(options: EngineOptions): Engine {
  const { log, random = Math.random } = options;
  const changes = new Changes();
  const eventListeners = new Set<(event: EngineEvent) => void>();
  const connection = new Connection(
    () => worldOf(options),
    ({ event, state, first }) => {
      log.info(event, { ...state });
      if (!first) changes.announce(...everything);
      if (event === 'engine: connected') watch.hurry();
    },
  );
  const watch = new EventWatch({
    connection,
    random,
    onEvent: (event) => {
      for (const listener of eventListeners) listener(event);
      if (changesLists(event)) changes.announce(event.type === 'container' ? 'containers' : 'images');
    },
    onResume: () => changes.announce('containers', 'images'),
    onBreak: (reason) => log.info('engine: events broke off', { reason }),
  });

  async function transport(signal: AbortSignal): Promise<Transport> {
    watch.start();
    return (await connection.get(signal)).transport;
  }

  /** A connection that broke is looked into at once: the event stream may not have noticed. */
  async function watched<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof ProblemError && /^(unreachable|timeout)$/.test(error.problem.kind)) watch.hurry();
      throw error;
    }
  }

  return {
    async status(signal) {
      watch.start();
      return (await connection.get(signal)).status;
    },
    address: async (signal) => (await connection.get(signal)).endpoint.address,
    knownStatus: () => connection.status,
    json: async (request, signal) => watched((await transport(signal)).json(request, signal)),
    stream: async (request, signal) => watched((await transport(signal)).stream(request, signal)),
    dial: async (path, dialOptions, signal) => watched((await transport(signal)).dial(path, dialOptions, signal)),
    onDidChange: (listener) => changes.listen(listener),
    onEvent(listener) {
      eventListeners.add(listener);
      return () => eventListeners.delete(listener);
    },
    announce: (...what) => changes.announce(...what),
    reconnect() {
      connection.forget();
      changes.announce(...everything);
      watch.hurry();
    },
    dispose() {
      watch.dispose();
      connection.dispose();
      changes.dispose();
      eventListeners.clear();
    },
  };
}

/** A time that the engine told, by our clock: an engine elsewhere may have another. Never later than it was. */
export function ownTime({ knownStatus }: Pick<Engine, 'knownStatus'>, at: number): number {
  return at - (knownStatus()?.clockAheadMs ?? 0);
}

async function worldOf(options: EngineOptions): Promise<EndpointWorld> {
  return {
    host: await options.host?.(),
    env: options.env ?? process.env,
    platform: options.platform ?? process.platform,
    home: options.home ?? homedir(),
    readFile: options.readFile ?? readIfThere,
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** As `docker build --platform` names what it runs on, once it has answered. */
export function enginePlatform({ knownStatus }: Pick<Engine, 'knownStatus'>): string | undefined {
  const platform = knownStatus()?.platform;
  return platform && formatPlatform(platform);
}
