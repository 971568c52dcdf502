/** Lists of repositories and tags that outlive the process, for each registry and whoever asked it. */
import { createHash } from 'node:crypto';
import { isRepository, isTag } from '../../common/reference.ts';
import type { RepositoryRow, TagRow } from '../../common/registry.ts';
import { claimsOf } from '../registries/token.ts';
import type { Credential, Credentials } from '../util/credential.ts';
import type { DiskCache, DiskKey } from '../util/diskCache.ts';
import { array, fields, strings } from '../util/json.ts';
import type { KeptAnswer } from './patience.ts';

/** The lists of one registry, or of one repository there. */
export type KeptList<T> = KeptAnswer<readonly T[]>;

export interface KeptLists {
  repositories(host: string, path?: string): KeptList<RepositoryRow>;
  tags(host: string, repository: string): KeptList<TagRow>;
  /** Nothing of the registry, or of any, is kept any longer. */
  forget(host: string | undefined): void;
  /** Resolves when what was learned is on the disk. */
  flush(): Promise<void>;
}

export interface KeptListsWorld {
  readonly disk: DiskCache;
  readonly credentials: Credentials;
  /** What else changes what a registry answers: its setting. */
  readonly settingOf: (host: string) => unknown;
}

export function createKeptLists({ disk, credentials, settingOf }: KeptListsWorld): KeptLists {
  /** Those that still look up under whose name they are kept. */
  const writing = new Set<Promise<void>>();
  const listOf = <T>(
    host: string,
    repository: string | undefined,
    name: string,
    row: (value: unknown) => T | undefined,
  ): KeptList<T> => {
    const keyFor = async (signal: AbortSignal): Promise<DiskKey | undefined> => {
      const identity = await identityAt(credentials, host, repository, signal);
      if (identity === undefined) return undefined;
      return { group: host, name: JSON.stringify([name, identity, settingOf(host) ?? null]) };
    };
    return {
      async read(signal) {
        const key = await keyFor(signal);
        const kept = key && (await disk.read(key));
        if (!kept || !Array.isArray(kept.value)) return undefined;
        const value = kept.value.map(row);
        // One that is no row means that others may be wrong as well.
        return value.every((one) => one !== undefined) ? { value, at: kept.at } : undefined;
      },
      write({ value, at }, signal) {
        const written = keyFor(signal)
          .then((key) => {
            if (key && !signal.aborted) disk.write(key, value, at);
          })
          .finally(() => writing.delete(written));
        writing.add(written);
        return written;
      },
    };
  };
  return {
    repositories: (host, path = '') => listOf(host, undefined, `repositories ${path}`, readRepositoryRow),
    tags: (host, repository) => listOf(host, repository, `tags ${repository}`, readTagRow),
    forget: (host) => void disk.forget(host),
    async flush() {
      await Promise.allSettled(writing);
      await disk.flush();
    },
  };
}

/** A fingerprint of the account, not of its secret; undefined where it cannot be told who we are. */
async function identityAt(
  credentials: Credentials,
  host: string,
  repository: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const found = await credentials.find(host, repository, signal);
    if (found === undefined) return 'anonymous';
    return createHash('sha256')
      .update(JSON.stringify([host, found.kind, ...accountOf(found)]))
      .digest('hex');
  } catch {
    signal.throwIfAborted();
    return undefined; // whoever asks the registry hears of it
  }
}

/**
 * User names that everybody has: who it is shows in the secret alone. Source: what the products' own documents have people log in with
 * (Artifact Registry "oauth2accesstoken", "_json_key"; Azure Container Registry, a GUID of zeros; docker's helpers, "<token>").
 */
const sharedNames = /^(?:oauth2accesstoken|_json_key|_json_key_base64|<token>|[0-]{36})?$/;

/** What tells an account from others, for a hash: its name, or where it has none of its own whom its token is for, or the secret. */
function accountOf(credential: Credential): readonly string[] {
  const username = 'username' in credential ? (credential.username ?? '') : '';
  if (!sharedNames.test(username)) return [username];
  const secret = credential.kind === 'basic' ? credential.password : credential.token;
  return [username, subjectOf(secret) ?? secret];
}

/** Of a JSON Web Token, which is another one after each sign-in. Source: RFC 7519, 4.1. */
function subjectOf(token: string): string | undefined {
  const { iss, tenant, sub } = claimsOf(token);
  return typeof sub === 'string' ? JSON.stringify([iss, tenant, sub]) : undefined;
}

function readRepositoryRow(value: unknown): RepositoryRow | undefined {
  const { name, folder, description, updated, tagCount, private: hidden, retired } = fields(value);
  if (typeof name !== 'string' || !isRepository(name)) return undefined;
  return {
    name,
    ...(folder === true && { folder }),
    ...(typeof description === 'string' && { description }),
    ...(typeof updated === 'number' && { updated }),
    ...(typeof tagCount === 'number' && { tagCount }),
    ...(typeof hidden === 'boolean' && { private: hidden }),
    ...(retired === true && { retired }),
  };
}

function readTagRow(value: unknown): TagRow | undefined {
  const { name, digest, date, dated, compressedBytes, platforms, locked, kind } = fields(value);
  if (typeof name !== 'string' || !isTag(name)) return undefined;
  return {
    name,
    ...(typeof digest === 'string' && { digest }),
    ...(typeof date === 'number' && { date }),
    ...((dated === 'pushed' || dated === 'created') && { dated }),
    ...(typeof compressedBytes === 'number' && { compressedBytes }),
    ...(array(platforms).length > 0 && { platforms: strings(platforms) }),
    ...(locked === true && { locked }),
    ...((kind === 'image' || kind === 'artifact' || kind === 'attachment') && { kind }),
  };
}
