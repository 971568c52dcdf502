/** The protocol of every registry. Source: opencontainers/distribution-spec, spec.md v1.1. */
import { createHash, randomUUID } from 'node:crypto';
import { isDigest, isRepository, isTag } from '../../common/reference.ts';
import { ProblemError } from '../util/problemError.ts';
import { answerProblem, errorCodes, wordsOf } from './answerProblem.ts';
import type { Access, Auth } from './auth.ts';
import type { Endpoint } from './endpoint.ts';
import type { Http, HttpRequest, HttpResponse } from './http.ts';
import { manifestTypes } from './manifest.ts';
import { type ListPage, nextQuery } from './paging.ts';

/** A document of the registry with the digest of its exact bytes. */
export interface Content {
  readonly digest: string;
  readonly contentType?: string;
  readonly bytes: Buffer;
}

/** A request to the registry's own origin that the protocol does not have: a product's own API. */
export interface SignedRequest extends Access {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** From where the registry answers, with the query, encoded: `/acr/v1/_catalog?n=100`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as a form, in place of `json`. */
  readonly form?: Readonly<Record<string, string>>;
  /** Nobody signs in for it: who asks is said by `headers`, or by nothing. */
  readonly unsigned?: boolean;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** 32 MiB when absent. */
  readonly maximumBytes?: number;
}

const maximumListBytes = 32 << 20;
const maximumManifestBytes = 4 << 20;
const maximumConfigBytes = 8 << 20;

type Ask = Access &
  Pick<HttpRequest, 'maximumBytes'> &
  Partial<Pick<HttpRequest, 'method' | 'body'>> & {
    readonly path: string;
    readonly accept?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly unsigned?: boolean;
  };

/** A registry that speaks the protocol. All methods throw ProblemErrors. */
export class Distribution {
  readonly #endpoint: Endpoint;
  readonly #http: Http;
  readonly #auth: Auth;
  readonly #now: () => number;
  readonly #onAnswer: (response: HttpResponse) => void;
  /** Once something answered: where. */
  #base: URL | undefined;

  /** `onAnswer` sees what the registry's own origin answers, refusals included. */
  constructor(
    endpoint: Endpoint,
    http: Http,
    auth: Auth,
    now: () => number,
    onAnswer: (response: HttpResponse) => void = () => {},
  ) {
    this.#endpoint = endpoint;
    this.#http = http;
    this.#auth = auth;
    this.#now = now;
    this.#onAnswer = onAnswer;
  }

  /** Where the registry answers, with a slash at its end; until something did, where that is to be tried first. */
  get base(): URL {
    return this.#base ?? this.#endpoint.bases[0];
  }

  /** Any answer is returned, also one that says no; `jsonOf` reads it. */
  request(request: SignedRequest, signal: AbortSignal): Promise<HttpResponse> {
    const { json, form, headers, maximumBytes = maximumListBytes, ...ask } = request;
    const body = form ? new URLSearchParams(form).toString() : json === undefined ? undefined : JSON.stringify(json);
    const type = form ? 'application/x-www-form-urlencoded' : 'application/json';
    const typed = { ...(body !== undefined && { 'content-type': type }), ...headers };
    return this.#send({ ...ask, headers: typed, maximumBytes, ...(body !== undefined && { body }) }, signal);
  }

  /** Whether a registry answers there and lets us in. */
  async ping(signal: AbortSignal): Promise<void> {
    const response = await this.#send({ path: '/v2/', maximumBytes: maximumManifestBytes }, signal);
    if (response.status !== 200) throw this.#problem(response, 'the registry protocol (/v2/)');
  }

  /** One page of a repository's tags, `n` at most where the registry honours it (0: as many as it gives). `query` is what the page before told. */
  tags(repository: string, query: string | undefined, n: number, signal: AbortSignal): Promise<ListPage<string>> {
    this.#check(isRepository(repository), `a repository named ${JSON.stringify(repository.slice(0, 100))}`);
    const ask = { path: `/v2/${repository}/tags/list`, ...pull(repository), maximumBytes: maximumListBytes };
    return this.#list(ask, query, n, `the tags of ${repository}`, 'tags', isTag, signal);
  }

  /** One page of the registry's repositories. Many registries do not serve it: kind `unsupported` or `denied`. */
  async catalog(query: string | undefined, n: number, signal: AbortSignal): Promise<ListPage<string>> {
    const ask = { path: '/v2/_catalog', scope: 'registry:catalog:*', maximumBytes: maximumListBytes };
    try {
      return await this.#list(ask, query, n, 'its list of repositories', 'repositories', isRepository, signal);
    } catch (error) {
      if (!(error instanceof ProblemError) || !['notFound', 'unsupported'].includes(error.problem.kind)) throw error;
      throw noCatalog(this.#endpoint.host, error);
    }
  }

  /** A manifest by tag or digest. What was asked for by digest is that, to the byte. */
  async manifest(repository: string, tagOrDigest: string, signal: AbortSignal): Promise<Content> {
    const what = this.#manifestName(repository, tagOrDigest);
    const path = `/v2/${repository}/manifests/${tagOrDigest}`;
    const ask = { path, ...pull(repository), accept: manifestTypes, maximumBytes: maximumManifestBytes };
    const response = await this.#send(ask, signal);
    if (response.status !== 200) throw this.#problem(response, what);
    const told = headerOf(response, 'docker-content-digest');
    const expected = isDigest(tagOrDigest) ? tagOrDigest : told && isDigest(told) ? told : undefined;
    const contentType = headerOf(response, 'content-type');
    return { ...this.#verified(response.body, expected, what), ...(contentType !== undefined && { contentType }) };
  }

  /** The digest of a tag, by HEAD where the registry names it there: that does not count as a pull. */
  async resolve(repository: string, tag: string, signal: AbortSignal): Promise<string> {
    const what = this.#manifestName(repository, tag);
    const path = `/v2/${repository}/manifests/${tag}`;
    const ask = { path, method: 'HEAD' as const, ...pull(repository), accept: manifestTypes, maximumBytes: 0 };
    const response = await this.#send(ask, signal);
    if (response.status !== 200) throw this.#problem(response, what);
    const told = headerOf(response, 'docker-content-digest');
    return told !== undefined && isDigest(told) ? told : (await this.manifest(repository, tag, signal)).digest;
  }

  /** A small blob, such as an image's config. It may come from storage elsewhere. */
  async blob(repository: string, digest: string, signal: AbortSignal): Promise<Content> {
    this.#check(isRepository(repository) && isDigest(digest), `a blob ${JSON.stringify(digest.slice(0, 150))}`);
    const path = `/v2/${repository}/blobs/${digest}`;
    const response = await this.#send({ path, ...pull(repository), maximumBytes: maximumConfigBytes }, signal);
    if (response.status !== 200) throw this.#problem(response, `${repository}@${digest}`);
    return this.#verified(response.body, digest, `${repository}@${digest}`);
  }

  /**
   * Whether we may push to a repository: begins an upload, and takes it back. Throws a ProblemError where the registry says
   * no. Source: CheckPushPermission in go-containerregistry.
   */
  async checkPush(repository: string, signal: AbortSignal): Promise<void> {
    this.#check(isRepository(repository), `a repository named ${JSON.stringify(repository.slice(0, 100))}`);
    const access = { scope: `repository:${repository}:pull,push`, repository };
    const ask = { ...access, path: `/v2/${repository}/blobs/uploads/`, method: 'POST' as const, body: '' };
    const response = await this.#send({ ...ask, maximumBytes: maximumManifestBytes }, signal);
    if (response.status !== 202 && response.status !== 201) throw this.#problem(response, `a push to ${repository}`);
    const location = headerOf(response, 'location') ?? '';
    const upload = URL.canParse(location, response.url.href) ? new URL(location, response.url) : undefined;
    if (upload === undefined || !upload.href.startsWith(this.base.href)) return; // it ends by itself some day
    const path = `/${upload.href.slice(this.base.href.length)}`;
    await this.#send({ ...access, path, method: 'DELETE', maximumBytes: maximumManifestBytes }, signal).catch(() => {});
  }

  /** Deletes what a digest names, with every tag on it. */
  async deleteManifest(repository: string, digest: string, signal: AbortSignal): Promise<void> {
    const what = this.#manifestName(repository, digest);
    this.#check(isDigest(digest), what);
    await this.#delete(repository, digest, what, signal);
  }

  /** Takes a tag away, where the registry has that: by the specification, but not in all of them. */
  async deleteTag(repository: string, tag: string, signal: AbortSignal): Promise<void> {
    const what = this.#manifestName(repository, tag);
    this.#check(isTag(tag), what);
    await this.#delete(repository, tag, what, signal);
  }

  /**
   * Whether it takes tags away by their names; undefined where it does not say. It is asked to do so with one that nobody has:
   * who can says that there is no such manifest, others that they cannot, or that it is no digest. Source: distribution-spec,
   * "Deleting tags"; distribution/distribution#3427 since its version 3, zot in pkg/api/routes.go.
   */
  async untags(repository: string, signal: AbortSignal): Promise<boolean | undefined> {
    const tag = `gantry-asks-whether-tags-go-${randomUUID()}`;
    const what = this.#manifestName(repository, tag);
    const path = `/v2/${repository}/manifests/${tag}`;
    const ask = { path, method: 'DELETE' as const, scope: `repository:${repository}:delete`, repository };
    const response = await this.#send({ ...ask, maximumBytes: maximumManifestBytes }, signal);
    const { status } = response;
    if (status === 429 || status >= 500) throw this.#problem(response, `the deletion of ${what}`);
    const knowsTags = errorCodes(response).some((code) => code === 'MANIFEST_UNKNOWN' || code === 'TAG_UNKNOWN');
    if (status === 404 && knowsTags) return true;
    return status === 400 || status === 405 ? false : undefined;
  }

  async #delete(repository: string, reference: string, what: string, signal: AbortSignal): Promise<void> {
    const path = `/v2/${repository}/manifests/${reference}`;
    const ask = { path, method: 'DELETE' as const, scope: `repository:${repository}:delete`, repository };
    const response = await this.#send({ ...ask, maximumBytes: maximumManifestBytes }, signal);
    if (response.status === 404) throw this.#problem(response, what);
    if ([400, 405, 501].includes(response.status)) throw noDeletion(this.#endpoint.host, what, response);
    if (response.status < 200 || response.status > 299) throw this.#problem(response, `the deletion of ${what}`);
  }

  async #list(
    ask: Ask,
    query: string | undefined,
    n: number,
    what: string,
    field: 'tags' | 'repositories',
    isItem: (text: string) => boolean,
    signal: AbortSignal,
  ): Promise<ListPage<string>> {
    const send = (search: string) => this.#send({ ...ask, path: search ? `${ask.path}?${search}` : ask.path }, signal);
    let response = await send(query ?? (n > 0 ? `n=${n}` : ''));
    const refusesN = response.status === 400 || response.status === 405;
    // Some refuse an `n` above a limit of their own; without one they choose.
    if (refusesN && query === undefined && isPagingError(response)) response = await send('');
    if (response.status !== 200) throw this.#problem(response, what);
    const items = this.#items(response, field, what);
    const next = nextQuery(response.headers['link'], response.url, items);
    // What no reference could name cannot be pulled, and what is shown should not be anything a registry likes.
    return { items: items.filter(isItem), ...(next !== undefined && { next }) };
  }

  #items(response: HttpResponse, field: string, what: string): readonly string[] {
    try {
      const list = (JSON.parse(response.body.toString('utf8')) as Record<string, unknown>)[field] ?? [];
      if (Array.isArray(list)) {
        const names = list.filter((item) => typeof item === 'string');
        // A list of other things than names is no empty list.
        if (names.length > 0 || list.length === 0) return names;
      }
    } catch {
      // told below, without the parser's message: it quotes what was sent
    }
    throw this.#badAnswer(`${this.#endpoint.host} answered for ${what} with something that is not a list.`);
  }

  #verified(bytes: Buffer, expected: string | undefined, what: string): Content {
    const algorithm = expected?.split(':', 1)[0] ?? 'sha256';
    const digest = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
    if (expected === undefined || digest === expected) return { digest, bytes };
    throw this.#badAnswer(`What ${this.#endpoint.host} sent for ${what} is not what its digest says.`);
  }

  async #send(ask: Ask, signal: AbortSignal): Promise<HttpResponse> {
    const { path, method = 'GET', accept = 'application/json', maximumBytes, body } = ask;
    const request = (authorization: string | undefined) =>
      this.#reach(async (base, retries) => {
        const headers = { accept, ...ask.headers, ...(authorization !== undefined && { authorization }) };
        const url = new URL(`.${path}`, base);
        const options = { ...(body !== undefined && { body }), ...(retries !== undefined && { retries }) };
        const response = await this.#http.send({ method, url, headers, maximumBytes, ...options }, signal);
        if (!response.foreign) this.#onAnswer(response);
        return response;
      });
    return ask.unsigned ? request(undefined) : this.#auth.send(request, ask, signal);
  }

  /** The next place is tried only when the one before did not work at all. */
  async #reach(exchange: (base: URL, retries?: number) => Promise<HttpResponse>): Promise<HttpResponse> {
    if (this.#base) return exchange(this.#base);
    const [first, second] = this.#endpoint.bases;
    try {
      const response = await exchange(first, second === undefined ? undefined : 0);
      this.#base = first;
      return response;
    } catch (error) {
      if (second === undefined || !isUnreachable(error)) throw error;
      return this.#reachPlain(second, exchange, error);
    }
  }

  async #reachPlain(
    plain: URL,
    exchange: (base: URL) => Promise<HttpResponse>,
    secureError: ProblemError,
  ): Promise<HttpResponse> {
    try {
      const response = await exchange(plain);
      this.#base = plain;
      return response;
    } catch (error) {
      // A certificate that is not trusted was the registry's answer; that it speaks nothing plain is no news.
      throw secureError.problem.kind === 'certificate' && isUnreachable(error) ? secureError : error;
    }
  }

  #manifestName(repository: string, tagOrDigest: string): string {
    const separator = isDigest(tagOrDigest) ? '@' : ':';
    const name = `${repository}${separator}${tagOrDigest}`;
    this.#check(isRepository(repository) && (isDigest(tagOrDigest) || isTag(tagOrDigest)), name.slice(0, 200));
    return name;
  }

  #check(valid: boolean, what: string): void {
    if (valid) return;
    const { host } = this.#endpoint;
    const message = `${host} cannot have ${what}: that is not a valid name.`;
    throw new ProblemError({ kind: 'notFound', subject: host, message, next: 'Check the spelling.' });
  }

  #problem(response: HttpResponse, what: string): ProblemError {
    return answerProblem(response, this.#endpoint.host, what, this.#now());
  }

  #badAnswer(message: string): ProblemError {
    const next = 'Check that the address is that of a registry, and that no proxy answers in its place.';
    return new ProblemError({ kind: 'badAnswer', subject: this.#endpoint.host, message, next });
  }
}

const pull = (repository: string): Access => ({ scope: `repository:${repository}:pull`, repository });

function isUnreachable(error: unknown): error is ProblemError {
  return error instanceof ProblemError && ['unreachable', 'certificate', 'timeout'].includes(error.problem.kind);
}

function isPagingError(response: HttpResponse): boolean {
  return errorCodes(response).includes('PAGINATION_NUMBER_INVALID') || response.status === 405;
}

function headerOf({ headers }: HttpResponse, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value[0] : value;
}

function noDeletion(host: string, what: string, response: HttpResponse): ProblemError {
  const words = wordsOf(response);
  return new ProblemError({
    kind: 'unsupported',
    subject: host,
    message: `${host} does not let ${what} be deleted (status ${response.status})${words === undefined ? '' : `: ${words}`}.`,
    next: 'Ask whoever runs it: many registries have to be told to allow it, and some do it in their own pages only.',
  });
}

function noCatalog(host: string, cause: ProblemError): ProblemError {
  return new ProblemError(
    {
      kind: 'unsupported',
      subject: host,
      message: `${host} does not list its repositories.`,
      next: `Write the repository yourself: FROM ${host}/name: shows its tags.`,
    },
    cause,
  );
}
