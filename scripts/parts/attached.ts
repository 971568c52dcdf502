import { spawn } from 'node:child_process';
import { root } from './dependencies.mjs';

/** Runs a program on our terminal and resolves to its exit code. An abort ends it with everything that it started. */
export function attached(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<number> {
  const windows = process.platform === 'win32';
  // A process group of its own, so that no grandchild outlives an abort.
  const child = spawn(program, args, { cwd: root, env, stdio: 'inherit', shell: windows, detached: !windows });
  const end = () => (windows ? child.kill() : process.kill(-child.pid!, 'SIGKILL'));
  signal.addEventListener('abort', end, { once: true });
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  }).finally(() => signal.removeEventListener('abort', end));
}
