import assert from 'node:assert/strict';
import { Arrangement, type Store } from '../../../../client/registries/arrangement.ts';

/** A memory that outlives the window, as JSON. */
function store(): Store {
  const kept = new Map<string, string>();
  return {
    get: (key, otherwise) => {
      const text = kept.get(key);
      return text === undefined ? otherwise : JSON.parse(text);
    },
    update: async (key, value) => void kept.set(key, JSON.stringify(value)),
  };
}

describe('Arrangement', () => {
  it('brings back filters, pages, order and what is unfolded in the next window', async () => {
    const [workspace, everywhere] = [store(), store()];
    const before = new Arrangement(workspace, everywhere);
    before.setFilter('docker.io', ' ngi ');
    await before.keepFilters();
    await before.setPages('mcr.microsoft.com', 3);
    await before.setOrder('date');
    await before.showAttachments(true);
    before.set('registry:docker.io', true);
    const after = new Arrangement(workspace, everywhere);
    assert.equal(after.filter('docker.io'), 'ngi');
    assert.equal(after.pages('mcr.microsoft.com'), 3);
    assert.equal(after.order, 'date');
    assert.equal(after.showsAttachments, true);
    assert.equal(after.isExpanded('registry:docker.io'), true);
    assert.equal(after.isExpanded('registry:ghcr.io'), undefined);
  });

  it('forgets a filter that was not kept, and with a filter how many pages there were', async () => {
    const workspace = store();
    const before = new Arrangement(workspace, store());
    await before.setPages('docker.io', 3);
    before.setFilter('docker.io', 'x');
    assert.equal(before.pages('docker.io'), 1);
    assert.equal(new Arrangement(workspace, store()).filter('docker.io'), undefined);
  });

  it('does not begin a window with a hundred pages', async () => {
    const workspace = store();
    await new Arrangement(workspace, store()).setPages('docker.io', 100);
    assert.equal(new Arrangement(workspace, store()).pages('docker.io'), 10);
  });

  it('remembers repositories that were opened by name, once each, until they are forgotten', async () => {
    const arranged = new Arrangement(store(), store());
    await arranged.open('ghcr.io', 'team/b');
    await arranged.open('ghcr.io', 'team/a');
    await arranged.open('ghcr.io', 'team/b');
    assert.deepEqual(arranged.opened('ghcr.io'), ['team/a', 'team/b']);
    await arranged.forget('ghcr.io', 'team/a');
    assert.deepEqual(arranged.opened('ghcr.io'), ['team/b']);
    assert.deepEqual(arranged.opened('docker.io'), []);
  });

  it('remembers which registries were taken out of the view, until they are brought back', async () => {
    const [workspace, everywhere] = [store(), store()];
    const arranged = new Arrangement(workspace, everywhere);
    await arranged.hide('a');
    await arranged.hide('a');
    await arranged.hide('b');
    await arranged.unhide('b');
    const next = new Arrangement(workspace, everywhere);
    assert.deepEqual([next.isHidden('a'), next.isHidden('b')], [true, false]);
  });
});
