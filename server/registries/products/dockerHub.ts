import { dockerHub } from '../../../common/reference.ts';
import { ProblemError } from '../../util/problemError.ts';
import type { Product } from './product.ts';

/** Docker Hub by the protocol: it answers at another name than references use, and has no catalog. */
export const dockerHubProduct: Product = {
  kind: 'hub',
  name: 'Docker Hub',
  matches: (host) => host === dockerHub,
  address: 'registry-1.docker.io',
  webUrl: () => 'https://hub.docker.com',
  can: { listRepositories: false, untag: false, deleteImage: false, deleteRepository: false },
  signIn: () => [
    { kind: 'token', username: 'required', url: 'https://app.docker.com/settings/personal-access-tokens' },
  ],
  adapt: (plain) => ({
    ...plain,
    can: dockerHubProduct.can,
    async repositories() {
      throw new ProblemError({
        kind: 'unsupported',
        subject: dockerHub,
        message: 'Docker Hub does not list its repositories.',
        next: 'Write the repository in a Dockerfile: FROM nginx: shows its tags.',
      });
    },
  }),
};
