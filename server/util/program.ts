/** Programs of the user's machine: found on the PATH, run without a shell, ended when they take too long. */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

export interface ProgramWorld {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

/**
 * The program on the PATH. Entries that are not absolute are passed over, so that nothing of an opened folder is ever run.
 * On Windows only an .exe will do: a .cmd could only be started through a shell.
 */
export async function findOnPath(program: string, { env, platform }: ProgramWorld): Promise<string | undefined> {
  const file = platform === 'win32' ? `${program}.exe` : program;
  const search = env['PATH'] ?? env['Path'] ?? '';
  for (const folder of search.split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    const candidate = path.join(folder, file);
    try {
      await access(candidate, constants.X_OK);
      if ((await stat(candidate)).isFile()) return candidate;
    } catch {
      // not here: the next folder
    }
  }
  return undefined;
}

export interface ProgramRun {
  readonly args: readonly string[];
  /** What it reads. */
  readonly input: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  /** What it may answer at most. */
  readonly maximumBytes: number;
}

export interface ProgramEnd {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
}

/** Why a program was not run to its end. */
export class ProgramFailure extends Error {
  readonly kind: 'notStarted' | 'late' | 'tooMuch';

  constructor(kind: ProgramFailure['kind'], program: string, cause?: unknown) {
    super(`${program}: ${kind}`, { cause });
    this.name = 'ProgramFailure';
    this.kind = kind;
  }
}

/** Runs a program in its own folder, so in none that was opened. Throws ProgramFailure, or the signal's reason. */
export function runProgram(file: string, run: ProgramRun, signal: AbortSignal): Promise<ProgramEnd> {
  const { args, input, env, timeoutMs, maximumBytes } = run;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(file, args, {
      env,
      cwd: path.dirname(file),
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      child.kill('SIGKILL');
      child.stdout.destroy(); // a grandchild could hold it open
      settle();
    };
    const fail = (kind: ProgramFailure['kind'], cause?: unknown) =>
      end(() => reject(new ProgramFailure(kind, path.basename(file), cause)));
    const onAbort = () => end(() => reject(signal.reason));
    const timer = setTimeout(() => fail('late'), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    child.on('error', (cause) => fail('notStarted', cause));
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maximumBytes) chunks.push(chunk);
      else fail('tooMuch');
    });
    child.on('close', (code) => end(() => resolve({ code, stdout: Buffer.concat(chunks).toString('utf8') })));
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(input);
  });
}
