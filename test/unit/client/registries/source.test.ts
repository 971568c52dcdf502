import assert from 'node:assert/strict';
import type { Backend } from '../../../../client/backend.ts';
import { sourceOf } from '../../../../client/registries/source.ts';
import { tagList } from '../../../../client/registries/values.ts';
import { failed, known } from '../../../../common/known.ts';
import type { TagOrder } from '../../../../common/registry.ts';
import { details } from '../../../support/registryTree.ts';

const { signal } = new AbortController();
const host = 'registry.example';

/** A server with 250 tags in pages of 100, and one repository; it writes down what it is asked. */
function backend() {
  const asked: unknown[] = [];
  const fake: Pick<Backend, 'repositories' | 'tags' | 'platforms' | 'layers' | 'attestation' | 'referrers'> = {
    repositories: async (at, query) => {
      asked.push([at, query]);
      return known({ items: [{ name: 'app' }] }, 0);
    },
    tags: async (at, repository, query) => {
      asked.push([`${at}/${repository}`, query]);
      const from = Number(query.cursor ?? 0);
      const items = Array.from({ length: Math.min(100, 250 - from) }, (_, index) => ({ name: `${from + index}` }));
      return known({ items, total: 250, ...(from + 100 < 250 ? { cursor: `${from + 100}` } : {}) }, 0);
    },
    platforms: async () => {
      asked.push('platforms');
      return known(details, 0);
    },
    layers: async () => assert.fail('not asked for'),
    attestation: async () => assert.fail('not asked for'),
    referrers: async () => assert.fail('not asked for'),
  };
  return { asked, fake };
}

const arranged = { filter: () => undefined, order: 'version', pages: () => 1 } as const;

describe('sourceOf', () => {
  it('shows the first hundred tags for one question, and none about manifests', async () => {
    const { asked, fake } = backend();
    const answer = await sourceOf(fake, arranged).source.tags(host, 'app', signal);
    assert.ok(answer.state === 'known');
    assert.equal(answer.value.items.length, 100);
    assert.deepEqual(asked, [[`${host}/app`, { order: 'version' }]]);
  });

  it('goes on for one question more', async () => {
    const { asked, fake } = backend();
    const { source, paging } = sourceOf(fake, arranged);
    await source.tags(host, 'app', signal);
    paging.goOn(tagList(host, 'app'));
    const answer = await source.tags(host, 'app', signal);
    assert.ok(answer.state === 'known');
    assert.equal(answer.value.items.length, 200);
    assert.deepEqual(asked.slice(1), [[`${host}/app`, { order: 'version', cursor: '100' }]]);
    assert.equal(paging.pages(tagList(host, 'app')), 2);
  });

  it('lets the server filter and sort', async () => {
    const { asked, fake } = backend();
    const { source } = sourceOf(fake, { ...arranged, filter: (list) => `in ${list}`, order: 'date' });
    await source.tags(host, 'app', signal);
    await source.repositories({ host, path: 'team', list: 'x' }, signal);
    assert.deepEqual(asked, [
      [`${host}/app`, { filter: `in ${host}/app:`, order: 'date' }],
      [host, { filter: 'in x', path: 'team' }],
    ]);
  });

  it('mixes no pages of two orders where the second could not be had', async () => {
    const { asked, fake } = backend();
    const sorting: { filter: () => undefined; order: TagOrder; pages: () => number } = { ...arranged };
    let fails = false;
    const problem = { kind: 'timeout', subject: host, message: 'It is slow.' } as const;
    const tags: typeof fake.tags = async (...args) => (fails ? failed(problem) : fake.tags(...args));
    const { source, paging } = sourceOf({ ...fake, tags }, sorting);
    await source.tags(host, 'app', signal);
    sorting.order = 'name';
    fails = true;
    await source.tags(host, 'app', signal);
    fails = false;
    paging.goOn(tagList(host, 'app'));
    const answer = await source.tags(host, 'app', signal);
    assert.ok(answer.state === 'known');
    assert.deepEqual(asked.at(-1), [`${host}/app`, { order: 'name' }]);
  });

  it('tells of what somebody looked at', async () => {
    const { fake } = backend();
    const told: unknown[] = [];
    const { source } = sourceOf(fake, arranged, ({ tag }, { kind }) => told.push([tag, kind]));
    await source.platforms(host, 'app', '1', signal);
    assert.deepEqual(told, [['1', details.kind]]);
  });
});
