import type { Product } from '../product.ts';
import { ghcrClient } from './client.ts';
import { tokenPage } from './session.ts';

export const ghcrProduct: Product = {
  kind: 'ghcr',
  name: 'GitHub Container Registry',
  // By its name alone: what a proxy of it is signed in with is not GitHub's, and must not be sent there.
  matches: (host) => host === 'ghcr.io',
  webUrl: (host) => (host === 'ghcr.io' ? 'https://github.com' : undefined),
  apiUrl: (host) => (host === 'ghcr.io' ? 'https://api.github.com' : undefined),
  can: { listRepositories: true, untag: false, deleteImage: true, deleteRepository: true },
  signIn: () => [
    { kind: 'session', provider: 'github' },
    { kind: 'token', username: 'required', url: tokenPage },
  ],
  adapt: (plain, room) => ghcrClient(plain, room),
};
