import assert from 'node:assert/strict';
import { imageNodes, imagesSummary, splitTag } from '../../../../client/images/nodes.ts';
import { removalsOf } from '../../../../client/images/removal.ts';
import { outline } from '../../../support/outline.ts';
import { image } from '../../../support/samples.ts';

const now = 1_700_000_000_000;
const day = 86_400_000;

describe('imageNodes', () => {
  const app = image({
    id: 'sha256:a1',
    tags: ['127.0.0.1:5000/team/app:2', 'app:latest'],
    bytes: 123_456_789,
    created: now - 3 * day,
  });
  const old = image({ id: 'sha256:b2', tags: ['app:1'], bytes: 1_000_000, created: now - 40 * day });
  const dangling = image({ id: `sha256:${'c'.repeat(64)}`, bytes: 5_000, created: now - 2 * 3_600_000 });
  const undated = image({ id: 'sha256:d4', tags: ['busybox:1.36'], bytes: 4_260_000, created: 0 });

  it('shows repositories with their tags, newest first, and leaves out dates that are none', () => {
    assert.deepEqual(outline(imageNodes([old, app, dangling, undated], false, now, 'MB')), [
      ['127.0.0.1:5000/team/app — 2 · 123 MB', ['2 — 123 MB · 3 days ago']],
      ['app — latest, 1', ['latest — 123 MB · 3 days ago', '1 — 1 MB · 1 month ago']],
      ['busybox — 1.36 · 4.26 MB', ['1.36 — 4.26 MB']],
    ]);
  });

  it('shows images without a tag where they are wanted', () => {
    assert.deepEqual(outline(imageNodes([dangling], true, now, 'MB')), [
      ['Without a tag — 1', ['cccccccccccc — 5 kB · 2 hours ago']],
    ]);
    assert.deepEqual(imageNodes([app], true, now, 'MB').length, 2);
  });

  it('has ids without size or age in them', () => {
    const ids = (created: number) =>
      imageNodes([image({ tags: ['app:1'], created })], true, now, 'MB').map(({ id, children }) => [
        id,
        Array.isArray(children) ? children.map((child) => child.id) : [],
      ]);
    assert.deepEqual(ids(now), ids(now - day));
  });
});

describe('imagesSummary', () => {
  it('calls the sum of several images a bound: they share layers', () => {
    const one = image({ bytes: 1_500_000_000 });
    assert.equal(imagesSummary([], 'MB'), '');
    assert.equal(imagesSummary([one], 'MB'), '1 image, 1.5 GB');
    assert.equal(imagesSummary([one, one], 'MB'), '2 images, at most 3 GB');
    assert.equal(imagesSummary([one], 'MiB'), '1 image, 1.4 GiB');
  });
});

describe('splitTag', () => {
  it("does not take a port for a tag's colon", () => {
    assert.deepEqual(splitTag('127.0.0.1:5000/app'), { repository: '127.0.0.1:5000/app', tag: '' });
    assert.deepEqual(splitTag('127.0.0.1:5000/app:1'), { repository: '127.0.0.1:5000/app', tag: '1' });
  });
});

describe('removalsOf', () => {
  it('names tags by reference and images without one by id, once each', () => {
    const tagged = { reference: 'app:1', image: image({ id: 'sha256:a1' }) };
    assert.deepEqual(
      removalsOf([
        { kind: 'tag', ...tagged },
        { kind: 'repository', repository: 'app', tags: [tagged, { ...tagged, reference: 'app:2' }] },
        { kind: 'dangling', reference: 'sha256:c3', image: image({ id: 'sha256:c3' }) },
      ]),
      ['app:1', 'app:2', 'sha256:c3'],
    );
  });
});
