/** What is sent to a token server, and what it answers. Source: distribution, docs/content/spec/auth/{token,oauth}.md. */
import type { Credential } from '../util/credential.ts';
import { fields, text } from '../util/json.ts';
import type { HttpRequest } from './http.ts';

export interface Token {
  readonly value: string;
  readonly lifetimeMs: number;
}

/** What a token is asked for. */
export interface TokenAsk {
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
}

const maximumTokenBytes = 64 * 1024;

/** A token is renewed that long before its end. */
const earlyMs = 10_000;

/** Without a credential the token is for the anonymous. */
export function tokenRequest({ realm, service, scopes }: TokenAsk, credential?: Credential): HttpRequest {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  url.searchParams.set('client_id', 'gantry');
  if (credential?.kind === 'basic') url.searchParams.set('account', credential.username);
  const authorization = credential && basic(credential);
  return {
    method: 'GET',
    url,
    headers: { accept: 'application/json', ...(authorization && { authorization }) },
    maximumBytes: maximumTokenBytes,
  };
}

/** Trades an identity token for an access token. */
export function refreshRequest({ realm, ...ask }: TokenAsk, token: string): HttpRequest {
  return formRequest(realm, { grant_type: 'refresh_token', refresh_token: token, client_id: 'gantry', ...asked(ask) });
}

/**
 * How Azure gives tokens to the anonymous, where the registry lets them in.
 * Source: Azure SDK for JavaScript, container-registry, recorded anonymous exchanges.
 */
export function anonymousRequest({ realm, ...ask }: TokenAsk): HttpRequest {
  return formRequest(realm, { grant_type: 'password', client_id: 'gantry', ...asked(ask) });
}

const asked = ({ service, scopes }: Omit<TokenAsk, 'realm'>): Record<string, string> => ({
  ...(service !== undefined && { service }),
  ...(scopes.length > 0 && { scope: scopes.join(' ') }),
});

export function formRequest(url: URL, form: Readonly<Record<string, string>>): HttpRequest {
  return {
    method: 'POST',
    url,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    maximumBytes: maximumTokenBytes,
  };
}

/** The token in an answer, of whichever of `names` it goes by; undefined where there is none. `now` as Date.now(). */
export function parseToken(
  body: Buffer,
  now: number,
  names: readonly string[] = ['token', 'access_token'],
): Token | undefined {
  try {
    const answer = fields(JSON.parse(body.toString('utf8')));
    const value = names.map((name) => text(answer[name])).find((each) => each !== '');
    // A token is sent on in a header: blanks and controls in it could add others.
    if (value === undefined || !/^[\x21-\x7e]+$/.test(value)) return undefined;
    return { value, lifetimeMs: lifetimeMs(answer['expires_in'], value, now) };
  } catch {
    return undefined; // the parser's message quotes the token
  }
}

/**
 * As the server says; else as the token itself does, which is all that Azure has; else 60 s, as the specification has it,
 * and never less by the server's word.
 */
function lifetimeMs(expiresIn: unknown, token: string, now: number): number {
  const day = 86_400_000;
  if (typeof expiresIn === 'number' && Number.isFinite(expiresIn)) {
    return Math.min(Math.max(expiresIn * 1000, 60_000), day) - earlyMs;
  }
  const { exp } = claimsOf(token);
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return 60_000 - earlyMs;
  return Math.min(Math.max(exp * 1000 - now - earlyMs, 0), day);
}

/** What a JSON Web Token claims, unverified; of anything else, nothing. Source: RFC 7519, 3. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const payload = token.split('.', 3)[1] ?? '';
  try {
    return fields(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  } catch {
    return {};
  }
}

/** The `Authorization` that a credential makes without a token server; undefined for one that is a token already. */
export function basic(credential: Credential): string | undefined {
  if (credential.kind === 'registryToken') return undefined;
  const [username, password] =
    credential.kind === 'basic'
      ? [credential.username, credential.password]
      : [credential.username ?? '<token>', credential.token];
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
