import assert from 'node:assert/strict';
import { allPages, nextQuery } from '../../../../server/registries/paging.ts';

import { ProblemError } from '../../../../server/util/problemError.ts';
import { names } from '../../../support/names.ts';

const request = new URL('https://r.example/v2/a/tags/list?n=2');
const next = (link: string | readonly string[] | undefined, items: readonly string[] = ['a', 'b']) =>
  nextQuery(link, request, items);

describe('nextQuery', () => {
  it('reads relative, absolute, quoted and bare links', () => {
    assert.equal(next('</v2/a/tags/list?last=b&n=2>; rel="next"'), 'last=b&n=2');
    assert.equal(next('<https://r.example/v2/a/tags/list?last=b>; rel=next'), 'last=b');
    assert.equal(next('<?last=b>; title="x"; rel="prev next"'), 'last=b');
  });
  it('finds the next among several links and headers', () => {
    assert.equal(next('<?page=1>; rel="first", <?page=2>; rel="next"'), 'page=2');
    assert.equal(next(['<?page=1>; rel="first"', '<?page=2>; rel="next"']), 'page=2');
    assert.equal(next('<?page=1>; rel="first"'), undefined);
  });
  it('keeps only the query, since a proxy may have changed the path', () => {
    assert.equal(next('</api/docker/other/v2/a/tags/list?last=b>; rel="next"'), 'last=b');
  });
  it('does not follow a link to another origin, and goes on after the last item', () => {
    assert.equal(next('<https://evil.example/v2/a/tags/list?last=z>; rel="next"'), 'n=2&last=b');
    assert.equal(next('<http://r.example/?last=z>; rel="next"'), 'n=2&last=b');
    assert.equal(next('<http://[bad>; rel="next"'), 'n=2&last=b');
    assert.equal(next('<https://r.internal/v2/a/tags/list>; rel="next"'), 'n=2&last=b');
  });
  it('goes on with the token of such a link, at its own origin', () => {
    assert.equal(next('<http://r.internal/v2/a/tags/list?next_page=dG9rZW4>; rel="next"'), 'next_page=dG9rZW4');
  });
  it('ends at an empty page and at a link to itself', () => {
    assert.equal(next('<?last=b>; rel="next"', []), undefined);
    assert.equal(next('</v2/a/tags/list?n=2>; rel="next"'), undefined);
    assert.equal(next('</v2/a/tags/list>; rel="next"'), undefined);
    assert.equal(next(undefined), undefined);
  });
});

describe('allPages', () => {
  it('ends when a page brings nothing new, whatever it links to', async () => {
    let pages = 0;
    const all = await allPages(async () => ({ items: [{ name: 'a' }, { name: 'b' }], next: `page=${++pages}` }), 'r');
    assert.deepEqual([names(all), pages], [['a', 'b'], 2]);
  });
  it('ends when a link repeats', async () => {
    let item = 0;
    const all = await allPages(async () => ({ items: [{ name: `${++item}` }], next: 'page=2' }), 'r');
    assert.deepEqual(names(all), ['1', '2']);
  });
  it('gives up on a single page of more than anybody has', async () => {
    const items = Array.from({ length: 250_001 }, (_, index) => ({ name: `${index}` }));
    const enormous = allPages(async () => ({ items }), 'r.example');
    await assert.rejects(enormous, (error) => error instanceof ProblemError && error.problem.kind === 'badAnswer');
  });
  it('gives up on a list without end', async () => {
    let item = 0;
    const endless = allPages(async () => ({ items: [{ name: `${++item}` }], next: `page=${item}` }), 'r.example');
    await assert.rejects(endless, (error) => error instanceof ProblemError && error.problem.kind === 'badAnswer');
  });
});
