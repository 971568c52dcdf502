import { dockerHub, dockerHubHosts, isRegistryHost } from '../../common/reference.ts';
import type { RegistrySetting } from '../../common/registry.ts';

/**
 * Reads the setting's value as a person wrote it: a host, or a pasted address. `rejected` has what names no registry.
 * Of two entries for one host the first counts.
 */
export function readRegistrySettings(value: unknown): {
  readonly registries: readonly RegistrySetting[];
  readonly rejected: readonly string[];
} {
  const registries = new Map<string, RegistrySetting>();
  const rejected: string[] = [];
  for (const entry of Array.isArray(value) ? value : []) {
    const { host, name, insecure } = (typeof entry === 'string' ? { host: entry } : (entry ?? {})) as Record<
      string,
      unknown
    >;
    const normalised = typeof host === 'string' ? normaliseHost(host) : undefined;
    if (normalised === undefined) rejected.push(withoutSecret(JSON.stringify(entry) ?? String(entry)).slice(0, 100));
    else if (!registries.has(normalised)) {
      registries.set(normalised, {
        host: normalised,
        insecure: insecure === true || /^http:/i.test(String(host).trim()),
        ...(typeof name === 'string' && name !== '' && { name }),
      });
    }
  }
  return { registries: [...registries.values()], rejected };
}

/** A pasted address may have a name and a password before its host; what is rejected is logged. */
const withoutSecret = (text: string): string => text.replaceAll(/(:\/\/|")[^"]*@/g, '$1…@');

/** `https://Registry.example:5000/v2/` is `registry.example:5000`; every name of Docker Hub is `docker.io`. */
export function normaliseHost(text: string): string | undefined {
  const host = text
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/\/.*$/, '')
    .toLowerCase();
  if (!isRegistryHost(host)) return undefined;
  return dockerHubHosts.has(host) || host === 'hub.docker.com' ? dockerHub : host;
}
