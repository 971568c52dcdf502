import { partsOf } from './imageParts.ts';

/**
 * The variables that some official images set, besides PATH, in any of their tags. Source: ENV in their Dockerfiles
 * (docker-library on GitHub). Other images are not guessed at.
 */
const environments: Readonly<Record<string, readonly string[]>> = {
  scratch: [],
  almalinux: [],
  alpine: [],
  amazonlinux: [],
  busybox: [],
  debian: [],
  rockylinux: [],
  ubuntu: [],
  golang: [
    'GIT_DOWNLOAD_SHA256',
    'GIT_DOWNLOAD_URL',
    'GIT_TAG',
    'GIT_VERSION',
    'GOLANG_COMMIT',
    'GOLANG_VERSION',
    'GOPATH',
    'GOTOOLCHAIN',
  ],
  node: ['NODE_VERSION', 'YARN_VERSION'],
  python: [
    'GPG_KEY',
    'LANG',
    'PYTHONIOENCODING',
    'PYTHON_GET_PIP_SHA256',
    'PYTHON_GET_PIP_URL',
    'PYTHON_PIP_VERSION',
    'PYTHON_SETUPTOOLS_VERSION',
    'PYTHON_SHA256',
    'PYTHON_VERSION',
  ],
};

/** The variables that an image is known to bring along; undefined for an image we know nothing of. */
export function wellKnownEnvironment(image: string): readonly string[] | undefined {
  const parts = partsOf(image);
  if (parts === undefined || (parts.registry && parts.registry.text !== 'docker.io')) return undefined;
  const repository = parts.repository.text.replace(/^library\//, '');
  return Object.hasOwn(environments, repository) ? environments[repository] : undefined;
}
