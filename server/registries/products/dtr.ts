/** Docker Trusted Registry, Mirantis Secure Registry 2. Source: its client in goharbor/harbor, src/pkg/reg/adapter/dtr. */
import { isDigest, isRepository, isTag } from '../../../common/reference.ts';
import type { RepositoryRow, TagRow } from '../../../common/registry.ts';
import { fields, text } from '../../util/json.ts';
import type { HttpResponse } from '../http.ts';
import { expectDone, jsonOf } from '../jsonOf.ts';
import type { RegistryClient } from '../registry.ts';
import { checkName, type Json, orByProtocol, readList } from './apiLists.ts';
import { asBasic, createApiSession } from './apiSession.ts';
import { dateOf } from './dateOf.ts';
import type { Product, ProductRoom } from './product.ts';

export const dtrProduct: Product = {
  kind: 'dtr',
  software: 'Mirantis Secure Registry',
  matches: () => false,
  recognises: ({ tokenUrl, service }) => tokenUrl?.pathname === '/auth/token' && service === tokenUrl.host,
  can: { listRepositories: true, untag: true, deleteImage: true, deleteRepository: true },
  signIn: () => [{ kind: 'password' }, { kind: 'token', username: 'required' }],
  adapt: (plain, room) => adapt(plain, room),
};

const signing = {
  authorization: asBasic,
  isRegistrys: true,
  next: 'Sign in with your name and your password, or an access token.',
};

/** Cursors of its API start so, to be told from those of the protocol. */
const startMark = 'pageStart=';

function adapt(plain: RegistryClient, room: ProductRoom): RegistryClient {
  const { host, now } = room;
  const session = createApiSession(room, signing);

  const ask = async (path: string, cursor: string | undefined, signal: AbortSignal) => {
    const start = cursor?.startsWith(startMark) ? `&${cursor}` : '';
    const response = await session.send({ path: `${path}?pageSize=100${start}` }, signal);
    return { response, next: nextIn(response) };
  };

  const remove = async (path: string, what: string, signal: AbortSignal): Promise<void> => {
    const response = await session.send({ method: 'DELETE', path }, signal);
    expectDone(response, host, response.status === 404 ? what : `the deletion of ${what}`, now());
  };

  return {
    ...plain,
    serves: { repositoryFilter: false, tagFilter: false, tagOrders: [] },

    async repositories(listAsk, signal) {
      const what = 'its list of repositories';
      const byApi = async () => {
        const { response, next } = await ask('/api/v0/repositories', listAsk.cursor, signal);
        const { repositories } = fields(jsonOf(response, host, what, now()));
        return readList(repositories, { host, what, next }, repositoryOf);
      };
      return orByProtocol(byApi, () => plain.repositories(listAsk, signal), signal);
    },

    async tags(repository, listAsk, signal) {
      const { cursor } = listAsk;
      if (cursor !== undefined && !cursor.startsWith(startMark)) return plain.tags(repository, listAsk, signal);
      const what = `the tags of ${repository}`;
      const byApi = async () => {
        const { response, next } = await ask(`${pathOf(host, repository)}/tags`, cursor, signal);
        return readList(jsonOf(response, host, what, now()), { host, what, next }, tagOf);
      };
      const byProtocol = () => plain.tags(repository, { n: listAsk.n }, signal);
      return orByProtocol(byApi, byProtocol, signal);
    },

    async untag(repository, tag, signal) {
      checkName(host, isTag(tag), `${repository}:${tag}`);
      await remove(`${pathOf(host, repository)}/tags/${tag}`, `${repository}:${tag}`, signal);
    },

    async deleteRepository(repository, signal) {
      await remove(pathOf(host, repository), repository, signal);
    },
  };
}

/** Where the next page starts is told in a header. */
function nextIn({ headers }: HttpResponse): string | undefined {
  const start = headers['x-next-page-start'];
  return typeof start === 'string' && start !== '' ? `${startMark}${encodeURIComponent(start)}` : undefined;
}

function pathOf(host: string, repository: string): string {
  checkName(host, isRepository(repository) && repository.split('/').length === 2, repository);
  return `/api/v0/repositories/${repository}`;
}

function repositoryOf(row: Json): readonly RepositoryRow[] | undefined {
  const name = `${text(row['namespace'])}/${text(row['name'])}`;
  if (!isRepository(name)) return undefined;
  const description = text(row['shortDescription']);
  return [
    { name, ...(description !== '' && { description }), ...(row['visibility'] === 'private' && { private: true }) },
  ];
}

function tagOf(row: Json): readonly TagRow[] | undefined {
  const [name, digest] = [text(row['name']), text(row['digest'])];
  if (!isTag(name)) return undefined;
  const date = dateOf(row['updatedAt']) ?? dateOf(row['createdAt']);
  return [{ name, ...(isDigest(digest) && { digest }), ...(date !== undefined && { date, dated: 'pushed' }) }];
}
