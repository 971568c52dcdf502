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
import { answerProblem, lacksScope, wordsOf } from './answerProblem.ts';
import { chooseChallenge, parseChallenges } from './challenge.ts';
import type { Http, HttpRequest, HttpResponse } from './http.ts';
import { joinScopes } from './scopes.ts';
import {
  anonymousRequest,
  basic,
  parseToken,
  refreshRequest,
  type Token,
  type TokenAsk,
  tokenRequest,
} from './token.ts';

/** What a request needs to be allowed. */
export interface Access {
  /** For example `repository:team/app:pull`, or `repository:team/app:pull,push`; undefined asks for nothing in particular. */
  readonly scope?: string;
  /** Some stores keep a credential per repository. */
  readonly repository?: string;
}

/** What the registry asked for last: the next request brings it along instead of being refused first. */
type Asked = { readonly kind: 'basic' } | ({ readonly kind: 'bearer' } & TokenAsk);

/** The header to send, and what it was made of. */
interface Answer {
  readonly header: string;
  readonly credential: Credential | undefined;
}

const maximumTokens = 200;
/** What was refused is not tried again for so long: a wrong password, at every keystroke, would soon lock the account. */
const rejectedMs = 60_000;
/** How many credentials of one registry are tried: docker's, podman's and the user's own. */
const maximumCredentials = 3;

export class Auth {
  readonly #host: string;
  readonly #http: Http;
  readonly #credentials: Credentials;
  readonly #tokens: Cache<Token>;
  readonly #now: () => number;
  readonly #realms: Map<string, string>;
  /** What was refused, by what and whose it was, with the time and what it came to. */
  readonly #rejected = new LRUCache<string, Rejection>({ max: 200 });
  #asked: Asked | undefined;

  /**
   * `http` knows on what terms the registry's own origin is met, which may give out its tokens itself.
   * `realms`: by registry, the origin that its users' passwords went to; it outlives what is forgotten here.
   */
  constructor(
    host: string,
    http: Http,
    credentials: Credentials,
    now: () => number,
    realms: Map<string, string> = new Map(),
  ) {
    this.#host = host;
    this.#http = http;
    this.#credentials = credentials;
    this.#now = now;
    this.#realms = realms;
    this.#tokens = new Cache({ ttlMs: ({ lifetimeMs }) => lifetimeMs, maximum: maximumTokens, now });
  }

  /**
   * Sends a request with what the registry is known to ask for, and answers its challenge once for each credential there is.
   * Credentials are looked up only for a registry that asks. Where there are none, or what they opened is not enough, the
   * response is its 401; that all of them are refused is an error.
   */
  async send(
    request: (authorization: string | undefined) => Promise<HttpResponse>,
    access: Access,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const brought = this.#asked && (await this.#answer(this.#asked, access, signal));
    const response = await request(brought?.header);
    if (response.status !== 401 || (brought !== undefined && lacksScope(response))) return response;
    if (response.foreign) return response; // the challenge of a storage server is not the registry's: it gets no answer
    const asked = this.#readChallenge(response, access);
    if (asked === undefined) return response;
    this.#asked = asked.kind === 'bearer' ? { ...asked, scopes: [] } : asked;
    if (brought?.header.startsWith('Bearer ')) this.#tokens.forget();
    return this.#answerAll(asked, { request, access, brought, response }, signal);
  }

  async #answerAll(
    asked: Asked,
    { request, access, brought, response }: Sent,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    let last = response;
    let refused: Refused | undefined;
    for (let tried = 0; tried < maximumCredentials; tried += 1) {
      const answer = await this.#answer(asked, access, signal, refused !== undefined);
      if (answer === undefined) break;
      if (answer.header !== brought?.header) last = await request(answer.header);
      if (last.status !== 401 || asked.kind !== 'basic') return last;
      refused = new Refused(this.#host, wordsOf(last));
      this.#reject(basicKey(answer.header, access), refused);
      if (answer.credential) this.#credentials.refused(this.#host, answer.credential);
    }
    if (refused !== undefined) throw refused;
    return last;
  }

  #readChallenge(response: HttpResponse, access: Access): Asked | undefined {
    const challenge = chooseChallenge(parseChallenges(response.headers['www-authenticate']));
    if (challenge === undefined || challenge.scheme === 'basic') return challenge && { kind: 'basic' };
    const { parameters } = challenge;
    const realm = this.#realm(parameters.get('realm') ?? '', response.url);
    // What the request needs is asked for even where the challenge names less; what the challenge names may be its own kind.
    const scopes = [access.scope ?? '', ...(parameters.get('scope') ?? '').split(' ')];
    return { kind: 'bearer', realm, scopes, service: parameters.get('service') || undefined };
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

  /**
   * Made of the first credential that is not refused. Undefined where Basic is asked for and there is none. That all were
   * refused is an error, except in a `lastResort`: then the caller knows of another that was.
   */
  async #answer(asked: Asked, access: Access, signal: AbortSignal, lastResort = false): Promise<Answer | undefined> {
    let refused: { readonly credential: Credential; readonly error: Refused } | undefined;
    for (let tried = 0; tried < maximumCredentials; tried += 1) {
      const credential = await this.#credentials.find(this.#host, access.repository, signal);
      if (refused !== undefined && fingerprint(credential) === fingerprint(refused.credential)) break;
      try {
        const header = await this.#header(asked, access, credential, signal);
        return header === undefined ? undefined : { header, credential };
      } catch (error) {
        if (credential === undefined || !(error instanceof Refused)) throw error;
        this.#credentials.refused(this.#host, credential);
        refused = { credential, error };
      }
    }
    if (refused === undefined || lastResort) return undefined;
    throw refused.error;
  }

  async #header(asked: Asked, access: Access, credential: Credential | undefined, signal: AbortSignal) {
    if (credential?.kind === 'registryToken') return `Bearer ${credential.token}`;
    if (asked.kind === 'basic') {
      const header = credential && basic(credential);
      if (header !== undefined) this.#throwIfRejected(basicKey(header, access));
      return header;
    }
    const ask = { ...asked, scopes: joinScopes([access.scope ?? '', ...asked.scopes]) };
    const key = JSON.stringify([ask.realm.href, ask.service, ask.scopes, fingerprint(credential)]);
    const load = (flight: AbortSignal) => this.#fetchToken(ask, credential, flight);
    return `Bearer ${(await this.#tokens.get(key, load, signal)).value.value}`;
  }

  #throwIfRejected(key: string): void {
    const rejection = this.#rejected.get(key);
    if (rejection !== undefined && this.#now() - rejection.at < rejectedMs) throw rejection.error;
  }

  #reject(key: string, error: ProblemError): ProblemError {
    this.#rejected.set(key, { at: this.#now(), error });
    return error;
  }

  async #fetchToken(ask: TokenAsk, credential: Credential | undefined, signal: AbortSignal): Promise<Token> {
    const { realm } = ask;
    const who = `${realm.href} ${fingerprint(credential)}`;
    const key = `${who} ${ask.scopes.join(' ')}`;
    this.#throwIfRejected(who);
    this.#throwIfRejected(key);
    if (credential !== undefined) this.#throwIfMoved(realm);
    const response = await this.#askForToken(ask, credential, signal);
    if (credential !== undefined && (response.status === 401 || response.status === 403)) {
      if (!(await this.#isAccepted(ask, credential, signal))) {
        throw this.#reject(who, new Refused(this.#host, wordsOf(response)));
      }
      throw this.#reject(key, notForUs(this.#host, ask.scopes, wordsOf(response)));
    }
    const token = this.#readToken(response);
    if (credential !== undefined) this.#realms.set(this.#host, realm.origin);
    return token;
  }

  /**
   * Whether it is what was asked for that is refused, and not who asks: some token servers answer 401 for a repository that is
   * not for us, others 403 to a wrong password. `docker login` asks for nothing in particular, so a password that is right gets
   * a token for that.
   */
  async #isAccepted(ask: TokenAsk, credential: Credential, signal: AbortSignal): Promise<boolean> {
    if (ask.scopes.length === 0) return false;
    const response = await this.#askForToken({ ...ask, scopes: [] }, credential, signal);
    return response.status === 200 && parseToken(response.body, this.#now()) !== undefined;
  }

  async #askForToken(ask: TokenAsk, credential: Credential | undefined, signal: AbortSignal): Promise<HttpResponse> {
    const send = (request: HttpRequest) => this.#http.send(request, signal);
    if (credential?.kind === 'identityToken') {
      const response = await send(refreshRequest(ask, credential.token));
      // A server without OAuth2 says so in one of these ways; the older form takes the token for a password.
      if (response.status !== 404 && response.status !== 405) return response;
    }
    const response = await send(tokenRequest(ask, credential));
    const isAzures = ask.realm.pathname === '/oauth2/token';
    if (credential !== undefined || !isAzures || ![400, 401, 404, 405].includes(response.status)) return response;
    const asAzure = await send(anonymousRequest(ask));
    return asAzure.status === 200 ? asAzure : response;
  }

  /** Passwords went to one place so far: that they should go to another is for the user to know before they do. */
  #throwIfMoved(realm: URL): void {
    const before = this.#realms.get(this.#host);
    if (before === undefined || before === realm.origin) return;
    throw new ProblemError({
      kind: 'badAnswer',
      subject: this.#host,
      message: `${this.#host} wants its tokens to be fetched from ${realm.origin} now, where it was ${before} before.`,
      next: 'Nothing was sent there. If its owner moved it, sign in to it again.',
    });
  }

  #readToken(response: HttpResponse): Token {
    if (response.status !== 200) {
      // Signing in is done at the registry; any other trouble is the token server's own.
      const host = response.status === 401 || response.status === 403 ? this.#host : response.url.host;
      throw answerProblem(response, host, `a token for ${this.#host}`, this.#now());
    }
    const token = parseToken(response.body, this.#now());
    if (token !== undefined) return token;
    throw new ProblemError({
      kind: 'badAnswer',
      subject: this.#host,
      message: `${response.url.host} answered without a token for ${this.#host}.`,
      next: 'Check the configuration of the registry.',
    });
  }
}

interface Sent {
  readonly request: (authorization: string | undefined) => Promise<HttpResponse>;
  readonly access: Access;
  readonly brought: Answer | undefined;
  readonly response: HttpResponse;
}

interface Rejection {
  readonly at: number;
  readonly error: ProblemError;
}

/** Some registries answer 401 where only this repository is not for us: what is refused for one may do for the next. */
const basicKey = (authorization: string, access: Access) => `${access.scope} ${hash(authorization)}`;

/** A credential that is not accepted, in contrast to one that is missing. */
class Refused extends ProblemError {
  constructor(host: string, told?: string) {
    super({
      kind: 'unauthorized',
      subject: host,
      message: `The user name and password, or the token, for ${host} are not accepted${told === undefined ? '' : `: ${told}`}.`,
      next: `Sign in again, in the Registries view or with: docker login ${host}`,
    });
  }
}

/** We are known, and may not do this. */
function notForUs(host: string, scopes: readonly string[], told?: string): ProblemError {
  const what = scopes.map((scope) => /^repository:(.+):[^:]*$/.exec(scope)?.[1] ?? '').find((name) => name !== '');
  return new ProblemError({
    kind: 'denied',
    subject: host,
    message: `${host} does not let the account that is signed in there into ${what ?? 'what was asked for'}${told === undefined ? '' : `: ${told}`}.`,
    next: 'Check the name; ask its owner for access, or sign in as someone who has it.',
  });
}

/** Tells credentials apart in the keys of the token cache without being one. */
function fingerprint(credential: Credential | undefined): string {
  return credential ? hash(JSON.stringify(credential)) : 'anonymous';
}

const hash = (secret: string) => createHash('sha256').update(secret).digest('hex');
