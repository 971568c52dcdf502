import assert from 'node:assert/strict';
import {
  formatFullReference,
  formatReference,
  isDigest,
  isRegistryHost,
  parseReference,
} from '../../../common/reference.ts';

const hex = '0123456789abcdef'.repeat(4);

/** What `docker image inspect` and pull make of each, after the tests of distribution/reference. */
const normalised: readonly (readonly [text: string, full: string, familiar?: string])[] = [
  ['nginx', 'docker.io/library/nginx', 'nginx'],
  ['nginx:1.27', 'docker.io/library/nginx:1.27', 'nginx:1.27'],
  ['docker.io/nginx', 'docker.io/library/nginx', 'nginx'],
  ['index.docker.io/nginx', 'docker.io/library/nginx', 'nginx'],
  ['library/nginx', 'docker.io/library/nginx', 'nginx'],
  ['docker.io/library/a/b', 'docker.io/library/a/b', 'library/a/b'],
  ['team/app:v1', 'docker.io/team/app:v1', 'team/app:v1'],
  ['localhost/app', 'localhost/app'],
  ['localhost:5000', 'docker.io/library/localhost:5000', 'localhost:5000'],
  ['localhost:5000/app:1', 'localhost:5000/app:1'],
  ['127.0.0.1:5000/team/app', '127.0.0.1:5000/team/app'],
  ['[::1]:5000/app', '[::1]:5000/app'],
  ['test.com:8080/foo_bar.com:v-1_x', 'test.com:8080/foo_bar.com:v-1_x'],
  ['Registry/app', 'Registry/app'],
  ['xn--n3h.com/myimage:xn--n3h.com', 'xn--n3h.com/myimage:xn--n3h.com'],
  ['foo/foo_bar.com:8080', 'docker.io/foo/foo_bar.com:8080', 'foo/foo_bar.com:8080'],
  ['a__b/c--d---e', 'docker.io/a__b/c--d---e', 'a__b/c--d---e'],
  [`nginx@sha256:${hex}`, `docker.io/library/nginx@sha256:${hex}`, `nginx@sha256:${hex}`],
  [`r.io/a:t@sha256:${hex}`, `r.io/a:t@sha256:${hex}`],
  [`nginx@sha512:${hex}${hex}`, `docker.io/library/nginx@sha512:${hex}${hex}`, `nginx@sha512:${hex}${hex}`],
  [hex.slice(1), `docker.io/library/${hex.slice(1)}`, hex.slice(1)],
  [`${hex}:tag`, `docker.io/library/${hex}:tag`, `${hex}:tag`],
  [`nginx:${'t'.repeat(128)}`, `docker.io/library/nginx:${'t'.repeat(128)}`, `nginx:${'t'.repeat(128)}`],
  [`r.io/${'a'.repeat(255)}`, `r.io/${'a'.repeat(255)}`],
];

const refused: readonly (readonly [why: string, text: string])[] = [
  ['empty', ''],
  ['only a tag', ':tag'],
  ['only a digest', `@sha256:${hex}`],
  ['an image id', hex],
  ['upper case', 'Nginx'],
  ['upper case after a namespace', 'team/App'],
  ['upper case after a registry', 'localhost:5000/App'],
  ['an empty component', 'a//b'],
  ['a leading slash', '/nginx'],
  ['a trailing slash', 'nginx/'],
  ['a leading separator', '-nginx'],
  ['a trailing separator', 'nginx-'],
  ['three underscores', 'a___b'],
  ['two dots', 'a..b'],
  ['an empty tag', 'nginx:'],
  ['a tag of 129 characters', `nginx:${'t'.repeat(129)}`],
  ['a tag that starts with a dash', 'nginx:-1'],
  ['a short digest', 'nginx@sha256:abcdef'],
  ['an upper-case digest', `nginx@sha256:${hex.toUpperCase()}`],
  ['an unknown digest algorithm', `nginx@md5:${hex}`],
  ['an algorithm that every object has', `nginx@constructor:${hex}`],
  ['a bad port', 'registry.io:port/app'],
  ['a repository of 256 characters', `r.io/${'a'.repeat(256)}`],
  ['a scheme', 'https://registry.io/app'],
  ['blanks', 'nginx :1'],
  ['a line break at the end', 'nginx\n'],
  ['a variable', '$' + '{IMAGE}'],
];

describe('parseReference', () => {
  for (const [text, full, familiar = full] of normalised) {
    it(`reads ${text.slice(0, 60)}`, () => {
      const reference = parseReference(text);
      assert(reference);
      assert.equal(formatFullReference(reference), full);
      assert.equal(formatReference(reference), familiar);
      assert.deepEqual(parseReference(full), reference, 'the full form means the same');
    });
  }

  for (const [why, text] of refused) {
    it(`refuses ${why}`, () => assert.equal(parseReference(text), undefined));
  }

  it('is quick on hostile input', () => {
    for (const text of ['a-'.repeat(500_000), 'a.'.repeat(510), `${'a'.repeat(1000)}/!`, `${'a-'.repeat(500)}!/x`]) {
      assert.equal(parseReference(text), undefined);
    }
  });
});

describe('isRegistryHost', () => {
  it('takes hosts with ports and nothing else', () => {
    for (const host of ['docker.io', 'localhost', '127.0.0.1:5000', '[::1]:5000']) assert(isRegistryHost(host), host);
    for (const text of ['', 'a/b', 'https://a', 'a b', 'user@host', 'a:port', '..'])
      assert(!isRegistryHost(text), text);
  });
});

describe('isDigest', () => {
  it('knows the length of each algorithm', () => {
    assert(isDigest(`sha256:${hex}`));
    assert(!isDigest(`sha512:${hex}`));
    assert(!isDigest(`sha256:${hex}0`));
  });
});
