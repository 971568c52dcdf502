/** The thread that looks at build contexts, which takes longer than an editor may wait. */
import { parentPort } from 'node:worker_threads';
import type { ToWorker } from './messages.ts';
import { Predictions } from './predictions.ts';

const predictions = new Predictions((message) => parentPort?.postMessage(message));
parentPort?.on('message', (message: ToWorker) => predictions.receive(message));
