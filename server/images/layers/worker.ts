/** The thread in which images are taken apart: however large one is, the server answers the editor meanwhile. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { analyzeFiles } from './analyzeFiles.ts';
import { fileDifferences } from './fileDifferences.ts';
import { TooMuch } from './pathTree.ts';
import { SavedImageReader } from './savedImage.ts';
import { BrokenArchive } from './tarHeader.ts';
import type { Answer, Chunks, Task } from './task.ts';

if (parentPort !== null) void work(parentPort, workerData as Task);

async function work(port: MessagePort, task: Task): Promise<void> {
  const answer = (value: Answer) => port.postMessage(value);
  try {
    if (task.kind === 'read') await read(port, task.diffIds, answer);
    else answer({ kind: 'differences', files: fileDifferences(task.first, task.second) });
  } catch (error) {
    if (error instanceof BrokenArchive) answer({ kind: 'broken', reason: error.message });
    else if (error instanceof TooMuch) answer({ kind: 'tooMuch', reason: error.message });
    else throw error;
  }
  port.close();
}

async function read(port: MessagePort, diffIds: readonly string[], answer: (value: Answer) => void): Promise<void> {
  const reader = new SavedImageReader();
  for await (const { chunks, end } of messages(port)) {
    let bytes = 0;
    for (const chunk of chunks) {
      await reader.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      bytes += chunk.length;
      release(chunk.buffer);
    }
    answer({ kind: 'taken', bytes });
    if (end) break;
  }
  const saved = await reader.end(diffIds);
  answer({ kind: 'image', image: { ...analyzeFiles(saved), config: saved.config } });
}

/** In order, one after the other. The sender sees to it that few are waiting. */
async function* messages(port: MessagePort): AsyncIterable<Chunks> {
  const waiting: Chunks[] = [];
  let wake = () => {};
  port.on('message', (message: Chunks) => {
    waiting.push(message);
    wake();
  });
  for (;;) {
    const next = waiting.shift();
    if (next !== undefined) yield next;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
}

/** Gives memory back at once where this Node can: left to the collector, it becomes many times what is under way. */
function release(buffer: ArrayBufferLike): void {
  if ('transfer' in buffer && typeof buffer.transfer === 'function') buffer.transfer(0);
}
