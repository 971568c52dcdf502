/** A product's own API, asked as whoever we are at its registry. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Credential } from '../../util/credential.ts';
import { ProblemError } from '../../util/problemError.ts';
import type { HttpResponse } from '../http.ts';
import type { ApiRequest, ProductRoom } from './product.ts';

export type Basic = Extract<Credential, { readonly kind: 'basic' }>;

export interface ApiSession {
  /**
   * As who we are known, as far as we are. Any answer is returned but one: throws a ProblemError `unauthorized` where the API
   * does not take what we have, and does not send that again for a minute.
   */
  send(request: ApiRequest, signal: AbortSignal): Promise<HttpResponse>;
  /** Who that is; undefined where we have nothing for the API. */
  account(signal: AbortSignal): Promise<ApiAccount | undefined>;
}

export interface ApiAccount {
  readonly username: string;
  /** Tells accounts apart without being one. */
  readonly key: string;
}

/** How a credential of the registry's is told to the API. Only a name with its secret may open it. */
export interface Signing {
  /** The header; undefined where the API does not know such a credential. */
  authorization(credential: Basic): string | undefined;
  /** What the user can do once the API does not take it, one sentence. */
  readonly next: string;
  /** Whether what the API does not take is nothing to the registry either: then another source of credentials may have better. */
  readonly isRegistrys: boolean;
}

/** A password that was refused is not sent again for so long: at every keystroke, it would soon lock the account. */
const rejectedMs = 60_000;
/** How many credentials of one registry are tried: docker's, podman's and the user's own. */
const maximumCredentials = 3;

export function createApiSession(
  room: Pick<ProductRoom, 'host' | 'api' | 'credentials' | 'now'>,
  signing: Signing,
): ApiSession {
  const { host, api, credentials, now } = room;
  const rejected = new LRUCache<string, number>({ max: 100 });

  const known = async (signal: AbortSignal) => {
    const credential = await credentials.find(host, undefined, signal);
    const authorization = credential?.kind === 'basic' ? signing.authorization(credential) : undefined;
    if (credential?.kind !== 'basic' || authorization === undefined) return undefined;
    const key = createHash('sha256').update(authorization).digest('hex');
    return { credential, username: credential.username, key, authorization };
  };
  const isRejected = (key: string) => now() - (rejected.get(key) ?? Number.NEGATIVE_INFINITY) < rejectedMs;

  const session: ApiSession = {
    async account(signal) {
      const account = await known(signal);
      return account && { username: account.username, key: account.key };
    },
    async send(request, signal) {
      let account = await known(signal);
      if (account === undefined) return api(request, signal);
      for (let tried = 0; tried < maximumCredentials; tried += 1) {
        const { key, authorization, credential } = account;
        if (!isRejected(key)) {
          const response = await api({ ...request, headers: { ...request.headers, authorization } }, signal);
          if (response.status !== 401 || response.foreign) return response;
          rejected.set(key, now());
        }
        if (!signing.isRegistrys) break;
        credentials.refused(host, credential);
        const next = await known(signal);
        if (next === undefined || next.key === key) break;
        account = next;
      }
      throw refused(host, signing.next);
    },
  };
  return session;
}

/** A token stands for a password. Undefined for what no header may hold. */
export function asBearer({ password }: Basic): string | undefined {
  return /^[\x21-\x7e]+$/.test(password) ? `Bearer ${password}` : undefined;
}

export function asBasic({ username, password }: Basic): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

function refused(host: string, next: string): ProblemError {
  return new ProblemError({
    kind: 'unauthorized',
    subject: host,
    message: `The API of ${host} does not accept the name and the password, or the token, that you are signed in with.`,
    next,
  });
}
