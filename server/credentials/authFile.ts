/** Docker's config.json and podman's auth.json: what of them says who we are where. Read, never written. */
import type { Credential } from '../util/credential.ts';

export interface AuthFile {
  /** By the key as written: `https://index.docker.io/v1/`, `host:5000`, `quay.io/team`. Undefined: the entry holds no secret. */
  readonly auths: ReadonlyMap<string, Credential | undefined>;
  /** By registry host: the helper for that host alone. */
  readonly credHelpers: ReadonlyMap<string, string>;
  /** The helper for every other host. */
  readonly credsStore?: string;
}

export const emptyAuthFile: AuthFile = { auths: new Map(), credHelpers: new Map() };

/**
 * Throws an Error, without any of the text in its message, when `text` is not a JSON object. What is inside is taken as
 * far as it makes sense: one broken entry does not spoil the others. Source: docker/cli, cli/config/configfile.
 */
export function parseAuthFile(text: string): AuthFile {
  const file = objectOf(parseJson(text.replace(/^\uFEFF/, '')));
  if (file === undefined) throw new Error('it is not a JSON object');
  const credsStore = stringOf(file['credsStore']);
  return {
    auths: new Map(entriesOf(file['auths']).map(([key, entry]) => [key, credentialOf(entry)])),
    credHelpers: new Map(
      entriesOf(file['credHelpers']).flatMap(([host, name]) =>
        typeof name === 'string' && name ? [[host, name]] : [],
      ),
    ),
    ...(credsStore && { credsStore }),
  };
}

function parseJson(text: string): unknown {
  if (text.trim() === '') return {}; // docker takes an empty file for an empty config
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not valid JSON'); // the parser's own message quotes the text, secrets included
  }
}

function credentialOf(value: unknown): Credential | undefined {
  const entry = objectOf(value) ?? {};
  const registryToken = stringOf(entry['registrytoken']);
  if (registryToken) return { kind: 'registryToken', token: registryToken };
  const [username, password] = loginOf(entry);
  const identityToken = stringOf(entry['identitytoken']);
  if (identityToken) return { kind: 'identityToken', token: identityToken, ...(username && { username }) };
  return username && password !== undefined ? { kind: 'basic', username, password } : undefined;
}

/** `auth` is base64 of `user:password`; the password may hold colons, and old clients padded it with NULs. */
function loginOf(
  entry: Readonly<Record<string, unknown>>,
): [username: string | undefined, password: string | undefined] {
  const text = Buffer.from(stringOf(entry['auth']) ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon > 0) return [text.slice(0, colon), text.slice(colon + 1).replace(/\0+$/, '')];
  return [stringOf(entry['username']), stringOf(entry['password'])];
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

const entriesOf = (value: unknown): [string, unknown][] => Object.entries(objectOf(value) ?? {});

const stringOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
