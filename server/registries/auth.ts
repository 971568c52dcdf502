/**
 * The answer to a registry's challenge: Basic, or a bearer token from its token server.
 * Source: distribution, docs/content/spec/auth/{token,oauth}.md.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Cache } from '../util/cache.ts';
import type { Credential, Credentials } from '../util/credential.ts';
import { ProblemError } from '../util/problemError.ts';
import { refusal } from './address.ts';
import { answerProblem, lacksScope } from './answerProblem.ts';
import { chooseChallenge, parseChallenges } from './challenge.ts';
import type { Http, HttpResponse } from './http.ts';

/** What a request needs to be allowed. */
export interface Access {
  /** For example `repository:team/app:pull`; undefined asks for nothing in particular. */
  readonly scope?: string;
  /** Some stores keep a credential per repository. */
  readonly repository?: string;
}

interface Token {
  readonly value: string;
  readonly lifetimeMs: number;
}

/** What the registry asked for last: the next request brings it along instead of being refused first. */
type Asked =
  | { readonly kind: 'basic' }
  | { readonly kind: 'bearer'; readonly realm: URL; readonly service?: string; readonly scopes: readonly string[] };

const maximumTokenBytes = 64 * 1024;
const maximumTokens = 200;
/** A password that was refused is not sent again for so long: at every keystroke, it would soon lock the account. */
const rejectedMs = 60_000;

export class Auth {
  readonly #host: string;
  readonly #http: Http;
  readonly #credentials: Credentials;
  readonly #tokens: Cache<Token>;
  readonly #now: () => number;
  /** What was refused, by what and whose it was, with the time. */
  readonly #rejected = new LRUCache<string, number>({ max: 100 });
  #asked: Asked | undefined;

  /** `http` knows on what terms the registry's own origin is met, which may give out its tokens itself. */
  constructor(host: string, http: Http, credentials: Credentials, now: () => number) {
    this.#host = host;
    this.#http = http;
    this.#credentials = credentials;
    this.#now = now;
    this.#tokens = new Cache({ ttlMs: ({ lifetimeMs }) => lifetimeMs, maximum: maximumTokens, now });
  }

  /**
   * Sends a request with what the registry is known to ask for, and answers its challenge once. The response may still be
   * a 401: then what we have is not enough. Credentials are looked up only for a registry that asks.
   */
  async send(
    request: (authorization: string | undefined) => Promise<HttpResponse>,
    access: Access,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const brought = this.#asked && (await this.#authorization(this.#asked, access, signal));
    const response = await request(brought);
    if (response.status !== 401 || (brought !== undefined && lacksScope(response))) return response;
    if (response.foreign) return response; // the challenge of a storage server is not the registry's: it gets no answer
    const asked = this.#readChallenge(response, access);
    if (asked === undefined) return response;
    this.#asked = asked.kind === 'bearer' ? { ...asked, scopes: [] } : asked;
    if (brought?.startsWith('Bearer ')) this.#tokens.forget();
    const answer = await this.#authorization(asked, access, signal);
    if (answer === undefined) return response;
    const last = answer === brought ? response : await request(answer);
    if (last.status === 401 && asked.kind === 'basic') this.#rejected.set(basicKey(answer, access), this.#now());
    return last;
  }

  #readChallenge(response: HttpResponse, access: Access): Asked | undefined {
    const challenge = chooseChallenge(parseChallenges(response.headers['www-authenticate']));
    if (challenge === undefined || challenge.scheme === 'basic') return challenge && { kind: 'basic' };
    const { parameters } = challenge;
    const realm = this.#realm(parameters.get('realm') ?? '', response.url);
    const service = parameters.get('service');
    // What the request needs is asked for even where the challenge names less; what the challenge names may be its own kind.
    const scopes = [access.scope, ...(parameters.get('scope') ?? '').split(' ')].filter((scope) => !!scope);
    return { kind: 'bearer', realm, scopes: scopes as string[], ...(service && { service }) };
  }

  /** Where tokens come from. A registry may not send our password to just anyone. */
  #realm(text: string, registry: URL): URL {
    const realm = URL.canParse(text, registry.href) ? new URL(text, registry) : undefined;
    const reason = realm === undefined ? 'it is not an address' : refusal(realm, registry);
    if (realm !== undefined && reason === undefined) return realm;
    throw new ProblemError({
      kind: 'badAnswer',
      subject: this.#host,
      message: `${this.#host} wants its tokens to be fetched from ${realm?.origin ?? 'a place that cannot be read'}, and ${reason}.`,
      next: 'Nothing was sent there. Check the configuration of the registry.',
    });
  }

  async #authorization(asked: Asked, access: Access, signal: AbortSignal): Promise<string | undefined> {
    const credential = await this.#credentials.find(this.#host, access.repository, signal);
    if (credential?.kind === 'registryToken') return `Bearer ${credential.token}`;
    if (asked.kind === 'basic') {
      const answer = credential && basic(credential);
      if (answer !== undefined) this.#throwIfRejected(basicKey(answer, access));
      return answer;
    }
    const scopes = [...new Set([...(access.scope ? [access.scope] : []), ...asked.scopes])].sort();
    const key = JSON.stringify([asked.realm.href, asked.service, scopes, fingerprint(credential)]);
    const load = (flight: AbortSignal) => this.#fetchToken(asked.realm, asked.service, scopes, credential, flight);
    return `Bearer ${(await this.#tokens.get(key, load, signal)).value.value}`;
  }

  #throwIfRejected(key: string): void {
    const at = this.#rejected.get(key);
    if (at !== undefined && this.#now() - at < rejectedMs) throw wrongCredential(this.#host);
  }

  async #fetchToken(
    realm: URL,
    service: string | undefined,
    scopes: readonly string[],
    credential: Credential | undefined,
    signal: AbortSignal,
  ): Promise<Token> {
    const key = `${realm.href} ${fingerprint(credential)}`;
    this.#throwIfRejected(key);
    if (credential?.kind === 'identityToken') {
      const response = await this.#http.send(refreshRequest(realm, service, scopes, credential.token), signal);
      // A server without OAuth2 says so in one of these ways; the older form takes the token for a password.
      if (response.status !== 404 && response.status !== 405) return this.#readToken(response, credential, key);
    }
    const response = await this.#http.send(tokenRequest(realm, service, scopes, credential), signal);
    return this.#readToken(response, credential, key);
  }

  #readToken(response: HttpResponse, credential: Credential | undefined, key: string): Token {
    if (response.status === 401 && credential !== undefined) {
      this.#rejected.set(key, this.#now());
      throw wrongCredential(this.#host);
    }
    if (response.status !== 200) {
      // Signing in is done at the registry; any other trouble is the token server's own.
      const host = response.status === 401 || response.status === 403 ? this.#host : response.url.host;
      throw answerProblem(response, host, `a token for ${this.#host}`, this.#now());
    }
    const token = parseToken(response.body);
    if (token !== undefined) return token;
    throw new ProblemError({
      kind: 'badAnswer',
      subject: this.#host,
      message: `${response.url.host} answered without a token for ${this.#host}.`,
      next: 'Check the configuration of the registry.',
    });
  }
}

/** Some registries answer 401 where only this repository is not for us: what is refused for one may do for the next. */
const basicKey = (authorization: string, access: Access) => `${access.scope} ${hash(authorization)}`;

function wrongCredential(host: string): ProblemError {
  return new ProblemError({
    kind: 'unauthorized',
    subject: host,
    message: `The user name and password, or the token, for ${host} are not accepted.`,
    next: `Sign in again with: docker login ${host}`,
  });
}

/** Without `Authorization` the token is for the anonymous. */
function tokenRequest(realm: URL, service: string | undefined, scopes: readonly string[], credential?: Credential) {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  url.searchParams.set('client_id', 'gantry');
  if (credential?.kind === 'basic') url.searchParams.set('account', credential.username);
  const authorization = credential && basic(credential);
  return {
    method: 'GET' as const,
    url,
    headers: { accept: 'application/json', ...(authorization && { authorization }) },
    maximumBytes: maximumTokenBytes,
  };
}

function refreshRequest(realm: URL, service: string | undefined, scopes: readonly string[], token: string) {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: token,
    client_id: 'gantry',
    ...(service !== undefined && { service }),
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
  });
  return {
    method: 'POST' as const,
    url: realm,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    maximumBytes: maximumTokenBytes,
  };
}

function parseToken(body: Buffer): Token | undefined {
  try {
    const answer = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    const value = answer['token'] || answer['access_token'];
    // A token is sent on in a header: blanks and controls in it could add others.
    if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) return undefined;
    return { value, lifetimeMs: lifetimeMs(answer['expires_in']) };
  } catch {
    return undefined; // the parser's message quotes the token
  }
}

/** 60 s where the server does not say, and never less, as the specification has it. It is renewed 10 s early. */
function lifetimeMs(expiresIn: unknown): number {
  const seconds = typeof expiresIn === 'number' && Number.isFinite(expiresIn) ? expiresIn : 60;
  return (Math.min(Math.max(seconds, 60), 86_400) - 10) * 1000;
}

function basic(credential: Credential): string | undefined {
  if (credential.kind === 'registryToken') return undefined;
  const [username, password] =
    credential.kind === 'basic'
      ? [credential.username, credential.password]
      : [credential.username ?? '<token>', credential.token];
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** Tells credentials apart in the keys of the token cache without being one. */
function fingerprint(credential: Credential | undefined): string {
  return credential ? hash(JSON.stringify(credential)) : 'anonymous';
}

const hash = (secret: string) => createHash('sha256').update(secret).digest('hex');
