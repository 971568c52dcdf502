import assert from 'node:assert/strict';
import { path } from '../../../../server/engine/apiPath.ts';

describe('path', () => {
  it('keeps the slashes and colons of an image', () => {
    assert.equal(path`/images/${'127.0.0.1:5000/team/app:1'}/json`, '/images/127.0.0.1:5000/team/app:1/json');
  });
  it('lets nothing leave its place', () => {
    assert.equal(path`/images/${'../../info?x#y z'}/json`, '/images/%2E%2E/%2E%2E/info%3Fx%23y%20z/json');
  });
});
