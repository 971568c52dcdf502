import type { Signs } from '../signs.ts';
import type { Product } from './product.ts';

/**
 * The protocol of every registry, and nothing else. Whether tags can be deleted by their names is left to it: distribution 3 and
 * zot have that, distribution 2 has not, and neither says its version.
 */
export const genericProduct: Product = {
  kind: 'generic',
  matches: () => true,
  can: { listRepositories: true, untag: 'perhaps', deleteImage: true, deleteRepository: false },
  signIn: () => [{ kind: 'password' }],
  adapt(plain, { distribution }) {
    let told: boolean | undefined;
    return {
      ...plain,
      async untags(repository, signal) {
        told ??= await distribution.untags(repository, signal);
        return told ?? false;
      },
      untag: (repository, tag, signal) => distribution.deleteTag(repository, tag, signal),
    };
  },
};

/** Software that some call a registry and that keeps more than images: what it does with a tag by its name is not tried out. */
const named = (software: string, recognises: (signs: Signs) => boolean): Product => ({
  ...genericProduct,
  software,
  matches: () => false,
  recognises,
  can: { ...genericProduct.can, untag: false },
  adapt: (plain) => plain,
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
