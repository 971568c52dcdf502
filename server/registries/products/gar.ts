/**
 * Google Artifact Registry and Container Registry: the protocol, with lists of tags that also say what is on them and what is
 * below. Source: google/go-containerregistry, pkg/v1/google.
 */
import { isDigest, isRepository, isTag } from '../../../common/reference.ts';
import type { RepositoryRow, TagRow } from '../../../common/registry.ts';
import { fields, strings, text } from '../../util/json.ts';
import { ProblemError } from '../../util/problemError.ts';
import { jsonOf } from '../jsonOf.ts';
import { nextQuery } from '../paging.ts';
import type { RegistryClient } from '../registry.ts';
import { checkName, countOf, isRefusal, type Json } from './apiLists.ts';
import type { Product, ProductRoom } from './product.ts';

const hosts = /^(?:(?:[a-z0-9-]+\.)?gcr\.io|(?:[a-z0-9-]+-)?docker\.pkg\.dev)$/;

export const garProduct: Product = {
  kind: 'gar',
  software: 'Google Artifact Registry',
  matches: (host) => hosts.test(host),
  recognises: ({ tokenUrl }) => tokenUrl?.pathname === '/v2/token' && hosts.test(tokenUrl.host),
  can: { listRepositories: true, untag: true, deleteImage: true, deleteRepository: false },
  signIn: (host) => [
    {
      kind: 'outside',
      how: `Run: gcloud auth configure-docker ${host}. From then on docker's credential helper gcloud signs in as you.`,
    },
    { kind: 'token', username: 'none' },
    { kind: 'password' },
  ],
  adapt: (plain, room) => adapt(plain, room),
};

/** Before it nobody pushed an image; zero means "unknown". */
const firstImageMs = Date.UTC(2013, 0, 1);

interface Listed {
  readonly tags: readonly TagRow[];
  /** Names below this one. */
  readonly children: readonly string[];
  readonly next?: string;
}

function adapt(plain: RegistryClient, { host, setting, distribution, credentials, now }: ProductRoom): RegistryClient {
  /** All at once, as a rule; an `n` is not wanted. */
  const list = async (repository: string, cursor: string | undefined, signal: AbortSignal): Promise<Listed> => {
    checkName(host, isRepository(repository), repository);
    const path = `/v2/${repository}/tags/list${cursor === undefined ? '' : `?${cursor}`}`;
    const access = { scope: `repository:${repository}:pull`, repository };
    const response = await distribution.request({ path, ...access }, signal);
    const document = fields(jsonOf(response, host, `the tags of ${repository}`, now()));
    if (document['tags'] !== null && !Array.isArray(document['tags'])) throw noList(host, repository);
    const tags = tagsOf(document);
    const next = nextQuery(
      response.headers['link'],
      response.url,
      tags.map(({ name }) => name),
    );
    return { tags, children: strings(document['child']), ...(next !== undefined && { next }) };
  };

  /** Where to begin is not to be found out: the project of a key, or what the setting says. */
  const projects = async (signal: AbortSignal): Promise<readonly string[]> => {
    const credential = await credentials.find(host, undefined, signal);
    const key = credential?.kind === 'basic' && credential.username.startsWith('_json_key') ? credential : undefined;
    const project = key === undefined ? '' : projectOf(key);
    return [setting.prefix?.replace(/\/$/, '') ?? '', project].filter(isRepository);
  };

  const root = async (n: number, cursor: string | undefined, signal: AbortSignal) => {
    const known = await projects(signal);
    const items = [...new Set(known)].map((name): RepositoryRow => ({ name, folder: true }));
    if (items.length > 0) return { items, total: items.length };
    try {
      return await plain.repositories({ n, ...(cursor !== undefined && { cursor }) }, signal);
    } catch (error) {
      if (isRefusal(error)) throw noProject(host, error);
      throw error;
    }
  };

  return {
    ...plain,
    serves: { repositoryFilter: false, paths: true, tagFilter: false, tagOrders: [] },

    async repositories({ path, n, cursor }, signal) {
      if (path === undefined) return root(n, cursor, signal);
      const { tags, children } = await list(path, undefined, signal);
      // Whether what is below holds images or only more names shows once it is asked: it may be both, and so may this.
      const own: readonly RepositoryRow[] = tags.length > 0 ? [{ name: path }] : [];
      const below = children.map((child): RepositoryRow => ({ name: `${path}/${child}`, folder: true }));
      const items = [...own, ...below.filter(({ name }) => isRepository(name))];
      return { items, total: items.length };
    },

    async tags(repository, { cursor }, signal) {
      const { tags, next } = await list(repository, cursor, signal);
      return { items: tags, ...(next !== undefined && { next }) };
    },

    async untag(repository, tag, signal) {
      await distribution.deleteTag(repository, tag, signal);
    },

    /** An image goes only once no tag is on it. */
    async deleteImage(repository, digest, signal) {
      checkName(host, isRepository(repository) && isDigest(digest), `${repository}@${digest}`);
      let cursor: string | undefined;
      const onIt: string[] = [];
      do {
        const page = await list(repository, cursor, signal);
        onIt.push(...page.tags.filter((row) => row.digest === digest).map(({ name }) => name));
        cursor = page.next === cursor ? undefined : page.next;
      } while (cursor !== undefined && onIt.length < 10_000);
      for (const tag of onIt) await distribution.deleteTag(repository, tag, signal);
      await plain.deleteImage(repository, digest, signal);
    },
  };
}

/** By what is on them where the list says it, which leaves out what has no tag; else by name alone. */
function tagsOf(document: Json): readonly TagRow[] {
  const rows = new Map<string, TagRow>();
  for (const name of strings(document['tags'])) if (isTag(name)) rows.set(name, { name });
  for (const [digest, value] of Object.entries(fields(document['manifest']))) {
    const about = manifestOf(digest, fields(value));
    for (const name of strings(fields(value)['tag'])) if (isTag(name)) rows.set(name, { name, ...about });
  }
  return [...rows.values()];
}

/** The numbers are strings, in one of the two registries; an index has no size of its own. */
function manifestOf(digest: string, row: Json): Omit<TagRow, 'name'> {
  const [bytes, pushed, created] = [row['imageSizeBytes'], row['timeUploadedMs'], row['timeCreatedMs']].map(countOf);
  const isIndex = /\.(?:index|manifest\.list)\./.test(text(row['mediaType']));
  const dated = [
    { date: pushed, dated: 'pushed' as const },
    { date: created, dated: 'created' as const },
  ].find(({ date = 0 }) => date >= firstImageMs);
  return {
    ...(isDigest(digest) && { digest }),
    ...(dated?.date !== undefined && { date: dated.date, dated: dated.dated }),
    ...(!isIndex && bytes !== undefined && bytes > 0 && { compressedBytes: bytes }),
  };
}

/** The key of a service account names its project; `example.com:app` stands in names as `example.com/app`. */
function projectOf({ username, password }: { readonly username: string; readonly password: string }): string {
  try {
    const key = username === '_json_key_base64' ? Buffer.from(password, 'base64').toString('utf8') : password;
    return text(fields(JSON.parse(key))['project_id']).replace(':', '/');
  } catch {
    return ''; // not a key that could be read; the parser's message would quote it
  }
}

function noList(host: string, repository: string): ProblemError {
  return new ProblemError({
    kind: 'badAnswer',
    subject: host,
    message: `${host} answered for the tags of ${repository} with something that is not a list.`,
    next: 'Check that no proxy answers in its place.',
  });
}

function noProject(host: string, cause: ProblemError): ProblemError {
  return new ProblemError(
    {
      kind: cause.problem.kind,
      subject: host,
      message: `${host} lists what is below a project, and does not say which projects there are.`,
      next: `Name yours with "prefix" in gantry.registries (my-project/, or my-project/my-repository/), or open a repository by its name: ${host}/my-project/app.`,
    },
    cause,
  );
}
