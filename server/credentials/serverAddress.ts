/** How credential stores spell a registry. Docker Hub has four names there, and none of them is the one references use. */
import { dockerHub, dockerHubAddress, dockerHubHosts } from '../../common/reference.ts';

/** The address that is asked of a credential helper. */
export function serverAddress(registry: string): string {
  return dockerHubHosts.has(registry) ? dockerHubAddress : registry;
}

/** The registry, as references name it, that a key of `auths` stands for: `https://host/v1/` is `host`. */
export function registryOfKey(key: string): string {
  const host = key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return dockerHubHosts.has(host) ? dockerHub : host;
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
