import assert from 'node:assert/strict';
import { join, sep } from 'node:path';
import { hadolintCandidates, ignoreCandidates } from '../../../../server/workspace/candidates.ts';

const path = (text: string) => join(sep, ...text.split('/'));

describe('where files beside a Dockerfile are looked for', () => {
  const cases: readonly (readonly [folders: string, dockerfile: string, hadolint: string, ignore: string])[] = [
    ['', 'w/a/Dockerfile', 'w/a', 'w/a'],
    ['w', 'w/Dockerfile', 'w', 'w'],
    ['w', 'w/a/b/Dockerfile', 'w/a/b w/a w', 'w/a/b w'],
    ['x', 'w/a/Dockerfile', 'w/a', 'w/a'],
    ['wa', 'w/a/Dockerfile', 'w/a', 'w/a'],
    ['w w/a', 'w/a/b/Dockerfile', 'w/a/b w/a', 'w/a/b w/a'],
    ['w/..x', 'w/..x/a/Dockerfile', 'w/..x/a w/..x', 'w/..x/a w/..x'],
  ];
  for (const [folders, dockerfile, hadolint, ignore] of cases) {
    const open = folders.split(' ').filter(Boolean).map(path);
    it(`${dockerfile} with ${folders || 'no folder'} open`, () => {
      assert.deepEqual(
        hadolintCandidates(path(dockerfile), open),
        hadolint.split(' ').flatMap((of) => [path(`${of}/.hadolint.yaml`), path(`${of}/.hadolint.yml`)]),
      );
      assert.deepEqual(ignoreCandidates(path(dockerfile), open), [
        path(`${dockerfile}.dockerignore`),
        ...ignore.split(' ').map((of) => path(`${of}/.dockerignore`)),
      ]);
    });
  }

  it('ends at the top of the disk', () => {
    const found = hadolintCandidates(path('a/Dockerfile'), [path('')]);
    assert.deepEqual(found, [
      path('a/.hadolint.yaml'),
      path('a/.hadolint.yml'),
      path('.hadolint.yaml'),
      path('.hadolint.yml'),
    ]);
  });
});
