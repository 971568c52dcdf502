/**
 * The thread in which images are taken apart. It reads them from the engine itself: a gigabyte that went through the server's own
 * thread would have its memory collected again and again, and the editor wait for that.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Problem } from '../../../common/known.ts';
import { path } from '../../engine/apiPath.ts';
import { connectionError } from '../../engine/engineProblem.ts';
import { ModemTransport } from '../../engine/transport.ts';
import { problemOf } from '../../util/problemError.ts';
import { BrokenArchive } from '../../util/tar/tarHeader.ts';
import { analyzeFiles } from './analyzeFiles.ts';
import { fileDifferences } from './fileDifferences.ts';
import type { LayerTrees } from './layerTrees.ts';
import { TooMuch } from './pathTree.ts';
import { SavedImageReader } from './savedImage.ts';
import type { Answer, ReadImage, Task } from './task.ts';
import { CannotUnpack } from './unpacker.ts';

/** How often it tells how far it is. */
const progressMs = 50;

if (parentPort !== null) void work(parentPort, workerData as Task);

/** Ends by itself when it has answered, and when it is told to stop. */
async function work(port: MessagePort, task: Task): Promise<void> {
  const stopped = new AbortController();
  port.once('message', () => stopped.abort());
  const answer = (value: Answer) => port.postMessage(value);
  try {
    if (task.kind === 'compare') answer({ kind: 'differences', files: fileDifferences(task.first, task.second) });
    else {
      const image = await read(task, answer, stopped.signal);
      // Handed over, not copied: to copy them would take the server's thread as long as they are large.
      port.postMessage({ kind: 'image', image } satisfies Answer, buffersOf(image.trees));
    }
  } catch (error) {
    if (!stopped.signal.aborted) answer({ kind: 'problem', problem: problemFor(error, task.subject) });
  } finally {
    port.close();
  }
}

async function read(
  { address, id, diffIds, subject }: Task & { kind: 'read' },
  answer: (value: Answer) => void,
  signal: AbortSignal,
): Promise<ReadImage> {
  const transport = await ModemTransport.to(address);
  try {
    const saved = await transport.stream({ method: 'GET', path: path`/images/${id}/get`, subject }, signal);
    const reader = new SavedImageReader();
    let bytes = 0;
    let toldAt = 0;
    for await (const chunk of saved as AsyncIterable<Buffer>) {
      await reader.write(chunk);
      bytes += chunk.length;
      const now = performance.now();
      if (now - toldAt < progressMs) continue;
      toldAt = now;
      answer({ kind: 'progress', bytes });
    }
    answer({ kind: 'progress', bytes });
    const image = await reader.end(diffIds);
    return { ...analyzeFiles(image), config: image.config };
  } catch (error) {
    if ([BrokenArchive, TooMuch, CannotUnpack].some((kind) => error instanceof kind)) throw error;
    throw connectionError(error, subject);
  } finally {
    transport.dispose();
  }
}

function buffersOf({ roots: _, ...columns }: LayerTrees): readonly ArrayBuffer[] {
  return Object.values(columns).flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}

function problemFor(error: unknown, subject: string): Problem {
  if (error instanceof BrokenArchive) {
    const message = `What the engine handed over cannot be read: ${error.message}.`;
    const next = 'Try again. If it happens again, the image is damaged: pull or build it anew.';
    return { kind: 'badAnswer', subject, message, next };
  }
  if (error instanceof CannotUnpack) {
    const message = `Its files cannot be looked at here: ${error.message}, which Node.js unpacks since 22.15, and this is ${process.version}.`;
    const next =
      'Update VS Code, or Node.js where that runs Gantry, or look at its layers without their files: docker history shows them.';
    return { kind: 'unsupported', subject, message, next };
  }
  if (error instanceof TooMuch) {
    const next = 'Look at its layers without their files: docker history shows them.';
    return { kind: 'unsupported', subject, message: `It is too large to be analyzed: ${error.message}.`, next };
  }
  return problemOf(error, subject);
}
