import assert from 'node:assert/strict';
import { likely } from '../../../../../server/language/completion/match.ts';

const names = ['nginx', 'unginx', 'node', 'NG', 'n-g'];
const of = (typed: string, limit = 10) => likely(names, typed, limit, (name) => name);

describe('what is likely meant', () => {
  it('begins with what is typed, then holds it, then has its letters', () =>
    assert.deepEqual(of('ng').items, ['nginx', 'NG', 'unginx', 'n-g']));
  it('is everything before anything is typed', () => assert.deepEqual(of(''), { items: names, cut: false }));
  it('is told to be more than is shown', () => {
    assert.deepEqual(of('ng', 2), { items: ['nginx', 'NG'], cut: true });
    assert.deepEqual(of('', 2), { items: ['nginx', 'unginx'], cut: true });
  });
});
