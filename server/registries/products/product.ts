import type { RegistryAbilities, RegistryKind, RegistrySetting, SignInMethod } from '../../../common/registry.ts';
import type { Credentials } from '../../util/credential.ts';
import type { Distribution } from '../distribution.ts';
import type { Http, HttpResponse } from '../http.ts';
import type { RegistryClient } from '../registry.ts';
import type { Signs } from '../signs.ts';

/** What one registry product has or lacks beside the protocol. One file a product, listed in `products.ts`. */
export interface Product {
  readonly kind: RegistryKind;
  /** Whether the host alone says it: `ghcr.io`. */
  matches(host: string): boolean;
  /**
   * Whether an answer below `/v2/` says it, which may be the refusal of any request. Only what no other product sends counts.
   */
  recognises?(signs: Signs): boolean;
  /** What people call the registry; its host when absent. */
  readonly name?: string;
  /** What people call the software, where many registries run it: `Harbor`. */
  readonly software?: string;
  /** Where it answers, if not at `host`: a host. */
  readonly address?: string;
  /** Its pages for people and its own API, where they are by default; absent where they are at the registry's own origin. */
  webUrl?(host: string): string | undefined;
  /** Its own API, where that is elsewhere than its pages. */
  apiUrl?(host: string): string | undefined;
  readonly can: RegistryAbilities;
  /** How people sign in, the best first. */
  signIn(host: string): readonly SignInMethod[];
  /** The client, made of the one that speaks the protocol alone. */
  adapt(plain: RegistryClient, room: ProductRoom): RegistryClient;
}

/** What a product's client is made with. */
export interface ProductRoom {
  /** As references name it. */
  readonly host: string;
  /** Of the setting, or the product's own, or where the registry answers; without a slash at its end. For pages and messages. */
  readonly webUrl: string;
  readonly setting: RegistrySetting;
  /** Requests to the registry's own origin, signed as the protocol has it. */
  readonly distribution: Distribution;
  /**
   * Sends to the product's own API: below `webUrl` where the setting names one, else where the product has it, else at the
   * registry's own origin. Signs nothing. Any answer is returned; `jsonOf` reads it.
   */
  api(request: ApiRequest, signal: AbortSignal): Promise<HttpResponse>;
  /** Requests anywhere else, to what is neither the registry nor its API. */
  readonly http: Http;
  readonly credentials: Credentials;
  readonly now: () => number;
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With the query, encoded: `/api/v2.0/projects?page=1`. */
  readonly path: string;
  /** Where the API is, if that had to be found out; without a slash at its end. */
  readonly site?: string;
  /** Lower-case names; `authorization` among them. `accept` is JSON when absent. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** 8 MiB when absent. */
  readonly maximumBytes?: number;
}
