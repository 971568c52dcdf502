/**
 * Who may do what at a registry: its challenge, the tokens of its token server, and what each is good for.
 * Source: distribution, docs/content/spec/auth/{token,oauth,scope}.md.
 */
import { type ChallengeForm, type ChallengeParts, challenges } from './challenges.ts';
import { type Answer, type Ask, failure, formOf, json, scopesAsked } from './routes.ts';
import { type Clock, isoOf, secondsOf } from './world.ts';

export interface Account {
  readonly username: string;
  /** A password, or a token that stands for one. */
  readonly password: string;
  /** What it may do; left out: everything. */
  readonly may?: (type: string, name: string, action: string) => boolean;
}

export interface Scope {
  readonly type: string;
  /** May hold colons: a host with its port. */
  readonly name: string;
  readonly actions: readonly string[];
}

export interface Access {
  readonly clock: Clock;
  /** `either` challenges for Bearer and takes Basic too. */
  mode: 'none' | 'basic' | 'bearer' | 'either';
  readonly accounts: Account[];
  /** What may be done without a name. */
  anonymous: (type: string, name: string, action: string) => boolean;
  /** Whether the token server gives the nameless a token at all, be it an empty one. */
  anonymousTokens: boolean;
  /** Whether the token server refuses whoever asks for something and may do none of it; else the token is empty. */
  refusesEmptyTokens: boolean;
  /** What a token that is not enough gets at the registry: 401 with a challenge, or 403 without. */
  lacking: 'challenge' | 'denied';
  service: string;
  realm: string;
  challenge: ChallengeForm;
  lifetimeS: number;
  /** Whether the answer has `expires_in`. */
  tellsLifetime: boolean;
  /** What a 401 says. */
  message: string;
  /** With this user name, the password is an identity token. */
  identityUser: string | undefined;
  field: 'token' | 'access_token' | 'both';
  /** Whether the token server knows the OAuth2 form, POST; else 405. */
  oauth: boolean;
  /** What the token server tells whoever has a wrong password. */
  wrongPassword: () => Answer;
  readonly issued: Map<string, Issued>;
  /** By identity token. */
  readonly identities: Map<string, { readonly account: Account; readonly expiresAtMs: number }>;
}

export interface Issued {
  readonly account: Account | undefined;
  readonly granted: readonly Scope[];
  readonly expiresAtMs: number;
}

export function createAccess(clock: Clock, changes: Partial<Access> = {}): Access {
  return {
    clock,
    mode: 'bearer',
    accounts: [{ username: 'alice', password: 's3cr:et' }],
    anonymous: (_type, _name, action) => action === 'pull',
    anonymousTokens: true,
    refusesEmptyTokens: false,
    lacking: 'challenge',
    service: 'registry.example',
    realm: '',
    challenge: challenges.usual,
    lifetimeS: 300,
    tellsLifetime: true,
    message: 'authentication required',
    identityUser: undefined,
    field: 'both',
    oauth: true,
    wrongPassword: () => failure(401, 'UNAUTHORIZED', 'authentication required'),
    issued: new Map(),
    identities: new Map(),
    ...changes,
  };
}

/** Splits at the first and the last colon. Undefined for what is no scope, `*` for example. */
export function parseScope(text: string): Scope | undefined {
  const [, type, name, actions] = /^([^:]+):(.+):([^:]*)$/.exec(text) ?? [];
  if (type === undefined || name === undefined || actions === undefined) return undefined;
  return { type, name, actions: actions.split(',').filter((action) => action !== '') };
}

export const formatScope = ({ type, name, actions }: Scope): string => `${type}:${name}:${actions.join(',')}`;
export const repositoryScope = (name: string, ...actions: string[]): Scope => ({ type: 'repository', name, actions });

const permits = (access: Access, account: Account | undefined, type: string, name: string, action: string): boolean =>
  account === undefined ? access.anonymous(type, name, action) : (account.may?.(type, name, action) ?? true);

/** The refusal that `ask` gets at the registry; undefined when it may go on. `scope` undefined: anyone we know may. */
export function refusal(access: Access, ask: Ask, scope?: Scope): Answer | undefined {
  if (access.mode === 'none') return undefined;
  const { authorization } = ask.headers;
  const bearer = /^Bearer (.*)$/i.exec(authorization ?? '')?.[1];
  if (access.mode !== 'basic' && bearer !== undefined) return refusalOfToken(access, bearer, scope);
  const account = accountOf(access, authorization);
  if (account === undefined || access.mode === 'bearer') return challenged(access, scope);
  const lacking = scope?.actions.some((action) => !permits(access, account, scope.type, scope.name, action));
  return lacking ? failure(403, 'DENIED', 'requested access to the resource is denied', detailsOf(scope)) : undefined;
}

function refusalOfToken(access: Access, token: string, scope?: Scope): Answer | undefined {
  const issued = access.issued.get(token);
  const denied = () => failure(403, 'DENIED', 'requested access to the resource is denied', detailsOf(scope));
  if (issued === undefined || issued.expiresAtMs <= access.clock.nowMs) {
    return access.lacking === 'denied' ? denied() : challenged(access, scope, 'invalid_token');
  }
  const held = issued.granted.find(({ type, name }) => type === scope?.type && name === scope.name);
  const lacking = scope?.actions.some((action) => !held?.actions.includes(action) && !held?.actions.includes('*'));
  if (!lacking) return undefined;
  return access.lacking === 'denied' ? denied() : challenged(access, scope, 'insufficient_scope');
}

export function challenged(access: Access, scope?: Scope, error?: ChallengeParts['error']): Answer {
  const { realm, service, mode } = access;
  const parts = { scheme: mode === 'basic' ? 'Basic' : 'Bearer', realm, service } as const;
  const header = access.challenge({ ...parts, ...(scope && { scope: formatScope(scope) }), ...(error && { error }) });
  const detail = scope && detailsOf(scope);
  return failure(401, 'UNAUTHORIZED', access.message, detail, { 'www-authenticate': header });
}

const detailsOf = (scope?: Scope) =>
  scope?.actions.map((action) => ({ Type: scope.type, Name: scope.name, Action: action }));

/** Whose name and password a Basic header brings. */
export function accountOf(access: Access, authorization: string | undefined): Account | undefined {
  const encoded = /^Basic (.*)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [, username, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  if (username !== undefined && username === access.identityUser) return identified(access, password);
  return access.accounts.find((account) => account.username === username && account.password === password);
}

/** Whom an identity token stands for, while it lives. */
export function identified({ identities, clock }: Access, token: string | null | undefined): Account | undefined {
  const identity = identities.get(token ?? '');
  return identity && identity.expiresAtMs > clock.nowMs ? identity.account : undefined;
}

/** A token for what of `scopes` this account may do: a subset, silently. */
export function issue(access: Access, account: Account | undefined, scopes: readonly string[]): string {
  const granted = scopes.flatMap((text) => {
    const scope = parseScope(text);
    if (scope === undefined) return [];
    const actions = scope.actions.filter((action) => permits(access, account, scope.type, scope.name, action));
    return actions.length > 0 ? [{ ...scope, actions }] : [];
  });
  const expiresAtMs = access.clock.nowMs + access.lifetimeS * 1000;
  const claims = { jti: access.issued.size + 1, sub: account?.username, exp: secondsOf(expiresAtMs), access: granted };
  const token = unsignedJwt(claims);
  access.issued.set(token, { account, granted, expiresAtMs });
  return token;
}

/** Nobody checks the signature: a client cannot. */
export function unsignedJwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`;
}

/** `GET /token?service=&scope=&scope=`, with Basic or nameless. */
export function givesToken(access: Access, ask: Ask): Answer {
  const account = accountOf(access, ask.headers.authorization);
  if (account === undefined && (ask.headers.authorization !== undefined || !access.anonymousTokens)) {
    return access.wrongPassword();
  }
  return tokenAnswer(access, account, ask.query.getAll('scope'), ask.query.get('offline_token') === 'true');
}

/** `POST /token`, a form: `grant_type=password` or `refresh_token`, the scopes in one field. */
export function givesOauthToken(access: Access, ask: Ask): Answer {
  if (!access.oauth) return failure(405, 'UNSUPPORTED', 'The operation is unsupported.');
  const form = formOf(ask);
  const account =
    form.get('grant_type') === 'refresh_token'
      ? identified(access, form.get('refresh_token'))
      : access.accounts.find((one) => one.username === form.get('username') && one.password === form.get('password'));
  if (account === undefined) return access.wrongPassword();
  return tokenAnswer(access, account, scopesAsked('', ask.body), form.get('access_type') === 'offline');
}

function tokenAnswer(access: Access, account: Account | undefined, scopes: readonly string[], offline: boolean) {
  const token = issue(access, account, scopes);
  const isEmpty = scopes.length > 0 && access.issued.get(token)?.granted.length === 0;
  if (isEmpty && access.refusesEmptyTokens) return failure(401, 'UNAUTHORIZED', 'authentication required');
  return json(200, {
    ...(access.field !== 'access_token' && { token }),
    ...(access.field !== 'token' && { access_token: token }),
    ...(access.tellsLifetime && { expires_in: access.lifetimeS }),
    issued_at: isoOf(access.clock.nowMs),
    ...(offline && account && { refresh_token: identityFor(access, account) }),
  });
}

/** A token that stands for the account's password at the token server. */
export function identityFor(
  { identities }: Access,
  account: Account,
  { expiresAtMs = Number.POSITIVE_INFINITY, claims = {} }: { expiresAtMs?: number; claims?: object } = {},
): string {
  const exp = Number.isFinite(expiresAtMs) ? { exp: secondsOf(expiresAtMs) } : {};
  const token = unsignedJwt({ jti: `identity-${identities.size + 1}`, sub: account.username, ...exp, ...claims });
  identities.set(token, { account, expiresAtMs });
  return token;
}
