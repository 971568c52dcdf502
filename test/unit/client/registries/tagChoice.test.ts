import assert from 'node:assert/strict';
import { chooseTags, readPattern } from '../../../../client/registries/tagChoice.ts';
import { day, now } from '../../../support/registryTree.ts';

const names = ['1.0', '1.1', 'latest', 'nightly-1', 'nightly-20'];

describe('readPattern', () => {
  for (const [text, fitting] of [
    ['', names],
    ['nightly-*', ['nightly-1', 'nightly-20']],
    ['nightly-?', ['nightly-1']],
    ['*t*1', ['nightly-1']],
    ['1', []],
    ['/^1\\./', ['1.0', '1.1']],
    ['/LATEST/i', ['latest']],
  ] as const) {
    it(`takes ${text === '' ? 'nothing for all' : text}`, () => {
      const read = readPattern(text);
      assert.ok('pattern' in read);
      assert.deepEqual(read.pattern(names), fitting);
    });
  }

  it('says what is wrong with an expression', () => {
    const read = readPattern('/(/');
    assert.ok('wrong' in read);
    assert.match(read.wrong, /regular expression/);
  });

  it('ends an expression that would try for years', () => {
    const read = readPattern('/^(a+)+$/');
    assert.ok('pattern' in read);
    assert.throws(() => read.pattern([`${'a'.repeat(60)}!`]), /timed out/);
  });

  it('tries a glob with many stars in no time', () => {
    const read = readPattern(`${'*a'.repeat(40)}b`);
    assert.ok('pattern' in read);
    assert.deepEqual(read.pattern(['a'.repeat(128)]), []);
  });
});

describe('chooseTags', () => {
  const rows = [
    { name: 'old', date: now - 100 * day },
    { name: 'new', date: now - day },
    { name: 'kept', date: now - 100 * day, locked: true },
    { name: 'undated' },
  ] as const;

  it('takes those older than so many days, never locked ones, and none whose age nobody knows', () => {
    const { chosen, locked, undated } = chooseTags(rows, {
      pattern: '',
      olderThanDays: 90,
      withAttachments: false,
      now,
    });
    assert.deepEqual(
      chosen.map(({ name }) => name),
      ['old'],
    );
    assert.deepEqual([locked, undated], [1, 1]);
  });

  it('takes tags of any age where none is asked for', () => {
    const { chosen, undated } = chooseTags(rows, { pattern: '*d', withAttachments: false, now });
    assert.deepEqual(
      chosen.map(({ name }) => name),
      ['old', 'undated'],
    );
    assert.equal(undated, 0);
  });

  it('leaves signatures and the like, which may belong to what stays, unless they are shown', () => {
    const all = [{ name: 'sha256-a.sig', kind: 'attachment' }, { name: 'a' }] as const;
    const choose = (withAttachments: boolean) => chooseTags(all, { pattern: '*a*', withAttachments, now });
    assert.deepEqual([choose(false).chosen, choose(false).attachments], [[{ name: 'a' }], 1]);
    assert.deepEqual([choose(true).chosen, choose(true).attachments], [all, 0]);
  });
});
