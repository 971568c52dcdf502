/** Signing in to a registry and out of it: what the user gives is tried there before it is kept. */
import { isRegistryHost } from '../../../common/reference.ts';
import type { RegistrySetting, SignedIn, SignIn } from '../../../common/registry.ts';
import {
  type Credential,
  type Credentials,
  type Given,
  type Kept,
  nobody,
  type SignIns,
} from '../../util/credential.ts';
import { ProblemError } from '../../util/problemError.ts';
import type { Registries } from '../registries.ts';
import { normaliseHost, notAHost } from '../settings.ts';
import { signInAdvice, tokenUser } from './advice.ts';
import type { Sessions } from './sessions.ts';

export interface SignInRoom {
  readonly registries: Registries;
  readonly signIns: SignIns;
  readonly sessions: Sessions;
}

/** Throws a ProblemError when the registry does not take it; then nothing is kept, and what was there before still is. */
export async function signIn(
  { registries, signIns, sessions }: SignInRoom,
  at: { readonly host: string; readonly insecure?: boolean | undefined },
  by: SignIn,
  signal: AbortSignal,
): Promise<SignedIn> {
  const host = hostOf(at.host);
  const known = registries.settingOf(host);
  const setting = { ...known, insecure: at.insecure === true || known.insecure === true };
  const { kind } = registries.productOf(host);
  let given: Given;
  let credential: Credential;
  if (by.kind === 'session') {
    ({ session: given, credential } = await sessions.open(host, by, true, signal));
  } else {
    given = credential = passwordOf(by, kind, host);
  }
  const isTried = await tryAt(registries, setting, credential, signal);
  const kept = await signIns.keep(host, given, signal);
  registries.signedAnew(host);
  const account = given.kind === 'session' ? given.account : given.username;
  const notes = notesOf(host, kept, isTried);
  return {
    ...(account !== undefined && { account }),
    keptIn: kept.keptIn,
    ...(notes.length > 0 && { notes }),
  };
}

export async function signOut({ registries, signIns }: SignInRoom, text: string, signal: AbortSignal): Promise<void> {
  const host = hostOf(text);
  await signIns.drop(host, signal);
  registries.signedAnew(host);
}

function passwordOf(
  by: Exclude<SignIn, { readonly kind: 'session' }>,
  kind: Parameters<typeof tokenUser>[0],
  host: string,
): Extract<Given, { readonly kind: 'basic' }> {
  const secret = (by.kind === 'password' ? by.password : by.token).trim();
  const username = by.username?.trim() || (by.kind === 'token' ? tokenUser(kind, secret) : '');
  // A name with a colon could not be told from its password; a control character would end the header.
  const isName = username !== '' && !username.includes(':') && !/\p{Cc}/u.test(username);
  if (isName && secret !== '') return { kind: 'basic', username, password: secret };
  throw new ProblemError({
    kind: 'unauthorized',
    subject: host,
    message: `A user name without colons and a password or token are needed to sign in to ${host}.`,
    next: signInAdvice(kind),
  });
}

/** Whether the registry asked who we are at all; throws when it did and does not take the answer. */
async function tryAt(
  registries: Registries,
  setting: RegistrySetting,
  credential: Credential,
  signal: AbortSignal,
): Promise<boolean> {
  let asked = false;
  const trial: Credentials = {
    ...nobody,
    find: async () => {
      asked = true;
      return credential;
    },
  };
  try {
    await registries.meet(setting, trial).ping(signal);
    return asked;
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.kind !== 'unauthorized') throw error;
    const next = signInAdvice(registries.productOf(setting.host).kind);
    throw new ProblemError({ ...error.problem, subject: setting.host, next }, error);
  }
}

function notesOf(host: string, { behind, problem }: Kept, isTried: boolean): readonly string[] {
  return [
    ...(isTried ? [] : [`${host} asked for no sign-in, so what you gave could not be tried.`]),
    ...(behind === undefined
      ? []
      : [
          `${behind} has a sign-in for ${host} too, which comes first as long as the registry takes it; docker logout ${host} forgets it.`,
        ]),
    ...(problem === undefined ? [] : [problem.message]),
  ];
}

function hostOf(text: string): string {
  const host = isRegistryHost(text) ? normaliseHost(text) : undefined;
  if (host !== undefined) return host;
  throw notAHost(text);
}
