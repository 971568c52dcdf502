/** Values of the protocol for tests, whole but for what a test says. */
import type { Container, Image, ImageConfig } from '../../common/protocol.ts';

export function container(given: Partial<Container> & { readonly name: string }): Container {
  return {
    id: given.name.padEnd(64, '0'),
    image: 'busybox:latest',
    state: 'running',
    status: 'Up 2 hours',
    created: 1_700_000_000_000,
    ports: [],
    ...given,
  };
}

export function image(given: Partial<Image>): Image {
  return {
    id: `sha256:${'ab12'.repeat(16)}`,
    tags: [],
    digests: [],
    bytes: 1_000_000,
    created: 1_700_000_000_000,
    ...given,
  };
}

export function imageConfig(given: Partial<ImageConfig>): ImageConfig {
  return {
    id: `sha256:${'ab12'.repeat(16)}`,
    platform: { os: 'linux', architecture: 'amd64' },
    entrypoint: [],
    command: [],
    environment: [],
    exposedPorts: [],
    workingDirectory: '/app',
    user: '',
    labels: {},
    bytes: 1_000_000,
    ...given,
  };
}
