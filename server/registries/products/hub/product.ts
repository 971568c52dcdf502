import { dockerHub } from '../../../../common/reference.ts';
import type { RegistryAbilities } from '../../../../common/registry.ts';
import type { Product } from '../product.ts';
import { hubClient } from './client.ts';
import { tokenPage } from './session.ts';

const can: RegistryAbilities = { listRepositories: true, untag: true, deleteImage: false, deleteRepository: true };

/** Docker Hub answers the protocol at another name than references use, without a catalog, and has a web API beside it. */
export const dockerHubProduct: Product = {
  kind: 'hub',
  name: 'Docker Hub',
  matches: (host) => host === dockerHub,
  address: 'registry-1.docker.io',
  webUrl: () => 'https://hub.docker.com',
  page(webUrl, repository, tag) {
    const path = repository.startsWith('library/') ? `_/${repository.slice('library/'.length)}` : `r/${repository}`;
    return `${webUrl}/${path}${tag === undefined ? '' : `/tags?name=${encodeURIComponent(tag)}`}`;
  },
  can,
  signIn: () => [{ kind: 'token', username: 'required', url: tokenPage }, { kind: 'password' }],
  adapt: (plain, room) => hubClient(plain, room, can),
};
