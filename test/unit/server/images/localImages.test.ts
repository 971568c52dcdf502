import assert from 'node:assert/strict';
import { sizesByName } from '../../../../server/images/localImages.ts';

describe('sizesByName', () => {
  it('knows images by their full names, as Docker and as Podman list them', () => {
    const digest = `sha256:${'2'.repeat(64)}`;
    const image = { id: 'sha256:1', digests: [`team/app@${digest}`], bytes: 7, created: 0 };
    const tags = ['nginx:1', 'team/app:2', '127.0.0.1:5000/x/y:3', 'docker.io/library/redis:4', 'localhost/z:5'];
    assert.deepEqual(
      [...sizesByName([{ ...image, tags }]).keys()],
      [
        'docker.io/library/nginx:1',
        'docker.io/team/app:2',
        '127.0.0.1:5000/x/y:3',
        'docker.io/library/redis:4',
        'localhost/z:5',
        `docker.io/team/app@${digest}`,
      ],
    );
  });
});
