/** The user's own list of registries, the setting `gantry.registries`, as they wrote it: nothing of it is put in order. */
import { dockerHub, dockerHubHosts } from '../../../common/reference.ts';
import type { RegistrySetting } from '../../contributions.ts';

/** Entries may also be plain hosts or addresses, and anything else that somebody mistyped. */
export type Entries = readonly unknown[];

/** With an entry for a host, in place of one that was there; what that one says besides stays. */
export function withRegistry(entries: Entries, setting: RegistrySetting): Entries {
  const at = entries.findIndex((entry) => isOf(entry, setting.host));
  if (at < 0) return [...entries, setting];
  const before = entries[at];
  return entries.with(at, typeof before === 'object' ? { ...before, ...setting } : setting);
}

export function withoutRegistry(entries: Entries, host: string): Entries {
  return entries.filter((entry) => !isOf(entry, host));
}

export function hasRegistry(entries: Entries, host: string): boolean {
  return entries.some((entry) => isOf(entry, host));
}

function isOf(entry: unknown, host: string): boolean {
  const written = typeof entry === 'object' && entry !== null && 'host' in entry ? entry.host : entry;
  if (typeof written !== 'string') return false;
  const named = written
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '');
  return (dockerHubHosts.has(named) || named === 'hub.docker.com' ? dockerHub : named) === host.toLowerCase();
}
