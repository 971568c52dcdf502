/**
 * GitHub's registry: it lists no repositories, so packages and their versions come from GitHub's REST API, for whoever is
 * signed in. Source: GitHub Docs, "REST API endpoints for packages".
 */
import { LRUCache } from 'lru-cache';
import { isDigest, isRepository } from '../../../../common/reference.ts';
import type { RepositoryRow, TagRow } from '../../../../common/registry.ts';
import { ProblemError } from '../../../util/problemError.ts';
import { answerProblem } from '../../answerProblem.ts';
import type { HttpResponse } from '../../http.ts';
import { expectDone } from '../../jsonOf.ts';
import { allPages, type ListPage } from '../../paging.ts';
import type { ListAsk, RegistryClient } from '../../registry.ts';
import { checkName, type Json, orByProtocol, pageWithItems } from '../apiLists.ts';
import type { ProductRoom } from '../product.ts';
import { packageOf, tagsOf } from './rows.ts';
import { createGithubSession } from './session.ts';

/** So many pages of versions are fetched to know all tags; beyond, names come from the registry, which has more to a page. */
const maximumVersionPages = 10;
const maximumSearchedPages = 100;

export function ghcrClient(plain: RegistryClient, room: ProductRoom): RegistryClient {
  const { host, setting, now } = room;
  const session = createGithubSession(room);
  /** Which owners are people and which are organisations shows only by asking. */
  const owners = new LRUCache<string, 'users' | 'orgs'>({ max: 1000 });
  /** What GitHub calls the versions that were listed, by repository and digest. */
  const versionIds = new LRUCache<string, number>({ max: 10_000 });

  const folders = async (signal: AbortSignal): Promise<readonly RepositoryRow[]> => {
    const user = await session.login(signal);
    if (user === undefined) throw unknownUser(host);
    const wanted = setting.prefix?.split('/')[0] ?? '';
    const rows = [user, ...(await session.organisations(user, signal)).map(({ name }) => name), wanted];
    return [...new Set(rows)].filter(isRepository).map((name): RepositoryRow => ({ name, folder: true }));
  };

  /** Asks below the path of an owner: `/user`, `/orgs/acme`, `/users/bob`. */
  const ofOwner = async <T>(owner: string, question: (path: string) => Promise<T>, signal: AbortSignal): Promise<T> => {
    if (owner === (await session.login(signal))) return question('/user');
    const known = owners.get(owner);
    if (known !== undefined) return question(`/${known}/${owner}`);
    const ask = async (kind: 'users' | 'orgs') => {
      const answer = await question(`/${kind}/${owner}`);
      owners.set(owner, kind);
      return answer;
    };
    try {
      return await ask('orgs');
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.kind !== 'notFound') throw error;
      return ask('users');
    }
  };

  const packagePath = (base: string, name: string) => `${base}/packages/container/${encodeURIComponent(name)}`;

  const versions = (repository: string, cursor: string | undefined, signal: AbortSignal) => {
    const [owner, name] = split(host, repository);
    const read = (row: Json) => tagsOf(row, (digest, id) => versionIds.set(`${repository}@${digest}`, id));
    const page = (base: string) =>
      session.list(
        { path: `${packagePath(base, name)}/versions?`, what: `the tags of ${repository}`, cursor },
        read,
        signal,
      );
    return ofOwner(owner, page, signal);
  };

  /** Throws a ProblemError `notFound` where no version has it. */
  const versionId = async (repository: string, digest: string, signal: AbortSignal): Promise<number> => {
    const key = `${repository}@${digest}`;
    let cursor: string | undefined;
    for (let page = 0; page < maximumSearchedPages && !versionIds.has(key); page += 1) {
      cursor = (await versions(repository, cursor, signal)).next;
      if (cursor === undefined) break;
    }
    const id = versionIds.get(key);
    if (id !== undefined) return id;
    const message = `${host} has no version of ${repository} with the digest ${digest}, or hides it from you.`;
    throw new ProblemError({ kind: 'notFound', subject: host, message });
  };

  const remove = async (path: string, what: string, signal: AbortSignal): Promise<void> => {
    const response = await session.send(path, signal, 'DELETE');
    if (response.status === 400 || response.status === 403) throw notDeleted(response, host, what, now());
    expectDone(response, host, response.status === 404 ? what : `the deletion of ${what}`, now());
  };

  const mustBeKnown = async (signal: AbortSignal): Promise<void> => {
    if (!(await session.isSignedIn(signal))) throw unknownUser(host);
  };

  const tags = async (repository: string, cursor: string | undefined, signal: AbortSignal) =>
    pageWithItems((at) => versions(repository, at, signal), cursor, { host, what: `the tags of ${repository}` });

  const names = (repository: string, ask: ListAsk, signal: AbortSignal) => plain.tags(repository, ask, signal);

  return {
    ...plain,
    serves: { repositoryFilter: false, paths: true, tagFilter: false, tagOrders: ['date'] },

    async repositories({ path, cursor }, signal): Promise<ListPage<RepositoryRow>> {
      if (path === undefined) {
        const items = await folders(signal);
        return { items, total: items.length };
      }
      const owner = path.toLowerCase();
      checkName(host, isRepository(owner) && !owner.includes('/'), path);
      await mustBeKnown(signal);
      const what = `the packages of ${owner}`;
      const read = (row: Json) => packageOf(owner, row);
      const page = (base: string) =>
        session.list({ path: `${base}/packages?package_type=container&`, what, cursor }, read, signal);
      return ofOwner(owner, page, signal);
    },

    async tags(repository, ask, signal) {
      const { cursor } = ask;
      const isOurs = cursor === undefined || /^\d+$/.test(cursor);
      if (!isOurs || !(await session.isSignedIn(signal))) return names(repository, ask, signal);
      const byName = () => names(repository, { n: ask.n }, signal);
      return orByProtocol(() => tags(repository, cursor, signal), byName, signal);
    },

    async allTags(repository, signal) {
      const allNames = () =>
        allPages<TagRow>((cursor) => names(repository, { n: 1000, ...(cursor && { cursor }) }, signal), host);
      if (!(await session.isSignedIn(signal))) return allNames();
      const byVersion = async () => {
        const first = await versions(repository, undefined, signal);
        if (first.lastPage > maximumVersionPages) {
          const known = new Map(first.items.map((row) => [row.name, row]));
          return (await allNames()).map((row) => known.get(row.name) ?? row);
        }
        const following = Array.from({ length: first.lastPage - 1 }, (_, index) => String(index + 2));
        const pages = await Promise.all(following.map((page) => versions(repository, page, signal)));
        return [first, ...pages].flatMap(({ items }) => items);
      };
      return orByProtocol(byVersion, allNames, signal);
    },

    async deleteImage(repository, digest, signal) {
      const [owner, name] = split(host, repository);
      checkName(host, isDigest(digest), `${repository}@${digest}`);
      await mustBeKnown(signal);
      const id = await versionId(repository, digest, signal);
      versionIds.delete(`${repository}@${digest}`);
      const what = `${repository}@${digest}`;
      await ofOwner(owner, (base) => remove(`${packagePath(base, name)}/versions/${id}`, what, signal), signal);
    },

    async deleteRepository(repository, signal) {
      const [owner, name] = split(host, repository);
      await mustBeKnown(signal);
      await ofOwner(owner, (base) => remove(packagePath(base, name), repository, signal), signal);
    },
  };
}

function split(host: string, repository: string): readonly [owner: string, name: string] {
  const slash = repository.indexOf('/');
  checkName(host, isRepository(repository) && slash > 0, repository);
  return [repository.slice(0, slash), repository.slice(slash + 1)];
}

function unknownUser(host: string): ProblemError {
  return new ProblemError({
    kind: 'unauthorized',
    subject: host,
    message: `${host} lists packages only for whoever is signed in.`,
    next: `Sign in with a GitHub account or a token with the scope read:packages, or open a repository by its name: ${host}/owner/name.`,
  });
}

function notDeleted(response: HttpResponse, host: string, what: string, now: number): ProblemError {
  const { problem } = answerProblem(response, host, `the deletion of ${what}`, now);
  const next =
    response.status === 403
      ? 'Sign in with a token that has the scope delete:packages, as an administrator of the package.'
      : 'The last version with a tag goes only with its package: delete the whole repository, or do it on its page.';
  return new ProblemError({ ...problem, next });
}
