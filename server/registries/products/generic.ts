import type { Product } from './product.ts';

/** The protocol of every registry, and nothing else. */
export const genericProduct: Product = {
  kind: 'generic',
  matches: () => true,
  can: { listRepositories: true, untag: false, deleteImage: true, deleteRepository: false },
  signIn: () => [{ kind: 'password' }],
  adapt: (plain) => plain,
};
