import type { Product } from './product.ts';

/** Microsoft's registry, which anybody may read and nobody may write. */
export const mcrProduct: Product = {
  kind: 'mcr',
  name: 'Microsoft Artifact Registry',
  matches: (host) => host === 'mcr.microsoft.com' || host === 'mcr.azure.cn',
  webUrl: (host) => (host === 'mcr.microsoft.com' ? 'https://mcr.microsoft.com' : undefined),
  can: { listRepositories: true, untag: false, deleteImage: false, deleteRepository: false },
  signIn: () => [],
  adapt: (plain) => ({ ...plain, can: mcrProduct.can }),
};
