/** Answers at the pace of whoever types or points: what is known is shown at once, and what is newer when it comes. */
import { failed, type Known, known, type Problem, pending, stale } from '../../common/known.ts';
import type { Log } from '../language/host.ts';
import type { Learned } from '../util/cache.ts';
import { isAbort, problemOf } from '../util/problemError.ts';
import { untilAborted } from '../util/signal.ts';

export interface Question<T> {
  /** Its name in the log; who asks the same joins those who wait. */
  readonly key: string;
  /** Answers without asking anybody for as long as what it learned last is fresh. */
  readonly ask: (signal: AbortSignal) => Promise<Learned<T>>;
  /** What was told before may be shown while it is asked for anew; whoever types is not kept waiting for it twice. */
  readonly before?: {
    /** However long ago, by this server. */
    readonly last: () => Learned<T> | undefined;
    /** By another one, on the disk. */
    readonly kept: KeptAnswer<T> | undefined;
  };
}

export interface KeptAnswer<T> {
  read(signal: AbortSignal): Promise<Learned<T> | undefined>;
  /** Returns at once. Keeps nothing when the signal aborts before it is known for whom. */
  write(answer: Learned<T>, signal: AbortSignal): Promise<void>;
}

export interface PatienceWorld {
  readonly log: Log;
  readonly now: () => number;
  /** Resolves after the time. */
  readonly patience: (ms: number) => Promise<unknown>;
  /** An answer came, or did not, for which nobody waits any more. */
  readonly onArrival?: () => void;
}

/** How long somebody is kept waiting. What comes later the editor hears of when it asks again. */
export const patienceMs = 300;
/** A failure that nobody was there to hear is told to the next who asks, if that is soon. */
const lateFailureMs = 30_000;
/** The next key takes the question back and asks the same again: what was asked for it goes on for so long. */
const lingerMs = 1000;
/** What another server learned so short a time ago is not asked for again. */
const freshMs = 5 * 60_000;
/** Of answers from the disk, and of failures, so many are held at a time. */
const mostHeld = 200;

interface Flight {
  readonly answer: Promise<Settled>;
  readonly controller: AbortController;
  callers: number;
  /** Somebody has waited long enough for it: it goes on by itself, and nobody waits again for what keeps a list incomplete. */
  overdue: boolean;
}

type Settled = Exclude<Known<unknown>, { state: 'pending' }>;

export class Patience {
  readonly #world: PatienceWorld;
  readonly #flights = new Map<string, Flight>();
  /** What was read from the disk, nothing included; once a server. */
  readonly #read = new Map<string, Learned<unknown> | undefined>();
  /** When what was kept last was learned. */
  readonly #written = new Map<string, number>();
  readonly #failures = new Map<string, { readonly problem: Problem; readonly at: number; told: boolean }>();
  /** What the log says already; each key that is typed may run into it again. */
  readonly #logged = new Map<string, string>();
  /** Aborts when nothing counts any more that was begun before. */
  #era = new AbortController();

  constructor(world: PatienceWorld) {
    this.#world = world;
  }

  /** The end of the time that whoever asks has, for questions that follow from one another. */
  outOfTime(): Promise<undefined> {
    return this.#world.patience(patienceMs).then(() => undefined);
  }

  /**
   * The answer, or what is known of it within 300 ms; later the question goes on by itself. Who leaves before takes it back.
   * Throws the signal's reason when it aborts.
   */
  async get<T>(question: Question<T>, signal: AbortSignal, outOfTime = this.outOfTime()): Promise<Known<T>> {
    signal.throwIfAborted();
    const { key } = question;
    const { now, patience } = this.#world;
    const era = this.#era.signal;
    const failure = this.#failures.get(key);
    const recent = failure !== undefined && now() - failure.at < lateFailureMs ? failure : undefined;
    const before = question.before?.last() ?? (await this.#readKept(question, signal, outOfTime));
    if (recent && !recent.told) {
      recent.told = true;
      return orBefore(recent.problem, before);
    }
    if (before !== undefined && question.before?.last() === undefined && now() - before.at < freshMs) {
      return known(before.value, before.at);
    }
    const flight = this.#flights.get(key) ?? this.#start(question);
    const isInVain = question.before !== undefined && (flight.overdue || (recent && isSilence(recent.problem)));
    const isWaitedFor = before === undefined && !isInVain;
    const answer = await this.#wait(key, flight, isWaitedFor ? outOfTime : patience(0).then(() => undefined), signal);
    if (era.aborted) return pending; // what was told is another's
    if (answer === undefined) return before === undefined ? pending : stale(before.value, before.at);
    return answer.state === 'failed' ? orBefore(answer.problem, before) : (answer as Known<T>);
  }

  /** Nothing counts any more: who asks, or whom, is another. */
  forget(): void {
    this.#era.abort();
    this.#era = new AbortController();
    this.#flights.clear();
    this.#read.clear();
    this.#written.clear();
    this.#failures.clear();
  }

  /** Lets go of all that is still asked. */
  dispose(): void {
    for (const { controller } of this.#flights.values()) controller.abort();
    this.#flights.clear();
  }

  async #readKept<T>(
    { key, before }: Question<T>,
    signal: AbortSignal,
    outOfTime: Promise<undefined>,
  ): Promise<Learned<T> | undefined> {
    if (before?.kept === undefined || this.#read.has(key)) return this.#read.get(key) as Learned<T> | undefined;
    const era = this.#era.signal;
    const reading = before.kept.read(signal).then((answer) => {
      if (era.aborted) return undefined;
      hold(this.#read, key, answer);
      return answer;
    });
    return untilAborted(Promise.race([reading, outOfTime]), signal);
  }

  #start<T>(question: Question<T>): Flight {
    const { key } = question;
    const controller = new AbortController();
    const era = this.#era.signal;
    const answer = this.#settle(question, controller.signal).then((settled) => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
      if (era.aborted || controller.signal.aborted) return settled;
      if (settled.state === 'known') this.#failures.delete(key);
      else if (flight.overdue || isSilence(settled.problem)) {
        const told = !flight.overdue || flight.callers > 0;
        hold(this.#failures, key, { problem: settled.problem, at: this.#world.now(), told });
      }
      if (flight.overdue) this.#world.onArrival?.();
      return settled;
    });
    const flight: Flight = { answer, controller, callers: 0, overdue: false };
    this.#flights.set(key, flight);
    return flight;
  }

  async #settle<T>({ key, ask, before }: Question<T>, signal: AbortSignal): Promise<Settled> {
    const era = this.#era.signal;
    try {
      const answer = await ask(signal);
      this.#logged.delete(key);
      if (before?.kept && !era.aborted && this.#written.get(key) !== answer.at) {
        this.#written.set(key, answer.at);
        before.kept.write(answer, era).catch(() => {}); // the next server asks again
      }
      return { state: 'known', value: answer.value, at: answer.at };
    } catch (error) {
      if (isAbort(error)) return failed({ kind: 'internal', subject: key, message: 'Cancelled.' }) as Settled;
      const problem = problemOf(error, key);
      if (problem.kind !== 'unsupported' && this.#logged.get(key) !== problem.message) {
        this.#world.log.warn('images: registry failed', { ...problem });
      }
      hold(this.#logged, key, problem.message);
      return { state: 'failed', problem };
    }
  }

  /** Undefined when `outOfTime` comes first. */
  async #wait(
    key: string,
    flight: Flight,
    outOfTime: Promise<undefined>,
    signal: AbortSignal,
  ): Promise<Settled | undefined> {
    flight.callers += 1;
    try {
      const answer = await untilAborted(Promise.race([flight.answer, outOfTime]), signal);
      if (answer === undefined) flight.overdue = true;
      return answer;
    } finally {
      flight.callers -= 1;
      if (signal.aborted) void this.#world.patience(lingerMs).then(() => this.#endUnwanted(key, flight));
    }
  }

  #endUnwanted(key: string, flight: Flight): void {
    if (flight.callers > 0 || flight.overdue) return;
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    flight.controller.abort();
  }
}

/** Keeps what is held from growing without end. */
function hold<T>(held: Map<string, T>, key: string, value: T): void {
  if (held.size >= mostHeld) held.clear();
  held.set(key, value);
}

/** Whether the registry said nothing at all, so that what it said before still is the best there is. */
const isSilence = ({ kind }: Problem): boolean =>
  kind === 'unreachable' || kind === 'timeout' || kind === 'rateLimited';

function orBefore<T>(problem: Problem, before: Learned<T> | undefined): Known<T> {
  return before !== undefined && isSilence(problem) ? stale(before.value, before.at) : failed(problem);
}
