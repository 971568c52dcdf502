import { setTimeout as pause } from 'node:timers/promises';
import { isAbort, problemOf } from '../util/problemError.ts';
import { backoffMs } from './backoff.ts';
import type { Connection } from './connection.ts';
import { type EngineEvent, followEvents } from './events.ts';
import type { Connected } from './firstAnswering.ts';

/** An event stream that lasted this long was a good one: the next failure starts with the shortest pause again. */
const steadyMs = 5000;

export interface EventWatchOptions {
  readonly connection: Connection;
  readonly random: () => number;
  readonly onEvent: (event: EngineEvent) => void;
  /** The stream to the same engine was interrupted: the engine may have forgotten some of what happened meanwhile. */
  readonly onResume: () => void;
  readonly onBreak: (reason: string) => void;
}

/** Keeps the event stream open from start to dispose, and so finds out when the engine goes and when it is back. */
export class EventWatch {
  private readonly options: EventWatchOptions;
  private readonly lifetime = new AbortController();
  private stream = new AbortController();
  private waiting = new AbortController();
  private started = false;
  private last: { readonly address: string; readonly timeNano: bigint } | undefined;
  private followed: Connected | undefined;

  constructor(options: EventWatchOptions) {
    this.options = options;
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    void this.watch();
  }

  /** Looks now whether the engine is there, instead of when the stream breaks or a pause is over. */
  hurry(): void {
    this.stream.abort();
    this.waiting.abort();
  }

  dispose(): void {
    this.lifetime.abort();
    this.hurry();
  }

  private async watch(): Promise<void> {
    const { connection, random } = this.options;
    const { signal } = this.lifetime;
    for (let failures = 0; !signal.aborted; failures++) {
      let remote = false;
      try {
        const connected = await connection.get(signal);
        remote = connected.endpoint.address.kind === 'ssh';
        if ((await this.follow(connected)) > steadyMs) failures = 0;
        await connection.check(connected);
      } catch {
        // The connection has told of it.
      }
      if (signal.aborted) return;
      this.waiting = new AbortController();
      const waitMs = backoffMs(failures, remote, random);
      await pause(waitMs, undefined, { signal: this.waiting.signal }).catch(() => {}); // hurried
    }
  }

  /** Resolves when the stream is over, with the milliseconds it was open. */
  private async follow(connected: Connected): Promise<number> {
    const { onEvent, onResume, onBreak } = this.options;
    const { address } = connected.status;
    const since = this.last?.address === address ? this.last.timeNano + 1n : undefined;
    this.stream = new AbortController();
    let openedAt: number | undefined;
    const onOpen = () => {
      openedAt = performance.now();
      if (this.followed === connected) onResume();
      this.followed = connected;
    };
    try {
      for await (const event of followEvents(connected.transport, since, onOpen, this.stream.signal)) {
        this.last = { address, timeNano: event.timeNano };
        onEvent(event);
      }
    } catch (error) {
      if (!isAbort(error)) onBreak(problemOf(error, address).message);
    }
    return openedAt === undefined ? 0 : performance.now() - openedAt;
  }
}
