import type { RegistrySetting } from '../../../common/registry.ts';
import type { Signs } from '../signs.ts';
import { acrProduct } from './acr.ts';
import { dtrProduct } from './dtr.ts';
import { ecrProduct, ecrPublicProduct } from './ecr.ts';
import { garProduct } from './gar.ts';
import { genericProduct, genericSoftware } from './generic.ts';
import { ghcrProduct } from './ghcr/product.ts';
import { gitlabProduct } from './gitlab.ts';
import { harborProduct } from './harbor.ts';
import { dockerHubProduct } from './hub/product.ts';
import { mcrProduct } from './mcr.ts';
import type { Product } from './product.ts';
import { quayProduct } from './quay.ts';

/** Anything unknown is the last: it speaks the protocol alone. */
const products: readonly Product[] = [
  dockerHubProduct,
  mcrProduct,
  acrProduct,
  ghcrProduct,
  gitlabProduct,
  harborProduct,
  quayProduct,
  garProduct,
  ecrProduct,
  ecrPublicProduct,
  dtrProduct,
  ...genericSoftware,
  genericProduct,
];

/** By the setting's word, else by the host. */
export function productOf({ host, kind }: RegistrySetting): Product {
  return (
    products.find(({ kind: own, matches }) =>
      kind === undefined ? matches(host) : own === kind && own !== 'generic',
    ) ?? genericProduct
  );
}

/** By what a registry answers; undefined where that says nothing. */
export function recognise(signs: Signs): Product | undefined {
  return products.find((product) => product.recognises?.(signs));
}
