import type { RegistryAbilities, RegistryKind, RegistrySetting, SignInMethod } from '../../../common/registry.ts';
import type { Credentials } from '../../util/credential.ts';
import type { Distribution } from '../distribution.ts';
import type { Http } from '../http.ts';
import type { RegistryClient } from '../registry.ts';

/** What one registry product has or lacks beside the protocol. One file a product, listed in `products.ts`. */
export interface Product {
  readonly kind: RegistryKind;
  /** Whether the host alone says it: `ghcr.io`. */
  matches(host: string): boolean;
  /** Whether the answer to `GET /v2/` says it: a header or the challenge of that product. */
  recognises?(answer: { readonly headers: Readonly<Record<string, string | string[] | undefined>> }): boolean;
  /** What people call the registry; its host when absent. */
  readonly name?: string;
  /** Where it answers, if not at `host`: a host. */
  readonly address?: string;
  /** Its pages for people and its own API, where they are by default. */
  webUrl?(host: string): string | undefined;
  /** The page of a repository, or of one of its tags. */
  page?(webUrl: string, repository: string, tag: string | undefined): string;
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
  /** Of the setting, or the product's own, without a slash at its end. */
  readonly webUrl: string;
  readonly setting: RegistrySetting;
  /** Signed requests to the registry's own origin. */
  readonly distribution: Distribution;
  /** Requests anywhere else: the product's own API. */
  readonly http: Http;
  readonly credentials: Credentials;
  readonly now: () => number;
}
