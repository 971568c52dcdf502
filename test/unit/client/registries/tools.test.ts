import assert from 'node:assert/strict';
import { asking, hostOf, nearest, type RegistryElement } from '../../../../client/registries/tools.ts';
import { TreeModel } from '../../../../client/ui/treeModel.ts';
import { known } from '../../../../common/known.ts';
import { treeOf } from '../../../support/registryTree.ts';

/** `team` is a namespace that is asked for; `apps` in it is made of names. */
async function elements(): Promise<Readonly<Record<string, RegistryElement>>> {
  const items = [{ name: 'team', folder: true as const }, { name: 'team/apps/web' }];
  const model = new TreeModel('Registries', async () => known(treeOf({ repositories: { items } }), 0));
  const found: Record<string, RegistryElement> = {};
  const open = async (element?: RegistryElement, depth = 0): Promise<void> => {
    for (const child of depth > 4 ? [] : await model.children(element)) {
      found[child.id] ??= child;
      await open(child, depth + 1);
    }
  };
  await open();
  return found;
}

describe('what an element stands in', () => {
  const host = '127.0.0.1:5000';

  it('is asked again for its rows where these come from a list, not from a folder of names', async () => {
    const all = await elements();
    const folder = all[`folder:${host}/team/apps`];
    assert.ok(folder);
    assert.equal(asking(folder), folder.parent);
    const repository = all[`repository:${host}/team/apps/web`];
    assert.ok(repository);
    assert.equal(asking(repository), repository);
  });

  it('is a registry, whose host it has', async () => {
    const repository = (await elements())[`repository:${host}/team/apps/web`];
    assert.equal(hostOf(repository), host);
    assert.equal(nearest(repository, 'folder')?.id, `folder:${host}/team/apps`);
    assert.equal(nearest(undefined, 'folder'), undefined);
  });
});
