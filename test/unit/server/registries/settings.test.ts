import assert from 'node:assert/strict';
import { normaliseHost, readRegistrySettings } from '../../../../server/registries/settings.ts';

describe('readRegistrySettings', () => {
  it('takes hosts, pasted addresses and names', () => {
    const { registries } = readRegistrySettings([
      { host: 'https://Registry.Example:5000/v2/', name: 'Ours' },
      { host: 'lab:5000', insecure: true },
      'http://old.example',
    ]);
    assert.deepEqual(registries, [
      { host: 'registry.example:5000', name: 'Ours', insecure: false },
      { host: 'lab:5000', insecure: true },
      { host: 'old.example', insecure: true },
    ]);
  });

  it('takes every field, in the one form that it is used in', () => {
    const { registries, problems } = readRegistrySettings([
      {
        host: 'index.docker.io',
        kind: 'hub',
        url: 'https://mirror.example/docker/v2/',
        webUrl: 'https://hub.example/',
        caFile: '/etc/ssl/company.pem',
        headers: { 'X-Team': 'blue' },
        prefix: '/team/apps',
      },
      { host: 'r.io', caFile: '~/ca.pem', prefix: 'team/', name: null },
    ]);
    assert.deepEqual(problems, []);
    assert.deepEqual(registries, [
      {
        host: 'docker.io',
        insecure: false,
        kind: 'hub',
        url: 'https://mirror.example/docker',
        webUrl: 'https://hub.example',
        caFile: '/etc/ssl/company.pem',
        headers: { 'x-team': 'blue' },
        prefix: 'team/apps/',
      },
      { host: 'r.io', insecure: false, caFile: '~/ca.pem', prefix: 'team/' },
    ]);
  });

  const wrong: readonly (readonly [field: string, value: unknown, told: RegExp])[] = [
    ['kind', 'artifactory', /"kind" of r\.io can be hub, mcr, .*generic, not "artifactory"\./],
    ['url', 'ftp://r.io', /"url" of r\.io has to be an address/],
    ['url', 'https://r.io/?x=1', /"url" of r\.io has to be an address/],
    ['webUrl', 'nowhere', /"webUrl" of r\.io has to be an address.* not "nowhere"/],
    ['name', 7, /"name" of r\.io has to be a text, not 7/],
    ['insecure', 'yes', /"insecure" of r\.io can be true or false, not "yes"/],
    ['caFile', 'ca.pem', /"caFile" of r\.io has to be the whole path of a file, not "ca\.pem"/],
    ['headers', 'X: y', /"headers" of r\.io has to be an object of texts/],
    ['prefix', 'Team', /"prefix" of r\.io has to be the beginning of names of repositories.* not "Team"/],
    ['password', 's3cret', /"password" of r\.io is not known here\.$/],
  ];
  for (const [field, value, told] of wrong) {
    it(`says what is wrong with ${field} ${JSON.stringify(value)}, and uses the rest`, () => {
      const { registries, problems } = readRegistrySettings(['a.io', { host: 'r.io', [field]: value }]);
      assert.deepEqual(registries[1], { host: 'r.io', insecure: false });
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', told);
      assert.match(problems[0] ?? '', /^gantry\.registries, entry 2: /);
    });
  }

  it('refuses headers that are for the connection, that prove who asks, or that are none', () => {
    const bad = ['Authorization', 'Host', 'Cookie', 'Transfer-Encoding', 'Connection', 'a b', 'X-Bad'];
    const headers = {
      ...Object.fromEntries(bad.map((name) => [name, 's3cret'])),
      'X-Bad': 'a\r\nHost: b',
      'X-Ok': '1',
    };
    const { registries, problems } = readRegistrySettings([{ host: 'r.io', headers }]);
    assert.deepEqual(registries[0]?.headers, { 'x-ok': '1' });
    for (const name of bad) assert(problems[0]?.includes(JSON.stringify(name)), name);
    assert(!problems[0]?.includes('s3cret'), 'values may be anything');
  });

  it('names what it cannot take, and keeps the rest', () => {
    const { registries, problems } = readRegistrySettings([7, null, { host: 'a b' }, {}, { host: 'r.io' }, 'r.io']);
    assert.deepEqual(registries, [{ host: 'r.io', insecure: false }]);
    assert.deepEqual(
      problems.map((problem) => /entry (\d)/.exec(problem)?.[1]),
      ['1', '2', '3', '4', '6'],
    );
  });

  it('repeats no password of an address that it cannot take', () => {
    const { problems } = readRegistrySettings([
      'https://ann:s3cret@r.example',
      { host: 'ann:s3c/ret@r.example' },
      { host: 'r.io', url: 'https://ann:s3cret@mirror.example' },
    ]);
    assert.equal(problems.length, 3);
    assert(!problems.some((problem) => /s3c/.test(problem)), problems.join());
  });

  it('is empty for anything but a list', () => {
    for (const value of [undefined, null, {}, 'r.io', 7]) assert.deepEqual(readRegistrySettings(value).registries, []);
  });
});

describe('normaliseHost', () => {
  it('knows Docker Hub by each of its names', () => {
    for (const text of ['docker.io', 'https://index.docker.io/v1/', 'hub.docker.com']) {
      assert.equal(normaliseHost(text), 'docker.io');
    }
  });
});
