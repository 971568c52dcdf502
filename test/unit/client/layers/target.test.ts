import assert from 'node:assert/strict';
import { shortName, targetsOf } from '../../../../client/layers/target.ts';

const element = (value: unknown) => ({ node: { value } });
const digest = `sha256:${'a'.repeat(64)}`;

describe('what a command about layers is given', () => {
  const cases = [
    ['a tag of the engine', { kind: 'tag', reference: 'app:1' }, { source: 'engine', reference: 'app:1' }],
    ['an image without a tag', { kind: 'dangling', reference: digest }, { source: 'engine', reference: digest }],
    [
      'a tag of a registry',
      { kind: 'tag', host: 'r.example', repository: 'app', reference: 'r.example/app:1' },
      { source: 'registry', reference: 'r.example/app:1' },
    ],
    [
      'a platform, by its digest',
      { kind: 'platform', host: 'r.example', repository: 'app', reference: 'r.example/app:1', digest },
      { source: 'registry', reference: `r.example/app@${digest}` },
    ],
    [
      'no Helm chart',
      { kind: 'tag', host: 'r.example', repository: 'app', reference: 'r.example/app:1', artifact: true },
      undefined,
    ],
    ['no repository of the engine', { kind: 'repository', repository: 'app', tags: [] }, undefined],
    [
      'no repository of a registry',
      { kind: 'repository', host: 'r.example', repository: 'app', reference: 'r.example/app' },
      undefined,
    ],
  ] as const;
  for (const [name, value, target] of cases) {
    it(`is ${name}`, () => {
      assert.deepEqual(targetsOf(element(value), undefined), target === undefined ? [] : [target]);
    });
  }

  it('is the selection where the node is in it, else the node alone', () => {
    const [a, b, c] = ['a:1', 'b:1', 'c:1'].map((reference) => element({ kind: 'tag', reference }));
    const names = (target: unknown, selected: unknown) => targetsOf(target, selected).map(({ reference }) => reference);
    assert.deepEqual(names(a, [a, b]), ['a:1', 'b:1']);
    assert.deepEqual(names(c, [a, b]), ['c:1']);
    assert.deepEqual(names(undefined, undefined), []);
  });
});

describe('the name on a tab', () => {
  const cases = [
    ['nginx:1.27', 'nginx:1.27'],
    ['127.0.0.1:5000/team/app:2', 'app:2'],
    [digest, 'a'.repeat(12)],
    [`ghcr.io/team/app@${digest}`, `app@${'a'.repeat(12)}`],
  ] as const;
  for (const [reference, name] of cases) {
    it(`is ${name} for ${reference}`, () => assert.equal(shortName(reference), name));
  }
});
