/** The protocol of `docker-credential-<name>` programs. Source: docker/docker-credential-helpers, README and client/client.go. */
import type { Credential } from '../util/credential.ts';
import { ProblemError } from '../util/problemError.ts';
import { findOnPath, type ProgramEnd, ProgramFailure, type ProgramWorld, runProgram } from '../util/program.ts';

export interface HelperWorld extends ProgramWorld {
  /** How long a helper may think. A keychain may be asking the user meanwhile. */
  readonly timeoutMs: number;
}

const maximumOutput = 1 << 20;

/** The program behind a name of `credsStore` or `credHelpers`. */
export const helperProgram = (name: string): string => `docker-credential-${name}`;

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
  const { code, stdout } = await runHelper({ name, verb: 'get', address, input: address }, world, signal);
  const program = helperProgram(name);
  if (code === 0) {
    const credential = credentialOf(stdout);
    if (credential !== 'garbage') return credential;
    throw broken(program, `${program} answered something that is not a credential.`, `Try: ${program} get`);
  }
  if (isNone(stdout)) return undefined;
  throw broken(
    program,
    `${program} could not give the credentials of ${address}: ${toldBy({ code, stdout })}.`,
    'Try docker login for this registry.',
  );
}

/** Hands a user name and a secret to a helper, which keeps them. Throws a ProblemError `credentials` when it does not. */
export async function storeInHelper(
  name: string,
  entry: { readonly address: string; readonly username: string; readonly secret: string },
  world: HelperWorld,
  signal: AbortSignal,
): Promise<void> {
  const { address, username, secret } = entry;
  const input = JSON.stringify({ ServerURL: address, Username: username, Secret: secret });
  const { code, stdout } = await runHelper({ name, verb: 'store', address, input }, world, signal);
  if (code === 0) return;
  // What it says may repeat what it was given.
  const told = stdout.includes(secret) ? `ended with code ${code}` : toldBy({ code, stdout });
  const program = helperProgram(name);
  throw broken(program, `${program} did not keep the sign-in to ${address}: ${told}.`, 'Try docker login for it.');
}

/** Lets a helper forget an address. That it has none is as good. Throws a ProblemError `credentials`. */
export async function eraseFromHelper(
  name: string,
  address: string,
  world: HelperWorld,
  signal: AbortSignal,
): Promise<void> {
  const { code, stdout } = await runHelper({ name, verb: 'erase', address, input: address }, world, signal);
  if (code === 0 || isNone(stdout)) return;
  const program = helperProgram(name);
  const message = `${program} did not forget the sign-in to ${address}: ${toldBy({ code, stdout })}.`;
  throw broken(program, message, `Try: docker logout ${address}`);
}

const isNone = (stdout: string): boolean => /credentials not found/i.test(stdout);

/** Helpers tell their failures on stdout. Where it looks like an answer it could hold the secret. */
function toldBy({ code, stdout }: ProgramEnd): string {
  const reason = stdout.trim();
  return reason === '' || reason.includes('{') ? `ended with code ${code}` : firstLine(reason);
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

function broken(program: string, message: string, next: string, cause?: unknown): ProblemError {
  return new ProblemError({ kind: 'credentials', subject: program, message, next }, cause);
}

interface HelperCall {
  readonly name: string;
  readonly verb: 'get' | 'store' | 'erase';
  readonly address: string;
  readonly input: string;
}

async function runHelper(
  { name, verb, address, input }: HelperCall,
  world: HelperWorld,
  signal: AbortSignal,
): Promise<ProgramEnd> {
  const program = helperProgram(name);
  const file = /^[A-Za-z0-9._-]+$/.test(name) ? await findOnPath(program, world) : undefined;
  if (file === undefined) {
    throw broken(
      program,
      `docker's config.json keeps the credentials of ${address} in ${JSON.stringify(program)}, which is not on the PATH.`,
      'Install it, or remove it from credsStore and credHelpers and sign in again with docker login.',
    );
  }
  const { env, timeoutMs } = world;
  try {
    return await runProgram(file, { args: [verb], input, env, timeoutMs, maximumBytes: maximumOutput }, signal);
  } catch (error) {
    if (!(error instanceof ProgramFailure)) throw error;
    switch (error.kind) {
      case 'late':
        throw broken(
          program,
          `${program} did not answer within ${timeoutMs / 1000} seconds.`,
          'It may be waiting for you to unlock a keychain. Unlock it and try again.',
        );
      case 'notStarted': {
        const next = 'Check that it is a program for this machine.';
        throw broken(program, `${program} could not be started.`, next, error.cause);
      }
      case 'tooMuch':
        throw broken(program, `${program} answered far more than a credential.`, 'Check what program it is.');
    }
  }
}
