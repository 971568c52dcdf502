/** A registry on loopback whose paging, sign-in and manners the test decides. Its token server is an origin of its own. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ImageContents } from './imageContents.ts';
import { type Origin, sendJson, startOrigin } from './origin.ts';
import { createAccess } from './registries/access.ts';
import { createQuirks, distributionRoutes, type Quirks, type Registry } from './registries/distribution.ts';
import { createListManners, type ListManners, orders } from './registries/lists.ts';
import { serves } from './registries/routes.ts';
import { createStore, push, putTag, repositoryAt, type Store } from './registries/store.ts';

export interface FakeRegistry extends Origin {
  readonly repositories: Store['repositories'];
  readonly tokenServer: Origin;
  readonly manners: Manners;
  push(repository: string, tag: string, contents: ImageContents): void;
}

export interface Manners {
  auth: 'none' | 'basic' | 'bearer';
  username: string;
  password: string;
  /** What a refresh with an identity token must bring. */
  identityToken: string;
  /** Overrides the whole `WWW-Authenticate` header. */
  challenge?: string;
  expiresIn: number | undefined;
  /** What the token server gives; a token is good at the registry while it is in {@link goodTokens}. */
  goodTokens: Set<string>;
  /** How many tokens were given. */
  issued: number;
  anonymous: boolean;
  pageSize: number;
  link: (next: string, host: string) => string;
  /** No tags are listed as `tags: null`. */
  nullTags: boolean;
  digestHeader: boolean;
}

export async function startFakeRegistry(changes: Partial<Manners> = {}): Promise<FakeRegistry> {
  const store = createStore({ nowMs: Date.now() });
  const manners: Manners = {
    auth: 'none',
    username: 'alice',
    password: 's3cr:et',
    identityToken: 'identity-token',
    expiresIn: 300,
    goodTokens: new Set(),
    issued: 0,
    anonymous: false,
    pageSize: 1000,
    link: (next) => `<${next}>; rel="next"`,
    nullTags: false,
    digestHeader: true,
    ...changes,
  };
  const tokenServer = await startOrigin((request, response, body) => giveToken(manners, request, response, body));
  const served = serves(distributionRoutes(registryOf(store, manners)));
  const origin = await startOrigin((request, response, body, bytes) => {
    if (isAllowed(manners, request)) served(request, response, body, bytes);
    else refuse(manners, tokenServer, request, response);
  });
  return {
    ...origin,
    repositories: store.repositories,
    tokenServer,
    manners,
    push: (name, tag, contents) => void push(store, name, tag, contents),
    async stop() {
      await Promise.all([origin.stop(), tokenServer.stop()]);
    },
  };
}

/** Follows the manners while a test changes them. Who may enter is decided before. */
function registryOf(store: Store, manners: Manners): Registry {
  const list: ListManners = {
    ...createListManners({ order: orders.pushed, beyond: undefined }),
    get pageSize() {
      return manners.pageSize;
    },
    get maximumN() {
      return manners.pageSize;
    },
    get nullWhenEmpty() {
      return manners.nullTags;
    },
    link: (next, { headers }) => manners.link(next, headers.host ?? ''),
  };
  const quirks: Quirks = {
    ...createQuirks({ tags: list, repositories: list }),
    get digestHeader() {
      return manners.digestHeader;
    },
  };
  return { store, access: createAccess(store.clock, { mode: 'none' }), quirks };
}

/** A repository that has tags to list and nothing behind them. */
export function addTags({ repositories }: FakeRegistry, name: string, tags: readonly string[]): void {
  repositories.delete(name);
  const repository = repositoryAt({ repositories, clock: { nowMs: 0 } }, name);
  for (const tag of tags) putTag(repository, tag, 'sha256:none', 0);
}

function isAllowed({ auth, username, password, goodTokens }: Manners, { headers }: IncomingMessage): boolean {
  if (auth === 'none') return true;
  if (auth === 'basic') return headers.authorization === basicOf(username, password);
  return goodTokens.has((headers.authorization ?? '').replace(/^Bearer /, ''));
}

const basicOf = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

function refuse(manners: Manners, tokenServer: Origin, { url = '' }: IncomingMessage, response: ServerResponse) {
  const repository = /^\/v2\/(.+)\/(?:tags|manifests|blobs)\//.exec(url)?.[1];
  const scope = repository ? `,scope="repository:${repository}:pull"` : '';
  const bearer = `Bearer realm="${tokenServer.url}/token",service="fake"${scope}`;
  const challenge = manners.challenge ?? (manners.auth === 'basic' ? 'Basic realm="fake"' : bearer);
  const errors = [{ code: 'UNAUTHORIZED', message: 'authentication required' }];
  sendJson(response, 401, { errors }, { 'www-authenticate': challenge });
}

function giveToken(manners: Manners, request: IncomingMessage, response: ServerResponse, body: string) {
  const { authorization } = request.headers;
  const allowed =
    request.method === 'POST'
      ? new URLSearchParams(body).get('refresh_token') === manners.identityToken
      : authorization === undefined
        ? manners.anonymous
        : authorization === basicOf(manners.username, manners.password);
  if (!allowed) return sendJson(response, 401, { details: 'incorrect username or password' });
  manners.issued += 1;
  const token = `token-${manners.issued}`;
  manners.goodTokens.add(token);
  return sendJson(response, 200, { token, expires_in: manners.expiresIn });
}
