import { setTimeout as pause } from 'node:timers/promises';
import type { Problem } from '../../../common/known.ts';
import { isAbort, ProblemError, problemOf } from '../../util/problemError.ts';
import { backoffMs } from '../backoff.ts';
import type { Engine, EngineLog } from '../engine.ts';
import { type BuildkitConnection, connectBuildkit, lacksBuildkit } from './connection.ts';
import { GrpcError, grpcStatus } from './grpcError.ts';
import { methods } from './methods.ts';
import type { HistoryRecord } from './pastBuild.ts';

/** What the engine remembers of its builds, whoever asked for them, kept up to date while it is open. */
export interface BuildHistory {
  /** By ref. Complete once {@link state} is `ready`. */
  readonly records: ReadonlyMap<string, HistoryRecord>;
  /** When the end of a build was heard of as it happened, by ref: milliseconds of `performance.now()`. */
  readonly arrivals: ReadonlyMap<string, number>;
  readonly state: 'waiting' | 'ready' | Problem;
  /** The connection of the moment; undefined while there is none. */
  readonly connection: BuildkitConnection | undefined;
  dispose(): void;
}

export interface HistoryOptions {
  readonly log: EngineLog;
  /** Builds have finished or are forgotten, or the state is another. */
  readonly onChange: () => void;
  readonly random?: () => number;
}

interface HistoryEvent {
  readonly type: number;
  readonly record: HistoryRecord | null;
}

const event = { started: 0, complete: 1, deleted: 2 } as const;

/**
 * Follows `Control/ListenBuildHistory` and opens it again when it breaks. An engine that has no such history makes the state a
 * problem of kind `unsupported`; it is asked again when the engine itself changes.
 */
export function followHistory(
  engine: Pick<Engine, 'dial' | 'onDidChange'>,
  { log, onChange, random = Math.random }: HistoryOptions,
): BuildHistory {
  const lifetime = new AbortController();
  const records = new Map<string, HistoryRecord>();
  const arrivals = new Map<string, number>();
  let state: BuildHistory['state'] = 'waiting';
  let connection: BuildkitConnection | undefined;
  let retry = new AbortController();
  const stopListening = engine.onDidChange((what) => {
    if (what.includes('status')) retry.abort();
  });

  function become(next: BuildHistory['state']): void {
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    onChange();
  }

  async function run(): Promise<void> {
    for (let failures = 0; !lifetime.signal.aborted; ) {
      try {
        await follow(() => {
          failures = 0;
        });
      } catch (error) {
        if (lifetime.signal.aborted) return;
        const problem = historyProblem(error);
        log.info('builds: history broke off', { reason: problem.message });
        become(problem);
        if (problem.kind === 'unsupported') await woken();
      }
      await pauseOrWake(backoffMs(failures++, false, random));
    }
  }

  async function follow(onOpen: () => void): Promise<void> {
    const current = await connectBuildkit(engine, lifetime.signal);
    const ended = () => current.close();
    lifetime.signal.addEventListener('abort', ended, { once: true });
    try {
      // 1. What there is, by a list that ends; 2. what is new, by a stream that repeats the list first and does not end.
      const listed = new Map<string, HistoryRecord>();
      for await (const { type, record } of listen(current, true, lifetime.signal)) {
        if (type === event.complete && record) listed.set(record.Ref, record);
      }
      records.clear();
      for (const [ref, record] of listed) records.set(ref, record);
      connection = current;
      onOpen();
      become('ready');
      onChange();
      for await (const { type, record } of listen(current, false, lifetime.signal)) {
        if (!record || type === event.started || (type === event.complete && records.has(record.Ref))) continue;
        if (type === event.deleted) {
          records.delete(record.Ref);
          arrivals.delete(record.Ref);
        } else {
          records.set(record.Ref, record);
          arrivals.set(record.Ref, performance.now());
        }
        onChange();
      }
    } finally {
      lifetime.signal.removeEventListener('abort', ended);
      connection = undefined;
      current.close();
    }
  }

  async function woken(): Promise<void> {
    if (retry.signal.aborted) return;
    await new Promise<void>((resolve) => {
      retry.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  async function pauseOrWake(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: retry.signal }).catch(() => {}); // woken
    if (!lifetime.signal.aborted) retry = new AbortController();
  }

  void run();
  return {
    records,
    arrivals,
    get state() {
      return state;
    },
    get connection() {
      return connection;
    },
    dispose() {
      stopListening();
      lifetime.abort();
      retry.abort();
    },
  };
}

function listen(connection: BuildkitConnection, EarlyExit: boolean, signal: AbortSignal) {
  return connection.stream<HistoryEvent>(methods.history, { EarlyExit }, signal);
}

function historyProblem(error: unknown): Problem {
  if (lacksBuildkit(error) || (error instanceof GrpcError && error.code === grpcStatus.unimplemented)) {
    return {
      kind: 'unsupported',
      subject: 'BuildKit',
      message: 'This engine keeps no history of its builds.',
      next: 'Sizes of build steps need Docker Engine 24 or newer.',
    };
  }
  if (isAbort(error)) return { kind: 'unreachable', subject: 'BuildKit', message: 'The connection was ended.' };
  return error instanceof ProblemError ? error.problem : problemOf(error, 'BuildKit');
}
