/** The protocol of `docker-credential-<name>` programs. Source: docker/docker-credential-helpers, README and client/client.go. */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Credential } from '../util/credential.ts';
import { ProblemError } from '../util/problemError.ts';

export interface HelperWorld {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** How long a helper may think. A keychain may be asking the user meanwhile. */
  readonly timeoutMs: number;
}

const maximumOutput = 1 << 20;

/**
 * Asks a helper for the credential of a server address. Undefined when the helper has none. Throws a ProblemError
 * `credentials` when it is missing, fails, is too slow or answers something else.
 */
export async function askHelper(
  name: string,
  address: string,
  world: HelperWorld,
  signal: AbortSignal,
): Promise<Credential | undefined> {
  const program = `docker-credential-${name}`;
  const fail = (message: string, next: string, cause?: unknown) =>
    new ProblemError({ kind: 'credentials', subject: program, message, next }, cause);
  const file = /^[A-Za-z0-9._-]+$/.test(name) ? await findOnPath(program, world) : undefined;
  if (file === undefined) {
    throw fail(
      `docker's config.json keeps the credentials of ${address} in ${JSON.stringify(program)}, which is not on the PATH.`,
      'Install it, or remove it from credsStore and credHelpers and sign in again with docker login.',
    );
  }
  const { code, stdout } = await runHelper(file, address, world, signal, fail);
  if (code === 0) {
    const credential = credentialOf(stdout);
    if (credential !== 'garbage') return credential;
    throw fail(`${program} answered something that is not a credential.`, `Try: ${program} get`);
  }
  const reason = stdout.trim();
  if (/credentials not found/i.test(reason)) return undefined;
  // Helpers tell their failures on stdout. Where it looks like an answer it could hold the secret.
  const told = reason === '' || reason.includes('{') ? `ended with code ${code}` : firstLine(reason);
  throw fail(
    `${program} could not give the credentials of ${address}: ${told}.`,
    'Try docker login for this registry.',
  );
}

/** `Username` `<token>` marks the secret as an identity token. An answer without user and secret means "none". */
function credentialOf(stdout: string): Credential | undefined | 'garbage' {
  try {
    const { Username: username, Secret: secret } = JSON.parse(stdout) as Record<string, unknown>;
    if (typeof username !== 'string' || typeof secret !== 'string') return 'garbage';
    if (username === '<token>') return { kind: 'identityToken', token: secret };
    return username === '' && secret === '' ? undefined : { kind: 'basic', username, password: secret };
  } catch {
    return 'garbage'; // the parser's message quotes the secret
  }
}

const firstLine = (text: string) =>
  text
    .split(/[\r\n]/, 1)[0]
    ?.slice(0, 200)
    .replace(/\.$/, '') ?? '';

/**
 * The program on the PATH. Entries that are not absolute are passed over, so that nothing of an opened folder is ever run.
 * On Windows only an .exe will do: a .cmd could only be started through a shell.
 */
async function findOnPath(program: string, { env, platform }: HelperWorld): Promise<string | undefined> {
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

function runHelper(
  file: string,
  address: string,
  { env, timeoutMs }: HelperWorld,
  signal: AbortSignal,
  fail: (message: string, next: string, cause?: unknown) => ProblemError,
): Promise<{ code: number | null; stdout: string }> {
  const program = path.basename(file);
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(file, ['get'], {
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
    const onAbort = () => end(() => reject(signal.reason));
    const timer = setTimeout(() => {
      const message = `${program} did not answer within ${timeoutMs / 1000} seconds.`;
      end(() => reject(fail(message, 'It may be waiting for you to unlock a keychain. Unlock it and try again.')));
    }, timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    child.on('error', (cause) =>
      end(() =>
        reject(fail(`${program} could not be started.`, 'Check that it is a program for this machine.', cause)),
      ),
    );
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maximumOutput) chunks.push(chunk);
      else end(() => reject(fail(`${program} answered far more than a credential.`, 'Check what program it is.')));
    });
    child.on('close', (code) => end(() => resolve({ code, stdout: Buffer.concat(chunks).toString('utf8') })));
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(address);
  });
}
