/** The protocol of `docker-credential-<name>` programs. Source: docker/docker-credential-helpers, README and client/client.go. */
import type { Credential } from '../util/credential.ts';
import { ProblemError } from '../util/problemError.ts';
import { findOnPath, type ProgramEnd, ProgramFailure, type ProgramWorld, runProgram } from '../util/program.ts';

export interface HelperWorld extends ProgramWorld {
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
  const { code, stdout } = await runHelper(file, address, world, signal, (told, next, cause) =>
    fail(`${program} ${told}.`, next, cause),
  );
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

async function runHelper(
  file: string,
  address: string,
  { env, timeoutMs }: HelperWorld,
  signal: AbortSignal,
  fail: (told: string, next: string, cause?: unknown) => ProblemError,
): Promise<ProgramEnd> {
  const run = { args: ['get'], input: address, env, timeoutMs, maximumBytes: maximumOutput };
  try {
    return await runProgram(file, run, signal);
  } catch (error) {
    if (!(error instanceof ProgramFailure)) throw error;
    switch (error.kind) {
      case 'late':
        throw fail(
          `did not answer within ${timeoutMs / 1000} seconds`,
          'It may be waiting for you to unlock a keychain. Unlock it and try again.',
        );
      case 'notStarted':
        throw fail('could not be started', 'Check that it is a program for this machine.', error.cause);
      case 'tooMuch':
        throw fail('answered far more than a credential', 'Check what program it is.');
    }
  }
}
