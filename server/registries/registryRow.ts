import type { Registry, RegistrySetting } from '../../common/registry.ts';
import type { Product } from './products/product.ts';

/** A registry as the list has it, before anybody is known to be signed in. */
export function rowOf(setting: RegistrySetting, product: Product, origin: Registry['origin']): Registry {
  const { host } = setting;
  const webUrl = setting.webUrl ?? product.webUrl?.(host);
  const { kind, can, software } = product;
  return {
    host,
    name: setting.name ?? product.name ?? host,
    origin,
    kind,
    can,
    ...(software !== undefined && { software }),
    ...(webUrl !== undefined && { webUrl }),
  };
}
