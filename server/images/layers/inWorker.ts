import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FileDifference } from '../../../common/layers.ts';
import { ProblemError } from '../../util/problemError.ts';
import { type Answer, type ReadImage, stopMessage, type Task } from './task.ts';

/** How long a thread may take to close its connection, once it is told to stop, before it is ended. */
const patienceMs = 500;

/**
 * Has an engine hand over an image, and takes it apart. `onBytes` is told how many bytes were read until now. Throws ProblemError:
 * `badAnswer` for what is no image, `unsupported` for one that has more files than anybody would look at, and what the engine says.
 */
export async function readInWorker(
  task: Task & { kind: 'read' },
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<ReadImage> {
  const answer = await answerTo(task, onBytes, signal);
  if (answer.kind === 'image') return answer.image;
  throw failureIn(answer, task);
}

export async function compareInWorker(
  task: Task & { kind: 'compare' },
  signal: AbortSignal,
): Promise<readonly FileDifference[]> {
  const answer = await answerTo(task, () => {}, signal);
  if (answer.kind === 'differences') return answer.files;
  throw failureIn(answer, task);
}

type LastAnswer = Exclude<Answer, { kind: 'progress' }>;

/** A thread of its own for each: between two analyses there is none, and none keeps what it needed. */
async function answerTo(task: Task, onBytes: (bytes: number) => void, signal: AbortSignal): Promise<LastAnswer> {
  signal.throwIfAborted();
  const worker = new Worker(workerFile, { workerData: task, resourceLimits: { maxYoungGenerationSizeMb: 8 } });
  let abort = () => {};
  try {
    return await new Promise<LastAnswer>((resolve, reject) => {
      abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      worker.on('message', (answer: Answer) => {
        if (answer.kind === 'progress') onBytes(answer.bytes);
        else resolve(answer);
      });
      worker.on('error', reject);
      worker.on('exit', () => reject(new Error('The analysis ended before it had an answer.')));
    });
  } finally {
    signal.removeEventListener('abort', abort);
    stop(worker);
  }
}

/** It closes its connection itself: a program that it started would otherwise stay. */
function stop(worker: Worker): void {
  worker.removeAllListeners('message');
  worker.postMessage(stopMessage);
  const late = setTimeout(() => void worker.terminate(), patienceMs);
  worker.once('exit', () => clearTimeout(late));
}

/** Beside the bundle; where the server runs from its sources, the source. */
const workerFile = join(import.meta.dirname, import.meta.url.endsWith('.ts') ? 'worker.ts' : 'layers-worker.js');

function failureIn(answer: LastAnswer, { subject }: Task): ProblemError {
  if (answer.kind === 'problem') return new ProblemError(answer.problem);
  return new ProblemError({ kind: 'internal', subject, message: `The analysis answered with ${answer.kind}.` });
}
