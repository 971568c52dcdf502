import { spawn } from 'node:child_process';

export interface Daemon {
  /** What `ready` matched in the daemon's output. */
  readonly match: RegExpMatchArray;
  /** Resolves when the daemon is gone, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends the daemon and waits until it is gone. */
  stop(): Promise<void>;
}

export interface DaemonOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** A line of output that says the daemon answers from now on. */
  readonly ready: RegExp;
  readonly startMs?: number;
  readonly stopMs?: number;
}

/**
 * Starts a program that stays, and waits for the line with which it says that it is ready.
 * Throws with the end of its output when it ends before, or does not get there in time.
 */
export async function startDaemon(command: string, args: readonly string[], options: DaemonOptions): Promise<Daemon> {
  const { env, ready, startMs = 60_000, stopMs = 20_000 } = options;
  const child = spawn(command, args, { ...(env && { env }), stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let output = '';
  const match = await new Promise<RegExpMatchArray>((resolve, reject) => {
    const fail = (reason: string) => {
      child.kill('SIGKILL');
      reject(new Error(`${command} ${reason}:\n${output.slice(-3000)}`));
    };
    const timer = setTimeout(() => fail(`was not ready after ${startMs / 1000} s`), startMs);
    const read = (text: string) => {
      output = (output + text).slice(-20_000);
      const found = ready.exec(output);
      if (found) {
        clearTimeout(timer);
        resolve(found);
      }
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('error', (error) => fail(error.message));
    child.once('close', (code, signal) => fail(`ended with ${signal ?? `code ${code}`}`));
  });
  return {
    match,
    ended,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
