import type { Signs } from '../signs.ts';
import type { Product } from './product.ts';

/** The protocol of every registry, and nothing else. */
export const genericProduct: Product = {
  kind: 'generic',
  matches: () => true,
  can: { listRepositories: true, untag: false, deleteImage: true, deleteRepository: false },
  signIn: () => [{ kind: 'password' }],
  adapt: (plain) => plain,
};

const named = (software: string, recognises: (signs: Signs) => boolean): Product => ({
  ...genericProduct,
  software,
  matches: () => false,
  recognises,
});

/**
 * Gitea and Forgejo, where a tag is a version of a package: deleting it by its name takes that one away. Source: go-gitea/gitea,
 * routers/api/packages/container. They call themselves as GitLab does, and have their tokens elsewhere.
 */
const gitea: Product = {
  ...named('Gitea', ({ tokenUrl, service }) => tokenUrl?.pathname === '/v2/token' && service === 'container_registry'),
  can: { ...genericProduct.can, untag: true },
  adapt: (plain, { distribution }) => ({
    ...plain,
    untag: (repository, tag, signal) => distribution.deleteTag(repository, tag, signal),
  }),
};

/** Software that has little or nothing for us beside the protocol but its name. */
export const genericSoftware: readonly Product[] = [
  named(
    'JFrog Artifactory',
    ({ basicRealm, tokenUrl, header }) =>
      basicRealm === 'Artifactory Realm' ||
      tokenUrl?.pathname.startsWith('/artifactory/') === true ||
      header('x-artifactory-id') !== undefined,
  ),
  named(
    'Sonatype Nexus',
    ({ basicRealm = '', header }) =>
      basicRealm.startsWith('Sonatype Nexus') || header('server')?.startsWith('Nexus/') === true,
  ),
  gitea,
];
