import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Problem } from '../../common/known.ts';
import type { Log } from '../language/host.ts';
import type { FromWorker, ToWorker } from './messages.ts';

interface Needs {
  readonly log: Log;
  /** What a new thread is told first. */
  readonly begin: () => readonly ToWorker[];
  readonly receive: (message: FromWorker) => void;
  /** It ended by itself, and what it was asked stays without an answer. */
  readonly died: (problem: Problem) => void;
}

/** Whoever dies that often has a reason that will not go away. */
const maximumStarts = 3;

const memory = { maxOldGenerationSizeMb: 512 };

/** The thread that looks at the disk. It starts with the first message. */
export class ContextThread {
  readonly #needs: Needs;
  #worker: Worker | undefined;
  #starts = 0;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  send(message: ToWorker): void {
    const isNew = this.#worker === undefined;
    if (isNew && this.#starts >= maximumStarts) {
      setImmediate(() => this.#needs.died(problem));
      return;
    }
    const worker = this.#worker ?? this.#start();
    if (isNew) for (const each of this.#needs.begin()) worker.postMessage(each);
    worker.postMessage(message);
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    this.#starts++;
    const worker = new Worker(workerFile, { resourceLimits: memory });
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => {
      if (this.#worker === worker) this.#needs.receive(message);
    });
    worker.on('error', (error) => this.#ended(worker, error));
    worker.on('exit', (code) => this.#ended(worker, `exit code ${code}`));
    return worker;
  }

  #ended(worker: Worker, reason: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#needs.log.error('context: its thread ended', { reason: String(reason) });
    this.#needs.died(problem);
  }
}

const problem: Problem = {
  kind: 'internal',
  subject: 'the build context',
  message: 'What looks through the build context ended before it had an answer.',
  next: 'Close and open the Dockerfile to try again.',
};

/** Beside the bundle; from its sources the server starts the source. */
const workerFile = join(import.meta.dirname, import.meta.url.endsWith('.ts') ? 'worker.ts' : 'context-worker.js');
