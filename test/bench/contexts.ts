import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker } from '../../server/context/messages.ts';
import type { Sample } from './measure.ts';

const folders = 500;
const filesEach = 100;

/** The worst that is still good, in ms: what `COPY . .` takes of 50,000 files, the first time and when one of them has changed. */
export const contextTargets = { 'the first time': 500, 'one file changed': 50 };

/** Asks the thread as it is bundled, from its start on. */
export async function measureContexts(worker: string, runs: number): Promise<readonly Sample[]> {
  const root = await mkdtemp(join(tmpdir(), 'gantry-bench-'));
  const dockerfile = join(root, 'Dockerfile');
  const samples: Sample[] = [];
  try {
    await fill(root);
    for (let run = 0; run < runs; run++) {
      const began = performance.now();
      const thread = new Worker(worker);
      const ask = (message: ToWorker) => answered(thread, () => thread.postMessage(message));
      await ask({ kind: 'ask', dockerfile, key: 'all', copy: { keyword: 'COPY', sources: ['.'], exclude: [] } });
      samples.push({ name: 'the first time', ms: performance.now() - began });
      const changed = join(root, `folder${run % folders}`, 'file1');
      await writeFile(changed, 'x'.repeat(run));
      const from = performance.now();
      await ask({ kind: 'changed', paths: [changed] });
      samples.push({ name: 'one file changed', ms: performance.now() - from });
      await thread.terminate();
    }
  } finally {
    await rm(root, { recursive: true });
  }
  return samples;
}

async function fill(root: string): Promise<void> {
  await writeFile(join(root, 'Dockerfile'), 'FROM scratch\nCOPY . .\n');
  await writeFile(join(root, '.dockerignore'), '.git\n**/*.log\n**/node_modules\n*.md\n!README.md\nfolder7/file7\n');
  for (let folder = 0; folder < folders; folder++) {
    const path = join(root, `folder${folder}`);
    await mkdir(path);
    await Promise.all(
      Array.from({ length: filesEach }, (_, file) => writeFile(join(path, `file${file}`), String(file))),
    );
  }
}

function answered(thread: Worker, ask: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const listen = (message: FromWorker) => {
      if (message.kind !== 'answer') return;
      thread.off('message', listen);
      if ('problem' in message.answer) reject(new Error(message.answer.problem.message));
      else resolve();
    };
    thread.on('message', listen);
    thread.once('error', reject);
    ask();
  });
}
