import assert from 'node:assert/strict';
import { joinScopes } from '../../../../server/registries/scopes.ts';

const cases: readonly (readonly [scopes: readonly string[], expected: readonly string[]])[] = [
  [[], []],
  [['', 'repository:a:pull'], ['repository:a:pull']],
  [
    ['repository:b:pull', 'repository:a:pull'],
    ['repository:a:pull', 'repository:b:pull'],
  ],
  [['repository:a:push,pull', 'repository:a:pull'], ['repository:a:pull,push']],
  [['repository:host:5000/a:pull', 'repository:host:5000/a:push'], ['repository:host:5000/a:pull,push']],
  [
    ['*', 'registry:catalog:*'],
    ['*', 'registry:catalog:*'],
  ],
];

describe('joining scopes', () => {
  for (const [scopes, expected] of cases) {
    it(`makes ${JSON.stringify(scopes)} ${JSON.stringify(expected)}`, () =>
      assert.deepEqual(joinScopes(scopes), expected));
  }
});
