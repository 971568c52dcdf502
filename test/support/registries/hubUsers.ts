/** Who there is at Docker Hub, and how they sign in to its web API. Source: docker/docs, content/reference/api/hub. */
import { unsignedJwt } from './access.ts';
import { type Answer, type Ask, fieldsOf, json } from './routes.ts';
import type { Store } from './store.ts';
import { type Clock, secondsOf } from './world.ts';

export interface HubUser {
  readonly username: string;
  readonly password: string;
  /** Personal access tokens; of an organisation, its access tokens. */
  readonly tokens: readonly string[];
  /** The code of a second factor: with it, a password alone opens nothing. */
  secondFactor?: string;
  readonly organisations: readonly string[];
  readonly isOrganisation?: boolean;
}

export interface HubWeb {
  readonly store: Store;
  readonly users: HubUser[];
  readonly manners: HubManners;
  readonly clock: Clock;
  /** By access token. */
  readonly sessions: Map<string, { readonly user: HubUser; readonly expiresAtMs: number }>;
}

export interface HubManners {
  /** How far into a list the nameless may page, since 2026-08-11. */
  anonymousOffset: number;
  /** Old tags have no digest. */
  digests: boolean;
  /** Then 429, and X-Retry-After says until when; undefined: no limit. */
  requestsLeft: number | undefined;
  lifetimeS: number;
}

/** With 2FA, only a token does; a password gets a ticket for the second step. */
export function signsIn(hub: HubWeb, ask: Ask, nameField: string, secretField: string, tokenField: string): Answer {
  const { [nameField]: name, [secretField]: secret } = fieldsOf(ask);
  const user = hub.users.find(({ username }) => username === name);
  if (user?.tokens.includes(String(secret))) return session(hub, user, tokenField);
  if (user === undefined || user.isOrganisation || user.password !== secret) {
    return json(401, { detail: 'Incorrect authentication credentials' });
  }
  if (user.secondFactor === undefined) return session(hub, user, tokenField);
  const detail = 'Require secondary authentication on MFA enabled account';
  return json(401, { detail, login_2fa_token: `2fa-${user.username}` });
}

export function takesSecondFactor(hub: HubWeb, ask: Ask): Answer {
  const { login_2fa_token: ticket, code } = fieldsOf(ask);
  const user = hub.users.find(({ username }) => ticket === `2fa-${username}`);
  if (user?.secondFactor === undefined || user.secondFactor !== code) {
    return json(401, { detail: 'Incorrect authentication credentials' });
  }
  return session(hub, user, 'token');
}

function session({ sessions, clock, manners }: HubWeb, user: HubUser, field: string): Answer {
  const expiresAtMs = clock.nowMs + manners.lifetimeS * 1000;
  const token = unsignedJwt({ username: user.username, exp: secondsOf(expiresAtMs), jti: sessions.size + 1 });
  sessions.set(token, { user, expiresAtMs });
  return json(200, { [field]: token });
}

type Visitor = { readonly user: HubUser | undefined } | Answer;

/** Who asks; a refusal for a token that is wrong or over. */
export function visitor({ sessions, clock }: HubWeb, { headers }: Ask): Visitor {
  if (headers.authorization === undefined) return { user: undefined };
  const known = sessions.get(headers.authorization.replace(/^Bearer /i, ''));
  if (known && known.expiresAtMs > clock.nowMs) return { user: known.user };
  return json(401, { detail: 'Invalid or expired authentication token', message: 'unauthorized', errinfo: {} });
}

export const isMember = (user: HubUser | undefined, namespace: string) =>
  user !== undefined && [user.username, ...user.organisations].includes(namespace);

export const notFound = () => json(404, { message: 'object not found', errinfo: {} });
