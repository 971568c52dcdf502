import assert from 'node:assert/strict';
import { deletionQuestion, feasible, leftBehind } from '../../../../client/registries/deletion.ts';
import type { DeletePreview } from '../../../../common/registry.ts';

const preview = (given: Partial<DeletePreview>): DeletePreview => ({
  repository: 'app',
  method: 'image',
  tags: [],
  tagsComplete: true,
  ...given,
});

describe('feasible', () => {
  it('deletes an image once, however many of its tags were chosen', () => {
    const one = preview({ tag: '1', digest: 'sha256:a', tags: ['1', 'latest'] });
    const two = preview({ tag: 'latest', digest: 'sha256:a', tags: ['1', 'latest'] });
    assert.deepEqual(feasible([one, two]), [one]);
  });

  it('takes away every tag of an image where only tags go, and leaves out what cannot be done', () => {
    const one = preview({ tag: '1', digest: 'sha256:a', method: 'untag', tags: ['1'] });
    const two = preview({ tag: '2', digest: 'sha256:a', method: 'untag', tags: ['2'] });
    assert.deepEqual(feasible([one, two, preview({ tag: '3', method: 'unsupported' })]), [one, two]);
  });
});

describe('deletionQuestion', () => {
  it('lists every tag that goes with the image, and those that were not chosen', () => {
    const { text, detail, answer } = deletionQuestion(
      'app',
      ['1'],
      [preview({ tag: '1', digest: 'sha256:a', tags: ['1', 'latest', '1.0'] })],
    );
    assert.equal(text, 'Delete 3 tags of app with their images?');
    assert.match(detail, /Gone will be: 1, latest, 1\.0/);
    assert.match(detail, /you did not choose: latest, 1\.0/);
    assert.equal(answer, 'Delete');
  });

  it('says that there may be more tags than the registry tells of', () => {
    const { detail } = deletionQuestion('app', ['1'], [preview({ tag: '1', tags: ['1'], tagsComplete: false })]);
    assert.match(detail, /may be more tags/);
  });

  it('says that the image stays where only a tag goes', () => {
    const { text, detail, answer } = deletionQuestion(
      'app',
      ['1'],
      [preview({ tag: '1', method: 'untag', tags: ['1'] })],
    );
    assert.equal(text, 'Take the tag 1 away from app?');
    assert.match(detail, /the image stays/);
    assert.equal(answer, 'Untag');
  });

  it('offers nothing where nothing can be done, and says why', () => {
    const question = deletionQuestion(
      'app',
      ['1'],
      [preview({ tag: '1', method: 'unsupported', reason: 'It is locked.', tags: [] })],
    );
    assert.equal(question.answer, undefined);
    assert.equal(question.detail, '1 stays: It is locked.');
  });
});

describe('leftBehind', () => {
  it('tells of the images that an index named, and of nothing where there are none', () => {
    assert.equal(leftBehind('app', 0), undefined);
    assert.match(leftBehind('app', 1) ?? '', /^The index is gone from app\. The image that it named is there still/);
    assert.match(leftBehind('app', 3) ?? '', /The 3 images that it named are there still, by their digests/);
  });
});
