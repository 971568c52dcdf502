/** Registries as the server has them, in front of one service of the emulator. */
import type { RegistrySetting } from '../../common/registry.ts';
import { createHttp, type HttpWorld } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import type { RegistryClient } from '../../server/registries/registry.ts';
import type { Credential } from '../../server/util/credential.ts';
import { fakeCredentials } from './fakeCredentials.ts';
import type { World } from './registries/world.ts';

const never = new AbortController().signal;

export function openRegistry(world: World, setting: RegistrySetting, timeouts: HttpWorld['timeouts'] = {}) {
  const { host } = setting;
  const now = () => world.clock.nowMs;
  const http = createHttp({ env: {}, retryDelayMs: 1, now, timeouts });
  const credentials = fakeCredentials();
  const registries = new Registries({ http, credentials, now });
  registries.configure([setting]);
  return {
    registries,
    credentials,
    /** As whom; without a name and a password as nobody. */
    signIn(username?: string, password = ''): void {
      const credential: Credential | undefined =
        username === undefined ? undefined : { kind: 'basic', username, password };
      credentials.byRegistry = credential === undefined ? {} : { [host]: credential };
      registries.refresh(host);
    },
    repositories: async (path?: string, query: { readonly filter?: string; readonly cursor?: string } = {}) =>
      (await registries.repositories(host, { ...query, ...(path !== undefined && { path }) }, never)).value,
    tags: async (repository: string, query: Parameters<Registries['tags']>[2] = {}) =>
      (await registries.tags(host, repository, query, never)).value,
    allTags: async (repository: string) => (await registries.allTags(host, repository, never)).value,
    row: async () => (await registries.list(never)).find((row) => row.host === host),
    untag: (repository: string, tag: string) =>
      registries.ask(host, async (client) => client.untag?.(repository, tag, never)),
    deleteImage: (repository: string, digest: string) =>
      registries.ask(host, (client) => client.deleteImage(repository, digest, never)),
    deleteRepository: (repository: string) =>
      registries.ask(host, async (client) => client.deleteRepository?.(repository, never)),
    ask: <T>(question: (client: RegistryClient) => Promise<T>) => registries.ask(host, question),
    close: () => http.close(),
  };
}

export type OpenRegistry = ReturnType<typeof openRegistry>;
