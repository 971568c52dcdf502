import { isAbsolute } from 'node:path';
import type { Problem } from '../../common/known.ts';
import { dockerHub, dockerHubHosts, isRegistryHost, isRepository } from '../../common/reference.ts';
import { type RegistryKind, type RegistrySetting, registryKinds } from '../../common/registry.ts';
import { ProblemError } from '../util/problemError.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Tell = (what: string) => void;

/**
 * Reads the setting's value as a person wrote it: hosts, pasted addresses, or objects. What is wrong is told in `problems`, a
 * sentence for each field, and is as if it was not there; an entry without a host is dropped. Of two entries for one host the
 * first counts. `url` and `webUrl` come without a slash at their end, `prefix` with one, names of headers in lower case.
 */
export function readRegistrySettings(value: unknown): {
  readonly registries: readonly RegistrySetting[];
  readonly problems: readonly string[];
} {
  const registries = new Map<string, RegistrySetting>();
  const problems: string[] = [];
  if (!Array.isArray(value)) {
    if (value !== undefined && value !== null)
      problems.push(`gantry.registries has to be a list, not ${shown(value)}.`);
    return { registries: [], problems };
  }
  for (const [index, entry] of value.entries()) {
    const tell = (what: string) => problems.push(`gantry.registries, entry ${index + 1}: ${what}.`);
    const setting = readEntry(typeof entry === 'string' ? { host: entry } : entry, tell);
    if (setting === undefined) continue;
    if (registries.has(setting.host)) tell(`${setting.host} was there before, and only the first counts`);
    else registries.set(setting.host, setting);
  }
  return { registries: [...registries.values()], problems };
}

function readEntry(entry: unknown, tell: Tell): RegistrySetting | undefined {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    tell(`it has to be an object with a host, not ${shown(entry)}`);
    return undefined;
  }
  const { host: written, ...fields } = entry as Readonly<Record<string, unknown>>;
  const host = typeof written === 'string' ? normaliseHost(written) : undefined;
  if (host === undefined) {
    tell(`"host" has to be the address of a registry, such as registry.example:5000, not ${shown(written)}`);
    return undefined;
  }
  const setting: Mutable<RegistrySetting> = { host, insecure: /^http:/i.test(String(written).trim()) };
  for (const [name, field] of Object.entries(fields)) {
    if (field === undefined || field === null) continue;
    const read = Object.hasOwn(readers, name) ? readers[name as keyof typeof readers] : undefined;
    const problem = read === undefined ? 'is not known here' : read(field, setting);
    if (problem !== undefined) tell(`"${name.slice(0, 50)}" of ${host} ${problem}`);
  }
  return setting;
}

/** Each puts its field into the setting, or says what is wrong with it. */
type Reader = (value: unknown, setting: Mutable<RegistrySetting>) => string | undefined;

const readers: Readonly<Record<Exclude<keyof RegistrySetting, 'host'>, Reader>> = {
  kind(value, setting) {
    if (!registryKinds.includes(value as RegistryKind))
      return `can be ${registryKinds.join(', ')}, not ${shown(value)}`;
    setting.kind = value as RegistryKind;
    return undefined;
  },
  url(value, setting) {
    const url = readUrl(value);
    if (url === undefined) return notAnAddress(value);
    setting.url = url.replace(/\/v2$/, '');
    return undefined;
  },
  webUrl(value, setting) {
    const url = readUrl(value);
    if (url === undefined) return notAnAddress(value);
    setting.webUrl = url;
    return undefined;
  },
  name(value, setting) {
    if (typeof value !== 'string') return `has to be a text, not ${shown(value)}`;
    if (value.trim() !== '') setting.name = value.trim().slice(0, 200);
    return undefined;
  },
  insecure(value, setting) {
    if (typeof value !== 'boolean') return `can be true or false, not ${shown(value)}`;
    setting.insecure ||= value;
    return undefined;
  },
  caFile(value, setting) {
    const isPath = typeof value === 'string' && (isAbsolute(value) || /^~[\\/]/.test(value));
    if (!isPath) return `has to be the whole path of a file, not ${shown(value)}`;
    setting.caFile = value;
    return undefined;
  },
  headers(value, setting) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'has to be an object of texts';
    const { headers, refused } = readHeaders(Object.entries(value));
    if (Object.keys(headers).length > 0) setting.headers = headers;
    return refused.length === 0 ? undefined : `cannot have ${refused.map(shown).join(', ')}`;
  },
  prefix(value, setting) {
    const path = typeof value === 'string' ? value.replace(/^\/|\/$/g, '') : '';
    if (!isRepository(path))
      return `has to be the beginning of names of repositories, such as team/, not ${shown(value)}`;
    setting.prefix = `${path}/`;
    return undefined;
  },
};

/** A web address without a name or password in it, and without what is for servers no part of a place. */
function readUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!isPlain || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  return url.href.replace(/\/+$/, '');
}

const notAnAddress = (value: unknown) =>
  `has to be an address like https://mirror.example/docker, without a name, a password or a query, not ${shown(value)}`;

/** What one connection agrees on, what routes a request, and what proves who asks: docker's sign-ins do that. */
const ownHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const maximumHeaders = 20;

function readHeaders(entries: readonly (readonly [string, unknown])[]) {
  const headers: Record<string, string> = {};
  const refused: string[] = [];
  for (const [written, value] of entries) {
    const name = written.toLowerCase();
    const isHeader = /^[!#$%&'*+.^_`|~\w-]{1,100}$/.test(name) && !ownHeaders.has(name);
    // Only what every server reads the same way; a line break would end the header and begin another.
    const isValue = typeof value === 'string' && value.length <= 4096 && /^[\x20-\x7e]*$/.test(value);
    if (isHeader && isValue && Object.keys(headers).length < maximumHeaders) headers[name] = value;
    else refused.push(written.slice(0, 50));
  }
  return { headers, refused };
}

/** As it is written, but for a name and a password before a host: what is wrong is logged. */
const shown = (value: unknown): string =>
  (JSON.stringify(value) ?? String(value)).replaceAll(/(:\/\/|")[^"]*@/g, '$1…@').slice(0, 100);

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

/** Of what stands where a registry's host should. */
export function notAHost(host: string): ProblemError {
  const subject = host.slice(0, 100);
  return new ProblemError({
    kind: 'notFound',
    subject,
    message: `${JSON.stringify(subject)} is not the address of a registry.`,
    next: 'Write its host, and a port where it has one: registry.example:5000.',
  });
}

/** A sentence that `readRegistrySettings` tells, for whoever looks at the registries. */
export const settingProblem = (message: string): Problem => ({
  kind: 'settings',
  subject: 'gantry.registries',
  message,
  next: 'Correct it in the settings; what is wrong is as if it was not there.',
});
