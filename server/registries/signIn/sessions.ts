/**
 * Accounts of the editor's as credentials of registries: a GitHub account's token is a password at GitHub's registry, a
 * Microsoft account's is exchanged at an Azure registry for one of its own.
 * Source: Azure/acr, docs/AAD-OAuth.md; VS Code's `microsoft` provider takes the directory as a scope `VSCODE_TENANT:…`.
 */

import { cloudOf, managementOf } from '../../../common/azureClouds.ts';
import type { RegistrySetting } from '../../../common/registry.ts';
import { Cache } from '../../util/cache.ts';
import type { ClientStores, EditorSession } from '../../util/clientStores.ts';
import type { Credential, Session } from '../../util/credential.ts';
import { ProblemError } from '../../util/problemError.ts';
import { answerProblem } from '../answerProblem.ts';
import type { Distribution } from '../distribution.ts';
import { productOf } from '../products/products.ts';
import { claimsOf, parseToken, type Token } from '../token.ts';

export interface SessionsWorld {
  readonly stores: ClientStores;
  readonly settingOf: (host: string) => RegistrySetting;
  /** A registry met without credentials. */
  readonly meet: (setting: RegistrySetting) => Distribution;
  readonly now: () => number;
}

export interface Sessions {
  /** What an account stands for at a registry. Asks the user to sign in to it where `interactive`. */
  open(host: string, session: Session, interactive: boolean, signal: AbortSignal): Promise<Opened>;
  /** The same for an account that the user signed in with before. Throws a ProblemError `credentials` where it is gone. */
  resolve(host: string, session: Session, signal: AbortSignal): Promise<Credential>;
  /** What was exchanged is exchanged anew. */
  forget(host?: string): void;
}

export interface Opened {
  readonly credential: Credential;
  /** With the account's name, and the directory it was taken in. */
  readonly session: Session;
}

/** What GitHub's registry and its API of packages want of a token. Source: GitHub Docs, "Scopes for OAuth apps". */
const githubScopes = {
  read: ['read:packages'],
  write: ['read:packages', 'write:packages'],
  delete: ['read:packages', 'write:packages', 'delete:packages'],
} as const;

const names = { microsoft: 'Microsoft', github: 'GitHub' } as const;

const maximumBytes = 64 * 1024;

export function createSessions(world: SessionsWorld): Sessions {
  const { stores, settingOf, meet, now } = world;
  const refreshTokens = new Cache<Token>({ ttlMs: ({ lifetimeMs }) => lifetimeMs, maximum: 100, now });

  const ask = async (host: string, session: Session, interactive: boolean, signal: AbortSignal) => {
    const { provider } = session;
    if (stores.sessions === undefined) throw noAccounts(host, provider, stores.editor);
    const answer = await stores.sessions({ provider, scopes: scopesOf(host, session), interactive }, signal);
    if (answer === undefined) throw interactive ? declined(host, provider) : signedOut(host, session);
    return answer;
  };

  const exchange = async (host: string, tenant: string | undefined, account: EditorSession, signal: AbortSignal) => {
    const what = 'an exchange of a Microsoft account';
    const response = await meet(settingOf(host)).request(
      {
        method: 'POST',
        path: '/oauth2/exchange',
        unsigned: true,
        maximumBytes,
        form: {
          grant_type: 'access_token',
          service: host,
          ...(tenant !== undefined && { tenant }),
          access_token: account.accessToken,
        },
      },
      signal,
    );
    if (response.status === 401 || response.status === 403) throw wrongAccount(host, account.account, tenant);
    if (response.status !== 200) throw answerProblem(response, host, what, now());
    const token = parseToken(response.body, now(), ['refresh_token']);
    if (token === undefined) throw noToken(host);
    return token;
  };

  const azure = async (host: string, session: Session, interactive: boolean, signal: AbortSignal): Promise<Opened> => {
    let taken: Session = session;
    const load = async (flight: AbortSignal) => {
      const account = await ask(host, session, interactive, flight);
      const tenant = session.tenant ?? directoryOf(account);
      taken = { ...session, account: account.account, ...(tenant !== undefined && { tenant }) };
      return exchange(host, tenant, account, flight);
    };
    if (interactive) refreshTokens.forget((key) => key === keyOf(host, session));
    const { value } = await refreshTokens.get(keyOf(host, session), load, signal);
    const { account: username } = taken;
    const credential = {
      kind: 'identityToken' as const,
      ...(username !== undefined && { username }),
      token: value.value,
    };
    return { credential, session: taken };
  };

  const open = async (host: string, session: Session, interactive: boolean, signal: AbortSignal): Promise<Opened> => {
    throwIfStranger(settingOf(host), session);
    if (session.provider === 'microsoft') return azure(host, session, interactive, signal);
    const { account, accessToken } = await ask(host, session, interactive, signal);
    return {
      credential: { kind: 'basic', username: account, password: accessToken },
      session: { ...session, account },
    };
  };

  return {
    open,
    async resolve(host, session, signal) {
      return (await open(host, session, false, signal)).credential;
    },
    forget: (host) => refreshTokens.forget((key) => host === undefined || key.startsWith(`${host} `)),
  };
}

const keyOf = (host: string, { tenant, account }: Session): string => `${host} ${tenant ?? ''} ${account ?? ''}`;

function scopesOf(host: string, { provider, tenant, access = 'read' }: Session): readonly string[] {
  return provider === 'github' ? githubScopes[access] : microsoftScopes(managementOf(cloudOf(host)), tenant);
}

/** For Azure's management API, in one of the directories that the account belongs to. */
export function microsoftScopes(management: string, tenant: string | undefined): readonly string[] {
  return [`${management}/.default`, ...(tenant === undefined ? [] : [`VSCODE_TENANT:${tenant}`])];
}

/** The directory that a token is for, where the token says so. */
export function directoryOf({ accessToken }: EditorSession): string | undefined {
  const { tid } = claimsOf(accessToken);
  return typeof tid === 'string' && /^[0-9a-f-]{36}$/i.test(tid) ? tid : undefined;
}

/** An account opens much more than a registry: its token goes to a host that is the product's own, or that the user says is. */
function throwIfStranger(setting: RegistrySetting, { provider }: Session): void {
  const { host, kind } = setting;
  const isFriend =
    provider === 'microsoft'
      ? productOf(setting).kind === 'acr'
      : kind === 'ghcr' || (kind === undefined && host === 'ghcr.io');
  if (isFriend) return;
  throw new ProblemError({
    kind: 'unsupported',
    subject: host,
    message: `A ${names[provider]} account is not given to ${host}: nothing in its name says that it is ${names[provider]}'s.`,
    next: `If it is, say so with "kind" in gantry.registries; else sign in with a user name and a token.`,
  });
}

function noAccounts(host: string, provider: Session['provider'], editor: string): ProblemError {
  return new ProblemError({
    kind: 'credentials',
    subject: host,
    message: `${editor} has no ${names[provider]} account that Gantry can ask for, to sign in to ${host}.`,
    next: 'Sign in with a user name and a token instead.',
  });
}

function signedOut(host: string, { provider, account }: Session): ProblemError {
  return new ProblemError({
    kind: 'credentials',
    subject: host,
    message:
      `The ${names[provider]} account ${account ?? ''} that you signed in to ${host} with is not signed in any more.`.replace(
        '  ',
        ' ',
      ),
    next: 'Sign in to the registry again, or sign out of it to go on without an account.',
  });
}

/** Closing the window that asks is no failure. */
function declined(host: string, provider: Session['provider']): Error {
  return Object.assign(new Error(`${host}: no ${names[provider]} account was chosen`), { name: 'AbortError' });
}

function wrongAccount(host: string, account: string, tenant: string | undefined): ProblemError {
  const directory = tenant === undefined ? '' : ` in the directory ${tenant}`;
  return new ProblemError({
    kind: 'unauthorized',
    subject: host,
    message: `${host} does not take the Microsoft account ${account}${directory}.`,
    next: "Sign in with the account and in the directory (tenant) of the registry's subscription, or with a token of the registry.",
  });
}

function noToken(host: string): ProblemError {
  return new ProblemError({
    kind: 'badAnswer',
    subject: host,
    message: `${host} answered without a token for the Microsoft account.`,
    next: 'Check that it is an Azure Container Registry.',
  });
}
