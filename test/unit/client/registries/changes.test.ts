import assert from 'node:assert/strict';
import { askChanged, askTurnedOut } from '../../../../client/registries/changes.ts';
import { registryNodes } from '../../../../client/registries/nodes/registryNodes.ts';
import type { RegistryValue } from '../../../../client/registries/values.ts';
import { type Element, TreeModel } from '../../../../client/ui/treeModel.ts';
import { known } from '../../../../common/known.ts';
import type { Registry, TagRow } from '../../../../common/registry.ts';
import { registry, shownOf, sourceOf } from '../../../support/registryTree.ts';

const host = '127.0.0.1:5000';
const none = { listRepositories: true, untag: false, deleteImage: false, deleteRepository: false };

/** Two registries with a repository and a tag each, all of it shown; what a test changes is seen by whoever asks again. */
async function view() {
  const world: { rows: readonly Registry[]; tag: TagRow } = {
    rows: [registry({ can: none }), registry({ host: 'other.example', can: none })],
    tag: { name: '1' },
  };
  const source = sourceOf({ repositories: { items: [{ name: 'app' }] } });
  const tags: typeof source.tags = async (at, repository) => {
    source.asked.push(`tags ${at}/${repository}`);
    return known({ items: [world.tag] }, 0);
  };
  const model = new TreeModel<RegistryValue>('Registries', async () =>
    known(registryNodes(world.rows, shownOf({ ...source, tags })), 0),
  );
  for (const row of await model.children()) {
    for (const repository of await model.children(row)) await model.children(repository);
  }
  source.asked.length = 0;
  const contextOf = (id: string) => [...model.shown()].find((each: Element<RegistryValue>) => each.id === id)?.node;
  return { world, model, asked: source.asked, contextOf };
}

describe('what changed', () => {
  it('in a registry is asked again with its row, on which all below rests, and the others are not', async () => {
    const { world, model, asked, contextOf } = await view();
    const can = { ...none, untag: true, deleteRepository: true };
    world.rows = world.rows.map((row) =>
      row.host === host ? { ...row, kind: 'harbor', account: 'alice', signedInBy: 'gantry', can } : row,
    );
    await askChanged(model, host, undefined);
    assert.match(contextOf(`registry:${host}`)?.context ?? '', /;kind-harbor;.*;account/);
    assert.equal(contextOf(`registry:${host}`)?.description, 'alice');
    assert.match(contextOf(`repository:${host}/app`)?.context ?? '', /;deletable/);
    assert.match(contextOf(`tag:${host}/app:1`)?.context ?? '', /;untag/);
    assert.deepEqual(asked, [`repositories ${host}/`, `tags ${host}/app`]);
  });

  it('in a repository is asked again there', async () => {
    const { model, asked } = await view();
    await askChanged(model, host, 'app');
    assert.deepEqual(asked, [`tags ${host}/app`]);
  });

  it('somewhere is all of it', async () => {
    const { model, asked } = await view();
    await askChanged(model, undefined, undefined);
    assert.equal(asked.length, 4);
  });

  it('in a repository that is not shown may be a new one of its registry', async () => {
    const { model, asked } = await view();
    await askChanged(model, host, 'new');
    assert.deepEqual(asked, [`repositories ${host}/`, `tags ${host}/app`]);
  });
});

describe('a tag that turned out to be no image', () => {
  it('is shown as what it is, and asked for no more', async () => {
    const { world, model, asked, contextOf } = await view();
    world.tag = { name: '1', kind: 'artifact' };
    await askTurnedOut(model, { host, repository: 'app', tag: '1' });
    assert.match(contextOf(`tag:${host}/app:1`)?.context ?? '', /^tag;artifact/);
    await askTurnedOut(model, { host, repository: 'app', tag: '1' });
    assert.deepEqual(asked, [`tags ${host}/app`]);
  });
});
