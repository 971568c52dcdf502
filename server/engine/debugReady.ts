import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { fields, text } from '../util/json.ts';
import { isAbort, ProblemError } from '../util/problemError.ts';
import { inspectContainer, inspectedPorts } from './containers.ts';
import { withDeadline } from './deadline.ts';
import { openLogs } from './streams/logs.ts';
import type { Transport } from './transport.ts';

const firstWaitMs = 50;
const longestWaitMs = 500;
const answerDeadlineMs = 2000;
const lastLines = 10;

/**
 * Waits until Node's inspector answers on the host port `port`, where a port of the container is published.
 * Throws ProblemError: `timeout` after `timeoutMs`; `internal` with the last lines of the log when the container stops before.
 */
export function debugReady(
  engine: Transport,
  id: string,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  return withDeadline(timeoutMs, id, signal, async (signal) => {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      const inspected = fields(await inspectContainer(engine, id, signal).catch(goneIsProblem));
      const { Running, ExitCode } = fields(inspected['State']);
      if (Running !== true) throw await stopped(engine, id, nameOf(inspected, id), ExitCode, signal);
      const published = inspectedPorts(inspected).find(({ hostPort }) => hostPort === port);
      if (published === undefined) throw notPublished(nameOf(inspected, id), port);
      if (await inspectorAnswers(loopback(published.hostIp), port, signal)) return;
      await pause(waitMs, undefined, { signal });
    }
  });
}

/** Whether anything that speaks the inspector's protocol is there. Before, the engine's proxy accepts and closes again. */
function inspectorAnswers(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const request = get(
      { host, port, path: '/json/list', agent: false, signal, timeout: answerDeadlineMs },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', (error) => (isAbort(error) ? reject(error) : resolve(false)));
  });
}

function loopback(hostIp: string | undefined): string {
  return hostIp === undefined || hostIp === '0.0.0.0' || hostIp === '::' ? '127.0.0.1' : hostIp;
}

function nameOf(inspected: Readonly<Record<string, unknown>>, id: string): string {
  return text(inspected['Name']).replace(/^\//, '') || id.slice(0, 12);
}

async function stopped(
  engine: Transport,
  id: string,
  name: string,
  exitCode: unknown,
  signal: AbortSignal,
): Promise<ProblemError> {
  const spec = { kind: 'logs', id, tail: lastLines, follow: false, timestamps: false } as const;
  let printed = '';
  try {
    const { output } = await openLogs(engine, spec, signal);
    for await (const chunk of output) printed += chunk;
  } catch (error) {
    signal.throwIfAborted();
    printed = `(its log cannot be read: ${error instanceof Error ? error.message : error})`;
  }
  const said = text(printed).trim().slice(-2000);
  return new ProblemError({
    kind: 'internal',
    subject: name,
    message: `The container stopped with exit code ${exitCode}${said === '' ? ' and printed nothing.' : `:\n${said}`}`,
    next: 'Look at its command and its log.',
  });
}

/** A container that the engine removes when it stops takes its log along. */
function goneIsProblem(error: unknown): never {
  if (!(error instanceof ProblemError && error.problem.kind === 'notFound')) throw error;
  const message = 'The container stopped and was removed before its debugger answered.';
  throw new ProblemError(
    { ...error.problem, message, next: 'Run its command without the debugger to see why.' },
    error,
  );
}

function notPublished(name: string, port: number): ProblemError {
  const message = `The container publishes nothing on the host port ${port}.`;
  return new ProblemError({ kind: 'notFound', subject: name, message });
}
