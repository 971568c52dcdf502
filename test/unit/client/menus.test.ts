/** Holds the menus of the views in package.json against the nodes that there really are. */
import assert from 'node:assert/strict';
import { containerNodes } from '../../../client/containers/nodes.ts';
import { commands, views } from '../../../client/contributions.ts';
import { imageNodes } from '../../../client/images/nodes.ts';
import { listProblemNodes, registryNodes } from '../../../client/registries/nodes/registryNodes.ts';
import type { TreeNode } from '../../../client/ui/treeModel.ts';
import type { Container, ContainerState, Image } from '../../../common/protocol.ts';
import { type Registry, registryKinds, type TagRow } from '../../../common/registry.ts';
import { itemMenu, offered, wordsOf } from '../../support/menus.ts';
import { details, registry, shownOf, sourceOf } from '../../support/registryTree.ts';

async function contextsOf<V>(nodes: readonly TreeNode<V>[]): Promise<readonly string[]> {
  const below = await Promise.all(
    nodes.map(async ({ children = [] }) => {
      if (typeof children !== 'function') return contextsOf(children);
      const answer = await children(new AbortController().signal);
      return answer.state === 'known' ? contextsOf(answer.value) : [];
    }),
  );
  return [...new Set([...nodes.flatMap(({ context }) => context ?? []), ...below.flat()])];
}

const states: Readonly<Record<ContainerState, true>> = {
  created: true,
  running: true,
  paused: true,
  restarting: true,
  removing: true,
  exited: true,
  dead: true,
};

function containers(): readonly Container[] {
  const ports = [{ containerPort: 80, hostPort: 8080, protocol: 'tcp' }] as Container['ports'];
  const one = { image: 'busybox', status: '', created: 0, labels: {}, ports } as unknown as Container;
  const all = Object.keys(states).map((state) => ({ ...one, id: state, name: state, state }) as Container);
  const inProject = (project: string) => all.map((each) => ({ ...each, compose: { project, service: each.name } }));
  const running = inProject('up').filter(({ state }) => state === 'running');
  return [...all, ...inProject('some'), ...running] as readonly Container[];
}

const images = [
  { id: 'sha256:a', tags: ['a:1'], digests: [], created: 0, bytes: 1, containers: 0 },
  { id: 'sha256:b', tags: [], digests: [], created: 0, bytes: 1, containers: 0 },
] as unknown as readonly Image[];

const tags: readonly TagRow[] = [
  { name: 'image' },
  { name: 'chart', kind: 'artifact' },
  { name: 'signature', kind: 'attachment' },
  { name: 'locked', locked: true },
];

/** Every origin, kind and ability once, with and without what a list may have. */
async function registryContexts(): Promise<readonly string[]> {
  const abilities = [
    { listRepositories: false, untag: false, deleteImage: false, deleteRepository: false },
    { listRepositories: true, untag: true, deleteImage: false, deleteRepository: true },
    { listRepositories: true, untag: false, deleteImage: true, deleteRepository: true },
    { listRepositories: true, untag: true, deleteImage: true, deleteRepository: true },
  ];
  const origins: readonly Registry['origin'][] = ['settings', 'docker', 'podman', 'gantry', 'builtin'];
  const registries = registryKinds.flatMap((kind) =>
    origins.flatMap((origin) =>
      abilities.map((can) =>
        registry({ kind, origin, can, ...(origin === 'docker' && { account: 'alice', signedInBy: origin }) }),
      ),
    ),
  );
  const source = sourceOf({
    repositories: {
      items: [{ name: 'team', folder: true }, { name: 'team/app' }, { name: 'app' }],
      cursor: 'x',
    },
    tags: { items: tags },
    details: { ...details, attestations: [{ digest: 'sha256:att', of: 'sha256:amd' }] },
  });
  // Asked for one level each, or a namespace that is in itself would never end.
  const once = {
    ...source,
    repositories: (at: Parameters<typeof source.repositories>[0]) =>
      at.path === undefined
        ? source.repositories(at, new AbortController().signal)
        : Promise.resolve({ state: 'known' as const, at: 0, value: { items: [] } }),
  };
  const arranged = [{ showsAttachments: true, opened: () => ['opened/by-name'] }, { filter: () => 'a' }];
  const problems = listProblemNodes([{ kind: 'settings', subject: 'x', message: 'It means nothing.' }]);
  const found = await Promise.all(arranged.map((each) => contextsOf(registryNodes(registries, shownOf(once, each)))));
  return [...new Set([...(await contextsOf(problems)), ...found.flat()])];
}

describe('The menus of the views', () => {
  let all: ReadonlyMap<string, readonly string[]>;
  before(async () => {
    all = new Map([
      [views.containers, await contextsOf(containerNodes(containers(), () => undefined))],
      [views.images, await contextsOf(imageNodes(images, true, 0, 'MB'))],
      [views.registries, await registryContexts()],
    ]);
  });

  it('look for nothing that no node has', () => {
    const wrong = itemMenu.flatMap(({ command, when }) => {
      const view = /^view == (\S+)/.exec(when)?.[1];
      const there = [...all].filter(([id]) => view === undefined || id === view);
      const words = new Set(there.flatMap(([, contexts]) => contexts).flatMap((context) => context.split(';')));
      const unknown = wordsOf(when).filter((word) => !words.has(word));
      const shown = there.some(([id, contexts]) => contexts.some((each) => offered(id, each).includes(command)));
      return unknown.length > 0 || !shown ? [`${command}: ${when}: ${unknown.join(', ') || 'never shown'}`] : [];
    });
    assert.deepEqual(wrong, []);
  });

  it('offer something on every node that stands for something', () => {
    const bare = new Set(['more', 'note', 'layer', 'group', 'danglingGroup']);
    const without = [...all].flatMap(([view, there]) =>
      there
        .filter((context) => !bare.has(context) && !context.startsWith('problem'))
        .filter((context) => offered(view, context).length === 0)
        .map((context) => `${view}: ${context}`),
    );
    assert.deepEqual(without, []);
  });

  it('never offer to pull, to analyze or to compare what is no image', () => {
    const forImages: readonly string[] = [
      ...[commands.pullTag, commands.analyzeLayers, commands.compareLayers],
      ...[commands.selectForCompare, commands.compareWithSelected, commands.compareSelected],
      ...[commands.runImage, commands.debug],
    ];
    const artifacts = (all.get(views.registries) ?? []).filter((context) => /^(tag;artifact|referrer)/.test(context));
    assert(artifacts.length > 1);
    for (const context of artifacts) {
      const wrong = offered(views.registries, context).filter((command) => forImages.includes(command));
      assert.deepEqual(wrong, [], context);
    }
  });

  it('let every registry be removed and diagnosed, wherever it comes from', () => {
    const registries = (all.get(views.registries) ?? []).filter((context) => context.startsWith('registry;'));
    assert(registries.length > 20);
    for (const context of registries) {
      const offers = offered(views.registries, context);
      assert(offers.includes(commands.removeRegistry) && offers.includes(commands.diagnoseRegistry), context);
    }
  });

  it('offer to take away a tag only where the registry can and lets', () => {
    const removing = (context: string) =>
      offered(views.registries, context).filter((command) => /delete/i.test(command));
    assert.deepEqual(removing('tag;pullable'), []);
    assert.deepEqual(removing('tag;pullable;locked;untag;delete'), []);
    assert.deepEqual(removing('tag;pullable;untag'), [commands.deleteTags]);
    assert.deepEqual(removing('tag;pullable;delete'), [commands.deleteTags]);
    assert.deepEqual(removing('tag;artifact;untag;delete'), [commands.deleteTags, commands.deleteImages]);
  });
});
