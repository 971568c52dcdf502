import { dockerHub } from '../../../../common/reference.ts';
import type { Product } from '../product.ts';
import { hubClient } from './client.ts';
import { tokenPage } from './session.ts';

/** Docker Hub answers the protocol at another name than references use, without a catalog, and has a web API beside it. */
export const dockerHubProduct: Product = {
  kind: 'hub',
  name: 'Docker Hub',
  matches: (host) => host === dockerHub,
  address: 'registry-1.docker.io',
  webUrl: () => 'https://hub.docker.com',
  can: { listRepositories: true, untag: true, deleteImage: false, deleteRepository: true },
  signIn: () => [{ kind: 'token', username: 'required', url: tokenPage }, { kind: 'password' }],
  adapt: (plain, room) => hubClient(plain, room),
};
