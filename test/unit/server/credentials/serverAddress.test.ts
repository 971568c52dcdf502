import assert from 'node:assert/strict';
import {
  entryFor,
  longestEntryFor,
  registryOfKey,
  serverAddress,
} from '../../../../server/credentials/serverAddress.ts';

const entries = (...keys: string[]) => new Map(keys.map((key) => [key, key]));

describe('serverAddress', () => {
  it('is the old address for every name of Docker Hub', () => {
    for (const name of ['docker.io', 'index.docker.io', 'registry-1.docker.io']) {
      assert.equal(serverAddress(name), 'https://index.docker.io/v1/');
    }
    assert.equal(serverAddress('ghcr.io'), 'ghcr.io');
  });
});

describe('registryOfKey', () => {
  it('is the host of the key', () => {
    assert.equal(registryOfKey('https://index.docker.io/v1/'), 'docker.io');
    assert.equal(registryOfKey('http://host:5000/v2/'), 'host:5000');
    assert.equal(registryOfKey('host:5000'), 'host:5000');
  });
});

describe('entryFor', () => {
  it('takes the exact key before another of the same host', () => {
    assert.equal(entryFor(entries('https://host:5000/v1/', 'host:5000'), 'host:5000'), 'host:5000');
    assert.equal(entryFor(entries('https://host:5000/v1/'), 'host:5000'), 'https://host:5000/v1/');
  });
  it('finds Docker Hub under any of its names', () => {
    for (const key of ['https://index.docker.io/v1/', 'docker.io', 'https://registry-1.docker.io/v2/']) {
      assert.equal(entryFor(entries(key), 'docker.io'), key);
    }
  });
  it('takes neither another port nor a longer name for the host', () => {
    assert.equal(entryFor(entries('host:5001', 'host', 'my-host:5000', 'host:5000.evil'), 'host:5000'), undefined);
  });
});

describe('longestEntryFor', () => {
  const podman = entries('quay.io', 'quay.io/team', 'quay.io/team/app');
  it('takes the longest key that covers the repository', () => {
    assert.equal(longestEntryFor(podman, 'quay.io', 'team/app'), 'quay.io/team/app');
    assert.equal(longestEntryFor(podman, 'quay.io', 'team/other'), 'quay.io/team');
    assert.equal(longestEntryFor(podman, 'quay.io', 'teamwork/app'), 'quay.io');
    assert.equal(longestEntryFor(podman, 'quay.io'), 'quay.io');
  });
  it('does not take the key of one namespace for another', () => {
    assert.equal(longestEntryFor(entries('quay.io/team'), 'quay.io', 'other/app'), undefined);
  });
});
