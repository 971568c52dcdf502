import assert from 'node:assert/strict';
import {
  detailsOf,
  readPage,
  repositoryOf,
  searchRowOf,
  tagOf,
} from '../../../../../server/registries/products/hub/rows.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const image = (changes: object = {}) => ({ os: 'linux', architecture: 'amd64', digest, size: 30, ...changes });

describe('rows of Docker Hub', () => {
  it('leave out what no reference could name', () => {
    for (const name of ['', '-x', 'a b', '<b>', 7, null]) {
      assert.equal(tagOf({ name }), undefined);
      assert.equal(repositoryOf('team', { name }), undefined);
      assert.equal(searchRowOf({ repo_name: name }), undefined);
    }
  });

  it('say no more than is there', () => {
    assert.deepEqual(tagOf({ name: 'v1', digest: 'none', last_updated: 'soon', images: [null, {}, 7] }), {
      name: 'v1',
    });
    assert.deepEqual(repositoryOf('team', { name: 'app', description: 5, is_private: 'yes' }), { name: 'team/app' });
  });

  it('take a date before there were images for none', () => {
    assert.deepEqual(tagOf({ name: 'v1', tag_last_pushed: '0001-01-01T00:00:00Z' }), { name: 'v1' });
  });

  it('leave attestations out of the platforms, and the size out where there are several', () => {
    const unknown = image({ os: 'unknown', architecture: 'unknown' });
    assert.deepEqual(tagOf({ name: 'v1', images: [image(), unknown] }), {
      name: 'v1',
      compressedBytes: 30,
      platforms: ['linux/amd64'],
    });
    const arm = image({ architecture: 'arm', variant: 'v7' });
    assert.deepEqual(tagOf({ name: 'v1', images: [image(), arm] }), {
      name: 'v1',
      platforms: ['linux/amd64', 'linux/arm/v7'],
    });
  });

  it('name what is no image', () => {
    assert.equal(tagOf({ name: 'v1', content_type: 'helm' })?.kind, 'artifact');
    assert.equal(tagOf({ name: 'v1', content_type: 'image' })?.kind, undefined);
  });

  it('tell what a tag holds only where they tell all of it', () => {
    const whole = {
      digest,
      media_type: 'application/vnd.oci.image.index.v1+json',
      content_type: 'image',
      images: [image({ os: 'windows', os_version: '10.0.20348.1' })],
    };
    assert.equal(detailsOf(whole)?.kind, 'index');
    assert.equal(detailsOf(whole)?.platforms[0]?.platform.osVersion, '10.0.20348.1');
    for (const field of Object.keys(whole)) assert.equal(detailsOf({ ...whole, [field]: undefined }), undefined, field);
  });

  it('name the attestations of an index, which are no platforms', () => {
    const unknown = image({ os: 'unknown', architecture: 'unknown' });
    const row = {
      digest: unknown.digest,
      media_type: 'application/vnd.oci.image.index.v1+json',
      content_type: 'image',
      images: [image(), unknown, { ...unknown, digest: null }],
    };
    assert.equal(detailsOf(row)?.platforms.length, 1);
    assert.deepEqual(detailsOf(row)?.attestations, [{ digest: unknown.digest }]);
    assert.equal(detailsOf({ ...row, images: [image()] })?.attestations, undefined);
  });

  it('come in pages that end with an empty one, whatever is said to follow', () => {
    const read = (row: Readonly<Record<string, unknown>>) => tagOf(row);
    assert.deepEqual(readPage({ results: [{ name: 'a' }], next: 'https://evil.example', count: 900 }, 3, read), {
      items: [{ name: 'a' }],
      next: '4',
      total: 900,
    });
    assert.deepEqual(readPage({ results: [], next: 'https://x' }, 3, read), { items: [] });
    for (const next of ['', null])
      assert.deepEqual(readPage({ results: [{ name: 'a' }], next }, 1, read).next, undefined);
    for (const other of [[], null, 'x', {}, { results: {} }]) {
      assert.throws(() => readPage(other, 1, read), { name: 'ProblemError' }, 'no list is not an empty one');
    }
    assert.deepEqual(readPage({ results: [{ name: 'a' }], count: -1 }, 1, read), { items: [{ name: 'a' }] });
  });
});
