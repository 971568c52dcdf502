import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { FileDifference } from '../../../common/layers.ts';
import { ProblemError } from '../../util/problemError.ts';
import type { LayerTrees } from './layerTrees.ts';
import type { Answer, Chunks, ReadImage, Task } from './task.ts';

/** How much is sent at once, and how much may be under way: enough for the engine never to wait, and no more. */
const batchBytes = 256 << 10;
const underWayBytes = 2 << 20;

export interface ReadOptions {
  /** Of the image that was asked for: the digests of its layers. */
  readonly diffIds: readonly string[];
  /** What a problem is about. */
  readonly subject: string;
  /** Is told how many bytes more were read. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Takes apart what an engine hands over, and destroys it. Throws ProblemError `badAnswer` for what is no image, `unsupported` for one
 * that has more files than anybody would look at, and what `saved` throws.
 */
export async function readInWorker(
  saved: Readable,
  { diffIds, subject, onBytes }: ReadOptions,
  signal: AbortSignal,
): Promise<ReadImage> {
  const thread = startThread({ kind: 'read', diffIds }, subject);
  const abort = () => saved.destroy(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const sent = thread.send(saved, onBytes);
    const answer = await Promise.race([thread.answer, sent.then(() => thread.answer)]);
    if (answer.kind === 'image') return answer.image;
    throw problemFor(answer, subject);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    saved.destroy();
    thread.stop();
  }
}

export async function compareInWorker(
  first: LayerTrees,
  second: LayerTrees,
  subject: string,
  signal: AbortSignal,
): Promise<readonly FileDifference[]> {
  signal.throwIfAborted();
  const thread = startThread({ kind: 'compare', first, second }, subject);
  const abort = () => thread.stop(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const answer = await thread.answer;
    if (answer.kind === 'differences') return answer.files;
    throw problemFor(answer, subject);
  } finally {
    signal.removeEventListener('abort', abort);
    thread.stop();
  }
}

type LastAnswer = Exclude<Answer, { kind: 'taken' }>;

interface Thread {
  /** Rejects when the thread dies. */
  readonly answer: Promise<LastAnswer>;
  /** Resolves when all of it is sent. Waits where the thread is behind. */
  send(stream: Readable, onBytes: (bytes: number) => void): Promise<void>;
  stop(reason?: unknown): void;
}

function startThread(task: Task, subject: string): Thread {
  const worker = new Worker(workerFile, { workerData: task, resourceLimits: { maxYoungGenerationSizeMb: 8 } });
  let underWay = 0;
  let stopped = false;
  let wake = () => {};
  let fail: (reason: unknown) => void = () => {};
  const answer = new Promise<LastAnswer>((resolve, reject) => {
    fail = reject;
    worker.on('message', (message: Answer) => {
      if (message.kind !== 'taken') return resolve(message);
      underWay -= message.bytes;
      wake();
    });
    worker.on('error', (error) => reject(error));
    worker.on('exit', () => reject(died(subject)));
  });
  answer.catch(() => {}); // whoever waits for it hears of it
  const post = (message: Chunks, bytes: number) => {
    underWay += bytes;
    worker.postMessage(
      message,
      message.chunks.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : [])),
    );
  };

  return {
    answer,
    async send(stream, onBytes) {
      let chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        chunks.push(own(chunk));
        bytes += chunk.length;
        onBytes(chunk.length);
        if (bytes < batchBytes) continue;
        post({ chunks, end: false }, bytes);
        chunks = [];
        bytes = 0;
        while (underWay > underWayBytes && !stopped)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        if (stopped) return;
      }
      post({ chunks, end: true }, bytes);
    },
    stop(reason) {
      stopped = true;
      wake();
      fail(reason);
      void worker.terminate();
    },
  };
}

/** What can be handed over without being copied: memory that nothing else stands in. */
function own(chunk: Buffer): Uint8Array {
  const isWhole = chunk.byteOffset === 0 && chunk.byteLength === chunk.buffer.byteLength;
  return isWhole ? chunk : new Uint8Array(chunk);
}

/** Beside the bundle; from its sources the server starts the source. */
const workerFile = join(import.meta.dirname, import.meta.url.endsWith('.ts') ? 'worker.ts' : 'layers-worker.js');

function problemFor(answer: LastAnswer, subject: string): ProblemError {
  if (answer.kind === 'tooMuch') {
    const next = 'Only its layers and their instructions can be looked at: with docker history.';
    return new ProblemError({
      kind: 'unsupported',
      subject,
      message: `It is too large to be analyzed: ${answer.reason}.`,
      next,
    });
  }
  const reason = answer.kind === 'broken' ? answer.reason : 'the answer is of something else';
  return new ProblemError({
    kind: 'badAnswer',
    subject,
    message: `What the engine handed over cannot be read: ${reason}.`,
    next: 'Try again. If it happens again, the image is damaged: pull or build it anew.',
  });
}

function died(subject: string): ProblemError {
  return new ProblemError({ kind: 'internal', subject, message: 'The analysis ended before it had an answer.' });
}
