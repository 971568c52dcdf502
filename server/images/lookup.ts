import { failed, type Known, known, pending } from '../../common/known.ts';
import { isAbort, problemOf } from '../util/problemError.ts';

/** Something that is asked for at the first question, and again whenever it may have changed; answers come from memory. */
export interface Lookup<T> {
  current(): Known<T>;
  /** It may have changed. Nobody is asked before the first question. */
  again(): void;
  /** Somebody else is asked from now on. */
  forget(): void;
  dispose(): void;
}

export interface LookupOptions<T> {
  readonly ask: (signal: AbortSignal) => Promise<T>;
  readonly subject: string;
  readonly now: () => number;
  readonly onChange: () => void;
}

/** What was known stays known until there is something newer; only who knows nothing yet hears of a failure. */
export function createLookup<T>({ ask, subject, now, onChange }: LookupOptions<T>): Lookup<T> {
  let controller = new AbortController();
  let value: Known<T> | undefined;
  let asking: Promise<void> | undefined;
  let once = false;

  function start(): void {
    if (asking) {
      once = true;
      return;
    }
    const { signal } = controller;
    const flight: Promise<void> = ask(signal)
      .then(
        (answer) => {
          if (!signal.aborted) value = known(answer, now());
        },
        (error: unknown) => {
          if (!signal.aborted && !isAbort(error) && value?.state !== 'known') value = failed(problemOf(error, subject));
        },
      )
      .then(() => {
        if (asking === flight) asking = undefined;
        if (signal.aborted) return;
        onChange();
        if (!once) return;
        once = false;
        start();
      });
    asking = flight;
  }

  function forget(): void {
    controller.abort();
    controller = new AbortController();
    value = undefined;
    asking = undefined;
    once = false;
  }

  return {
    current() {
      if (value === undefined) {
        value = pending;
        start();
      }
      return value;
    },
    again() {
      if (value !== undefined) start();
    },
    forget,
    dispose() {
      forget();
      value = pending;
    },
  };
}
