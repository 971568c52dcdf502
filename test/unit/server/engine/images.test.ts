import assert from 'node:assert/strict';
import { registryOf, splitName } from '../../../../server/engine/imageName.ts';
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

describe('splitName', () => {
  for (const [reference, parts] of [
    ['nginx', { name: 'nginx' }],
    ['127.0.0.1:5000/a/b', { name: '127.0.0.1:5000/a/b' }],
    ['127.0.0.1:5000/a:1', { name: '127.0.0.1:5000/a', tag: '1' }],
    ['a:1@sha256:00', { name: 'a', tag: '1', digest: 'sha256:00' }],
  ] as const) {
    it(`cuts ${reference}`, () => assert.deepEqual(splitName(reference), parts));
  }
});

describe('registryOf', () => {
  for (const [name, host] of [
    ['nginx', 'docker.io'],
    ['team/app', 'docker.io'],
    ['index.docker.io/team/app', 'docker.io'],
    ['localhost/app', 'localhost'],
    ['ghcr.io/a/b', 'ghcr.io'],
    ['registry:5000/app', 'registry:5000'],
  ] as const) {
    it(`${name} comes from ${host}`, () => assert.equal(registryOf(name), host));
  }
});
