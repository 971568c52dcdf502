/** How credential stores spell a registry. Docker Hub has four names there, and none of them is the one references use. */
import { dockerHub } from '../../common/reference.ts';

/** The key under which docker login keeps Docker Hub. */
export const hubAddress = 'https://index.docker.io/v1/';

const hubHosts: ReadonlySet<string> = new Set([dockerHub, 'index.docker.io', 'registry-1.docker.io']);

/** The address that is asked of a credential helper. */
export function serverAddress(registry: string): string {
  return hubHosts.has(registry) ? hubAddress : registry;
}

/** The registry, as references name it, that a key of `auths` stands for: `https://host/v1/` is `host`. */
export function registryOfKey(key: string): string {
  const host = key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return hubHosts.has(host) ? dockerHub : host;
}

/** The entry of docker's config for a registry: the exact key first, then any key of the same host. */
export function entryFor<T>(entries: ReadonlyMap<string, T>, registry: string): T | undefined {
  const exact = entries.get(serverAddress(registry)) ?? entries.get(registry);
  if (exact !== undefined) return exact;
  const wanted = registryOfKey(registry);
  for (const [key, value] of entries) if (registryOfKey(key) === wanted && value !== undefined) return value;
  return undefined;
}

/**
 * The entry of podman's auth file: keys may go down to a repository, the longest that covers it wins.
 * Source: containers-auth.json(5).
 */
export function longestEntryFor<T>(entries: ReadonlyMap<string, T>, registry: string, repository = ''): T | undefined {
  const components = repository === '' ? [] : repository.split('/');
  for (let depth = components.length; depth > 0; depth -= 1) {
    const entry = entries.get([registry, ...components.slice(0, depth)].join('/'));
    if (entry !== undefined) return entry;
  }
  const ofHost = new Map([...entries].filter(([key]) => /^https?:\/\//.test(key) || !key.includes('/')));
  return entryFor(ofHost, registry);
}
