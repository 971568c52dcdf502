/** Lists of registries at the pace of typing: what is known is shown at once, and what is newer when it comes. */
import { failed, type Known, known, type Problem, pending, stale } from '../../common/known.ts';
import type { Log } from '../language/host.ts';
import type { Learned } from '../util/cache.ts';
import { isAbort, problemOf } from '../util/problemError.ts';
import { untilAborted } from '../util/signal.ts';
import type { KeptList } from './keptLists.ts';

export interface ListSource<T> {
  /** Its name in the log. */
  readonly key: string;
  /** Answers without asking anybody for as long as what it learned last is fresh. */
  readonly ask: (signal: AbortSignal) => Promise<Learned<readonly T[]>>;
  /** What it learned last, however long ago. */
  readonly last: () => Learned<readonly T[]> | undefined;
  readonly kept: KeptList<T> | undefined;
}

export interface PatientListsWorld {
  readonly log: Log;
  readonly now: () => number;
  /** Resolves after the time. */
  readonly patience: (ms: number) => Promise<unknown>;
  /** A list came, or did not, for which nobody waits any more. */
  readonly onArrival: () => void;
}

/** How long somebody who types is kept waiting. What comes later the editor hears of when it asks at the next key. */
const patienceMs = 300;
/** A failure that nobody was there to hear is told to the next who asks, if that is soon; and nobody waits again so soon. */
const lateFailureMs = 30_000;
/** The next key takes the question back and asks the same again: what was asked for it goes on for so long. */
const lingerMs = 1000;
/** What another server learned so short a time ago is not asked for again. */
const freshMs = 5 * 60_000;
/** Lists from the disk that are held at a time. */
const mostRead = 200;

interface Flight {
  readonly answer: Promise<Settled>;
  readonly controller: AbortController;
  callers: number;
  /** Somebody has waited long enough for it: it goes on by itself, and nobody waits again. */
  overdue: boolean;
}

type Settled = Exclude<Known<readonly unknown[]>, { state: 'pending' }>;

export class PatientLists {
  readonly #world: PatientListsWorld;
  readonly #flights = new Map<string, Flight>();
  /** What was read from the disk, nothing included; once a server. */
  readonly #read = new Map<string, Learned<readonly unknown[]> | undefined>();
  /** When what was kept last was learned. */
  readonly #written = new Map<string, number>();
  readonly #failures = new Map<string, { readonly problem: Problem; readonly at: number; told: boolean }>();
  /** What the log says already; each key that is typed may run into it again. */
  readonly #logged = new Map<string, string>();
  #generation = 0;

  constructor(world: PatientListsWorld) {
    this.#world = world;
  }

  /** The end of the time that whoever types has, for questions that follow from one another. */
  outOfTime(): Promise<undefined> {
    return this.#world.patience(patienceMs).then(() => undefined);
  }

  /** The list, or what is known of it within 300 ms. Throws the signal's reason when it aborts. */
  async get<T>(
    source: ListSource<T>,
    signal: AbortSignal,
    outOfTime: Promise<undefined> = this.outOfTime(),
  ): Promise<Known<readonly T[]>> {
    signal.throwIfAborted();
    const { key } = source;
    const { now, patience } = this.#world;
    const failure = this.#failures.get(key);
    const recent = failure !== undefined && now() - failure.at < lateFailureMs ? failure : undefined;
    const before =
      source.last() ?? (await untilAborted(Promise.race([this.#readKept(source, signal), outOfTime]), signal));
    if (recent && !recent.told) {
      recent.told = true;
      return orBefore(recent.problem, before);
    }
    if (before !== undefined && source.last() === undefined && now() - before.at < freshMs) {
      return known(before.value, before.at);
    }
    const flight = this.#flights.get(key) ?? this.#start(source);
    const isWaitedFor = before === undefined && !flight.overdue && !(recent && isSilence(recent.problem));
    const answer = await this.#wait(key, flight, isWaitedFor ? outOfTime : patience(0).then(() => undefined), signal);
    if (answer === undefined) return before === undefined ? pending : stale(before.value, before.at);
    return answer.state === 'failed' ? orBefore(answer.problem, before) : (answer as Known<readonly T[]>);
  }

  /** Nothing counts any more: who asks, or whom, is another. */
  forget(): void {
    this.#generation += 1;
    this.#flights.clear();
    this.#read.clear();
    this.#written.clear();
    this.#failures.clear();
  }

  async #readKept<T>({ key, kept }: ListSource<T>, signal: AbortSignal): Promise<Learned<readonly T[]> | undefined> {
    if (this.#read.has(key)) return this.#read.get(key) as Learned<readonly T[]> | undefined;
    const generation = this.#generation;
    const list = await kept?.read(signal);
    if (generation !== this.#generation) return undefined;
    if (this.#read.size >= mostRead) this.#read.clear();
    this.#read.set(key, list);
    return list;
  }

  #start<T>(source: ListSource<T>): Flight {
    const { key } = source;
    const controller = new AbortController();
    const generation = this.#generation;
    const answer = this.#settle(source, controller.signal).then((settled) => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
      if (generation !== this.#generation) return settled;
      if (settled.state === 'known') this.#failures.delete(key);
      else if (flight.overdue || isSilence(settled.problem)) {
        this.#failures.set(key, { problem: settled.problem, at: this.#world.now(), told: !flight.overdue });
      }
      if (flight.overdue) this.#world.onArrival();
      return settled;
    });
    const flight: Flight = { answer, controller, callers: 0, overdue: false };
    this.#flights.set(key, flight);
    return flight;
  }

  async #settle<T>({ key, ask, kept }: ListSource<T>, signal: AbortSignal): Promise<Settled> {
    const generation = this.#generation;
    try {
      const list = await ask(signal);
      this.#logged.delete(key);
      if (kept && generation === this.#generation && this.#written.get(key) !== list.at) {
        this.#written.set(key, list.at);
        kept.write(list, new AbortController().signal).catch(() => {}); // the next server asks again
      }
      return { state: 'known', value: list.value, at: list.at };
    } catch (error) {
      if (isAbort(error))
        return { state: 'failed', problem: { kind: 'internal', subject: key, message: 'Cancelled.' } };
      const problem = problemOf(error, key);
      if (problem.kind !== 'unsupported' && this.#logged.get(key) !== problem.message) {
        this.#world.log.warn('images: registry failed', { ...problem });
      }
      this.#logged.set(key, problem.message);
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

/** Whether the registry said nothing at all, so that what it said before still is the best there is. */
const isSilence = ({ kind }: Problem): boolean =>
  kind === 'unreachable' || kind === 'timeout' || kind === 'rateLimited';

function orBefore<T>(problem: Problem, before: Learned<readonly T[]> | undefined): Known<readonly T[]> {
  return before !== undefined && isSilence(problem) ? stale(before.value, before.at) : failed(problem);
}
