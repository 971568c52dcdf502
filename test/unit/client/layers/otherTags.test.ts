import assert from 'node:assert/strict';
import { accepted, namedBy, otherImages } from '../../../../client/layers/otherTags.ts';
import { failed, known } from '../../../../common/known.ts';
import { parseReference } from '../../../../common/reference.ts';
import type { TagRow } from '../../../../common/registry.ts';

const of = parseReference('reg.test/team/app:2.0')!;
const digest = `sha256:${'a'.repeat(64)}`;
const reading = { now: 10 * 86_400_000, units: 'MB' } as const;

describe('what an image of a registry can be compared with', () => {
  const rows: readonly TagRow[] = [
    { name: '2.1', compressedBytes: 12_300_000, date: 9 * 86_400_000 },
    { name: '2.0', compressedBytes: 1 },
    { name: 'sha256-a.sig', kind: 'attachment' },
    { name: 'chart', kind: 'artifact' },
    { name: '1.9' },
  ];

  it('is any other tag of its repository that is an image', () => {
    assert.deepEqual(otherImages(of, '', known({ items: rows }, 0), reading), [
      { label: '2.1', description: '12.3 MB · 1 day ago', reference: 'reg.test/team/app:2.1' },
      { label: '1.9', description: '', reference: 'reg.test/team/app:1.9' },
    ]);
  });

  it('is its own tag too, where a platform of it was analyzed', () => {
    const platform = { ...of, digest };
    assert.equal(otherImages(platform, '', known({ items: rows }, 0), reading)[1]?.label, '2.0');
  });

  it('is what is typed, where the list does not have it', () => {
    const labels = (typed: string) =>
      otherImages(of, typed, known({ items: rows }, 0), reading).map(({ label }) => label);
    assert.deepEqual(labels('1.9'), ['2.1', '1.9']);
    assert.deepEqual(labels('other/app:1'), ['2.1', '1.9', 'other/app:1']);
  });

  it('is told to be more than what is listed', () => {
    const more = otherImages(of, '', known({ items: rows, cursor: 'c' }, 0), reading).at(-1);
    assert.deepEqual([more?.reference, more?.label.startsWith('Type to find')], [undefined, true]);
  });

  it('is what is typed where the registry lists nothing, which is said', () => {
    const problem = {
      kind: 'unauthorized',
      subject: 'reg.test',
      message: 'It wants a sign-in.',
      next: 'Sign in.',
    } as const;
    assert.deepEqual(otherImages(of, '9', failed(problem), reading), [
      { label: 'reg.test/team/app:9', description: 'as typed', reference: 'reg.test/team/app:9' },
      { label: 'It wants a sign-in.', detail: 'Sign in.' },
    ]);
  });

  it('is what is selected, or what is typed where the registry has not answered yet', () => {
    const selected = { label: '1.9', reference: 'reg.test/team/app:1.9' };
    assert.equal(accepted(of, '1', false, selected), 'reg.test/team/app:1.9');
    assert.equal(accepted(of, '', true, selected), 'reg.test/team/app:1.9');
    assert.equal(accepted(of, '1.', true, selected), 'reg.test/team/app:1.9');
    assert.equal(accepted(of, '2.1', true, selected), 'reg.test/team/app:2.1');
    assert.equal(accepted(of, '2.1', true, undefined), 'reg.test/team/app:2.1');
    assert.equal(accepted(of, 'a b', true, selected), undefined);
    assert.equal(accepted(of, 'x', false, { label: 'Nothing' }), undefined);
  });

  for (const [typed, expected] of [
    ['2.1', 'reg.test/team/app:2.1'],
    [' :2.1 ', 'reg.test/team/app:2.1'],
    [digest, `reg.test/team/app@${digest}`],
    [`@${digest}`, `reg.test/team/app@${digest}`],
    ['nginx:1.27', 'nginx:1.27'],
    ['other.test/x', 'other.test/x'],
    ['2.0', undefined],
    ['', undefined],
    ['a b', undefined],
    ['a/../b', undefined],
  ] as const) {
    it(`is ${expected ?? 'nothing'} where "${typed.slice(0, 20)}" is typed`, () =>
      assert.equal(namedBy(typed, of), expected));
  }
});
