/**
 * Single answers at the pace of a pointer. Unlike `patientLists.ts` it keeps no answer: whoever is asked does that, and answers
 * at once what he knows.
 */
import { failed, type Known, type Problem, pending } from '../../common/known.ts';
import { isAbort, problemOf } from '../util/problemError.ts';
import { untilAborted } from '../util/signal.ts';

export interface PatientAnswersWorld {
  readonly now: () => number;
  /** Resolves after the time. */
  readonly patience: (ms: number) => Promise<unknown>;
}

const patienceMs = 300;
/** What nobody waits for any more is given up then. */
const limitMs = 30_000;
/** A failure that came too late is told to the next who asks, if that is soon. */
const lateFailureMs = 30_000;
const mostFailures = 200;

type Settled<T> = Exclude<Known<T>, { state: 'pending' }>;

interface Flight {
  readonly answer: Promise<Settled<unknown>>;
  readonly controller: AbortController;
  callers: number;
  overdue: boolean;
}

export class PatientAnswers {
  readonly #world: PatientAnswersWorld;
  readonly #flights = new Map<string, Flight>();
  readonly #late = new Map<string, { readonly problem: Problem; readonly at: number }>();

  constructor(world: PatientAnswersWorld) {
    this.#world = world;
  }

  /**
   * What `ask` answers within 300 ms; later the question goes on by itself, and is joined by whoever asks the same `key`. Whoever
   * leaves before takes it back. Throws the signal's reason when it aborts.
   */
  async get<T>(key: string, ask: (signal: AbortSignal) => Promise<Settled<T>>, signal: AbortSignal): Promise<Known<T>> {
    signal.throwIfAborted();
    const { now, patience } = this.#world;
    const late = this.#late.get(key);
    this.#late.delete(key);
    if (late !== undefined && now() - late.at < lateFailureMs) return failed(late.problem);
    const flight = this.#flights.get(key) ?? this.#start(key, ask);
    flight.callers += 1;
    try {
      const outOfTime = patience(patienceMs).then(() => undefined);
      const answer = await untilAborted(Promise.race([flight.answer, outOfTime]), signal);
      if (answer === undefined) flight.overdue = true;
      return (answer as Settled<T> | undefined) ?? pending;
    } finally {
      flight.callers -= 1;
      if (flight.callers === 0 && !flight.overdue) this.#end(key, flight);
    }
  }

  /** Nothing counts any more: who asks, or whom, is another. */
  forget(): void {
    this.#flights.clear();
    this.#late.clear();
  }

  dispose(): void {
    for (const [key, flight] of [...this.#flights]) this.#end(key, flight);
  }

  #start<T>(key: string, ask: (signal: AbortSignal) => Promise<Settled<T>>): Flight {
    const controller = new AbortController();
    const limit = AbortSignal.timeout(limitMs);
    const answer = ask(AbortSignal.any([controller.signal, limit])).catch((error: unknown): Settled<T> => {
      if (isAbort(error) && !limit.aborted) throw error;
      return failed(limit.aborted ? tooLate(key) : problemOf(error, key)) as Settled<T>;
    });
    const flight: Flight = { answer, controller, callers: 0, overdue: false };
    this.#flights.set(key, flight);
    answer.then(
      (settled) => {
        if (this.#flights.get(key) !== flight) return;
        this.#flights.delete(key);
        if (settled.state === 'failed' && flight.callers === 0) this.#keepFailure(key, settled.problem);
      },
      () => {}, // taken back: those who waited hear of it through their own await
    );
    return flight;
  }

  #keepFailure(key: string, problem: Problem): void {
    if (this.#late.size >= mostFailures) this.#late.clear();
    this.#late.set(key, { problem, at: this.#world.now() });
  }

  #end(key: string, flight: Flight): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    flight.controller.abort();
  }
}

function tooLate(subject: string): Problem {
  return { kind: 'timeout', subject, message: `${subject}: there was no answer in time.`, next: 'Try again later.' };
}
