/** A registry on loopback whose paging, sign-in and manners the test decides. Its token server is an origin of its own. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ImageContents, Manifest } from './imageContents.ts';
import { type Origin, sendJson, startOrigin } from './origin.ts';

export interface FakeRegistry extends Origin {
  readonly repositories: Map<string, FakeRepository>;
  readonly tokenServer: Origin;
  readonly manners: Manners;
  push(repository: string, tag: string, contents: ImageContents): void;
}

interface FakeRepository {
  /** In the order in which the registry lists them. */
  readonly tags: Map<string, Manifest | undefined>;
  readonly manifests: Map<string, Manifest>;
  readonly blobs: Map<string, Buffer>;
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
  /** Listed as `tags: null`. */
  nullTags: boolean;
  digestHeader: boolean;
}

export async function startFakeRegistry(changes: Partial<Manners> = {}): Promise<FakeRegistry> {
  const repositories = new Map<string, FakeRepository>();
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
  const origin = await startOrigin((request, response) => {
    if (isAllowed(manners, request)) serve(repositories, manners, request, response);
    else refuse(manners, tokenServer, request, response);
  });
  const repositoryOf = (name: string): FakeRepository => {
    const repository = repositories.get(name) ?? { tags: new Map(), manifests: new Map(), blobs: new Map() };
    repositories.set(name, repository);
    return repository;
  };
  return {
    ...origin,
    repositories,
    tokenServer,
    manners,
    push(name, tag, { blobs, manifests, root }) {
      const repository = repositoryOf(name);
      for (const [digest, bytes] of blobs) repository.blobs.set(digest, bytes);
      for (const manifest of manifests) repository.manifests.set(manifest.digest, manifest);
      repository.tags.set(tag, root);
    },
    async stop() {
      await Promise.all([origin.stop(), tokenServer.stop()]);
    },
  };
}

/** A repository that has tags to list and nothing behind them. */
export function addTags(registry: FakeRegistry, name: string, tags: readonly string[]): void {
  const entries = tags.map((tag) => [tag, undefined] as const);
  registry.repositories.set(name, { tags: new Map(entries), manifests: new Map(), blobs: new Map() });
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

function serve(
  repositories: ReadonlyMap<string, FakeRepository>,
  manners: Manners,
  { url = '', method, headers }: IncomingMessage,
  response: ServerResponse,
) {
  const { pathname, searchParams } = new URL(url, 'http://fake');
  const host = headers.host ?? '';
  if (pathname === '/v2/') return sendJson(response, 200, {});
  if (pathname === '/v2/_catalog') {
    return sendList(response, manners, host, pathname, searchParams, 'repositories', [...repositories.keys()]);
  }
  const [, name = '', kind, subject = ''] = /^\/v2\/(.+)\/(tags|manifests|blobs)\/(.+)$/.exec(pathname) ?? [];
  const repository = repositories.get(name);
  if (repository === undefined) {
    return sendJson(response, 404, { errors: [{ code: 'NAME_UNKNOWN', message: 'repository name not known' }] });
  }
  if (kind === 'tags') {
    return sendList(response, manners, host, pathname, searchParams, 'tags', [...repository.tags.keys()]);
  }
  if (kind === 'blobs') return sendBytes(response, method, repository.blobs.get(subject));
  const manifest = repository.tags.get(subject) ?? repository.manifests.get(subject);
  const digest = manners.digestHeader && manifest ? { 'docker-content-digest': manifest.digest } : {};
  return sendBytes(response, method, manifest?.bytes, { 'content-type': manifest?.mediaType ?? '', ...digest });
}

function sendBytes(
  response: ServerResponse,
  method: string | undefined,
  bytes: Buffer | undefined,
  headers: Record<string, string> = {},
) {
  if (bytes === undefined)
    return sendJson(response, 404, { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'unknown' }] });
  response.writeHead(200, { 'content-length': String(bytes.length), ...headers });
  response.end(method === 'HEAD' ? undefined : bytes);
}

function sendList(
  response: ServerResponse,
  manners: Manners,
  host: string,
  path: string,
  query: URLSearchParams,
  field: 'tags' | 'repositories',
  items: readonly string[],
) {
  if (manners.nullTags) return sendJson(response, 200, { [field]: null });
  const n = Math.min(Number(query.get('n') ?? manners.pageSize), manners.pageSize);
  const start = items.indexOf(query.get('last') ?? '') + 1;
  const page = items.slice(start, start + n);
  const hasMore = start + n < items.length;
  const next = `${path}?last=${page.at(-1)}&n=${n}`;
  sendJson(response, 200, { [field]: page }, hasMore ? { link: manners.link(next, host) } : {});
}
