import assert from 'node:assert/strict';
import { toImage, toImageConfig } from '../../../../server/engine/images.ts';

describe('toImage', () => {
  it('shows a dangling image as one without tags', () => {
    const entry = {
      Id: 'sha256:1',
      RepoTags: ['<none>:<none>'],
      RepoDigests: ['<none>@<none>'],
      Size: 5,
      Created: 1,
      Containers: -1,
    };
    assert.deepEqual(toImage(entry), { id: 'sha256:1', tags: [], digests: [], bytes: 5, created: 1000 });
    assert.deepEqual(toImage({ ...entry, RepoTags: null, Containers: 2 }).containers, 2);
  });
});

describe('toImageConfig', () => {
  it('makes empty lists of what an image does not set', () => {
    const inspected = {
      Id: 'sha256:1',
      Os: 'linux',
      Architecture: 'arm64',
      Variant: 'v8',
      Size: 7,
      Config: { Cmd: null, Env: ['A=b'], ExposedPorts: { '80/tcp': {} } },
    };
    assert.deepEqual(toImageConfig(inspected, 'x'), {
      id: 'sha256:1',
      platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
      entrypoint: [],
      command: [],
      environment: ['A=b'],
      exposedPorts: ['80/tcp'],
      workingDirectory: '',
      user: '',
      labels: {},
      bytes: 7,
    });
  });
});
