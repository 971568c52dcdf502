import type { RegistryClient } from '../registry.ts';
import { dockerHubProduct } from './dockerHub.ts';

/** What one registry product has or lacks beside the protocol. One file a product, listed in {@link products}. */
export interface Product {
  /** `host` as references name it. */
  matches(host: string): boolean;
  /** Where it answers, if not at `host`. */
  readonly address?: string;
  /** The client for `host`, made of the one that speaks the protocol alone. */
  adapt(plain: RegistryClient, host: string): RegistryClient;
}

const products: readonly Product[] = [dockerHubProduct];

/** Anything unknown speaks the protocol alone. */
const plainProduct: Product = { matches: () => true, adapt: (plain) => plain };

export function productOf(host: string): Product {
  return products.find((product) => product.matches(host)) ?? plainProduct;
}
