/** The commands of the registries view without a window: what they do with a node, with many of all kinds, and with none. */
import assert from 'node:assert/strict';
import { register } from 'node:module';
import { connectBackend, RequestError } from '../../../../client/backend.ts';
import { commands } from '../../../../client/contributions.ts';
import type { RegistryElement } from '../../../../client/registries/tools.ts';
import { known } from '../../../../common/known.ts';
import type { DeletePreview, Registry, TagDetails } from '../../../../common/registry.ts';
import { forget, run, seen, user } from '../../../support/fakeVscode.ts';
import { memoryWire } from '../../../support/memoryWire.ts';
import { details, registry } from '../../../support/registryTree.ts';

register('../../../support/vscodeHooks.mjs', import.meta.url);

const host = 'r.example';
const hex = (letter: string) => `sha256:${letter.repeat(64)}`;
const image: TagDetails = { ...details, platforms: [{ ...details.platforms[0]!, digest: hex('c') }] };
const chart: TagDetails = { ...image, kind: 'artifact', artifactType: 'application/vnd.cncf.helm.config.v1+json' };
const untag = (tag: string, ...tags: readonly string[]): DeletePreview => ({
  ...{ repository: 'team/app', tag, method: 'untag', tags, tagsComplete: true },
});
const gone = (tag: string): DeletePreview => ({
  ...{ repository: 'team/app', tag, method: 'unsupported', reason: 'It went.', tags: [tag], tagsComplete: true },
});

/** `r.example` with `team/app`: the tags 1 and 2, a page behind them, and a chart among them that looks like an image. */
async function view(
  preview: (tag: string) => DeletePreview = (tag) => untag(tag, tag),
  rows: readonly Registry[] = [registry({ host }), registry({ host: 'docker.io', origin: 'builtin' })],
) {
  forget();
  const { registerRegistries } = await import('../../../../client/registries/index.ts');
  const { notifier } = await import('../../../../client/ui/notify.ts');
  let isChartKnown = false;
  const deleted: unknown[] = [];
  const pulled: string[] = [];
  const wire = memoryWire({
    'gantry/registries/list': () => ({ registries: rows, problems: [] }),
    'gantry/registries/repositories': () => known({ items: [{ name: 'team/app' }] }, 0),
    'gantry/registries/tags': ({ cursor }) =>
      cursor === undefined
        ? known(
            { items: [{ name: '1' }, { name: 'chart', ...(isChartKnown && { kind: 'artifact' }) }], cursor: 'x' },
            0,
          )
        : known({ items: [{ name: '2' }] }, 0),
    'gantry/registries/platforms': ({ tag }) => {
      isChartKnown ||= tag === 'chart';
      return known(tag === 'chart' ? chart : image, 0);
    },
    'gantry/registries/referrers': () => known([], 0),
    'gantry/registries/digest': () => ({ digest: hex('d') }),
    'gantry/registries/deletePreview': ({ tags }) =>
      tags === undefined ? [{ ...untag('', '1', '2'), method: 'repository' }] : tags.map(preview),
    'gantry/registries/delete': (what) => {
      deleted.push(what);
      return { imagesLeft: 0 };
    },
    'gantry/images/pull': ({ reference }) => {
      pulled.push(reference);
      if (reference.endsWith(':1')) throw new RequestError({ kind: 'denied', subject: reference, message: 'No.' });
      return null;
    },
  });
  const kept = new Map<string, unknown>();
  const memory = {
    get: <T>(key: string, otherwise: T) => (kept.has(key) ? (kept.get(key) as T) : otherwise),
    update: async (key: string, value: unknown) => void kept.set(key, value),
  };
  const log = { error() {}, show() {} } as unknown as Parameters<typeof notifier>[0];
  const documents = { show: async () => {}, dispose() {} };
  const places = { workspace: memory, everywhere: memory };
  const tree = registerRegistries(connectBackend(wire), notifier(log), documents, places, []);
  /** Below an element, by its label. */
  const below = async (label: string, element?: RegistryElement): Promise<RegistryElement> =>
    (await tree.model.children(element)).find(({ node }) => node.label === label) ?? assert.fail(`no ${label}`);
  const repository = async () => below('app', await below('team', await below(host)));
  const asked = (method: string) => wire.requests.filter((each) => each.method === method).length;
  return { tree, below, repository, asked, deleted, pulled };
}

const labels = async (element: RegistryElement) => element.children?.map(({ node }) => node.label);

describe('commands of the registries view', () => {
  const needNode = [
    ...[commands.pullTag, commands.pullRepository, commands.copyTagReference, commands.copyTagDigest],
    ...[commands.showManifest, commands.showConfig, commands.openPage, commands.loadMore, commands.clearFilter],
    ...[commands.selectForCompare, commands.compareWithSelected, commands.compareSelected, commands.forgetRepository],
    ...[commands.deleteTags, commands.deleteImages, commands.deleteManyTags, commands.deleteRepository],
  ];
  for (const command of needNode) {
    it(`${command} says what to do where it is run without a node, and there is none for it`, async () => {
      await view();
      await run(command);
      assert.match(seen.messages.join(), /Unfold in it what you mean/);
    });
  }

  it('ask which node is meant, what is selected first, and where it stands', async () => {
    const { below, repository } = await view();
    const app = await repository();
    await below('1', app);
    user.selection = [await below('chart', app)];
    user.pick = ([first]) => first;
    await run(commands.copyTagReference);
    const [list = []] = seen.lists;
    assert.deepEqual(
      list.map(({ label, detail }) => [label, detail]),
      [
        ['chart', `${host} › team › app`],
        ['app', `${host} › team`],
        ['1', `${host} › team › app`],
      ],
    );
    assert.equal(seen.clipboard, `${host}/team/app:chart`);
  });

  it('go by what fits of a selection of all kinds', async () => {
    const { below, repository } = await view();
    const app = await repository();
    const tag = await below('1', app);
    const platform = await below('linux/amd64', tag);
    const all = [await below(host), app, tag, platform];
    await run(commands.copyTagReference, tag, all);
    assert.equal(seen.clipboard, `${host}/team/app\n${host}/team/app:1\n${host}/team/app@${hex('c')}`);
    await run(commands.copyTagDigest, tag, all);
    assert.equal(seen.clipboard, `${host}/team/app@${hex('d')}\n${host}/team/app@${hex('c')}`);
    await run(commands.compareSelected, tag, all);
    assert.deepEqual(seen.executed.at(-1)?.slice(0, 3), [
      commands.compareLayers,
      `${host}/team/app:1`,
      `${host}/team/app@${hex('c')}`,
    ]);
  });

  it('load the next page once, however often they are asked to', async () => {
    const { tree, below, repository } = await view();
    const app = await repository();
    const more = await below('Load more', app);
    await Promise.all([run(commands.loadMore, more), run(commands.loadMore, more)]);
    assert.deepEqual(await labels(app), ['1', 'chart', '2']);
    await tree.model.refresh();
    assert.deepEqual(await labels(app), ['1', 'chart', '2']);
  });

  it('leave out a chart that somebody looked at', async () => {
    const { tree, below, repository } = await view();
    const app = await repository();
    const tag = await below('chart', app);
    const shown = new Promise<void>((resolve) => {
      tree.model.onDidChange(() => tag.node.context?.startsWith('tag;artifact') && resolve());
    });
    await below('Helm chart', tag);
    await shown;
    await run(commands.pullTag, tag, [tag]);
    assert.deepEqual(seen.executed, []);
    await run(commands.pullTag, await below('1', app));
    assert.deepEqual(seen.executed, [[commands.pullImage, `${host}/team/app:1`]]);
  });

  it('take a registry out of the view that everybody has, until it is asked for again', async () => {
    const { tree, below } = await view();
    await run(commands.removeRegistry, await below('docker.io'));
    assert.deepEqual(
      (await tree.model.children()).map(({ node }) => node.label),
      [host],
    );
    assert.match(seen.messages.join(), /brings it back/);
    user.settings = { 'gantry.registries': [{ host: 'docker.io' }] };
    await tree.model.refresh();
    await below('docker.io');
  });

  it('show a repository as it is where what was to be deleted is gone already', async () => {
    const { below, repository, asked } = await view(gone);
    const app = await repository();
    const tag = await below('1', app);
    const before = asked('gantry/registries/tags');
    await run(commands.deleteTags, tag);
    assert.match(seen.messages.join(), /Nothing of team\/app can be deleted/);
    assert.equal(asked('gantry/registries/tags'), before + 1);
  });

  it('delete many by a pattern, after a list of them and a question that names each', async () => {
    const { repository, asked, deleted } = await view();
    const app = await repository();
    user.typed = ['/^[0-9]$/', ''];
    const before = asked('gantry/registries/tags');
    await run(commands.deleteManyTags, app);
    assert.deepEqual(
      seen.lists.at(-1)?.map(({ label }) => label),
      ['1', '2'],
    );
    assert.match(seen.questions.join(), /Take 2 tags away from team\/app\?\n(?:.*\n)*Gone will be: 1, 2/);
    const what = { host, repository: 'team/app', method: 'untag' };
    assert.deepEqual(deleted, [
      { ...what, tag: '1' },
      { ...what, tag: '2' },
    ]);
    assert(asked('gantry/registries/tags') > before + 1, 'the whole list, and what is left of it');
  });

  for (const [what, typed, pickMany] of [
    ['the pattern', [undefined], undefined],
    ['the age', ['*', undefined], undefined],
    ['the list', ['*', ''], () => undefined],
    ['the question', ['*', ''], undefined],
  ] as const) {
    it(`delete nothing for whom thinks better of it at ${what}`, async () => {
      const { repository, deleted } = await view();
      const app = await repository();
      Object.assign(user, { typed: [...typed], answer: () => undefined, ...(pickMany && { pickMany }) });
      await run(commands.deleteManyTags, app);
      assert.deepEqual(deleted, []);
    });
  }

  it('delete a repository only once its name was typed', async () => {
    const { repository, deleted } = await view();
    const app = await repository();
    user.typed = ['app', 'team/app'];
    await run(commands.deleteRepository, app);
    assert.deepEqual(deleted, []);
    await run(commands.deleteRepository, app);
    assert.deepEqual(deleted, [{ host, repository: 'team/app', method: 'repository' }]);
  });

  it('pull all tags of a repository in turn, and say which could not be pulled', async () => {
    const { repository, pulled } = await view();
    const app = await repository();
    await run(commands.pullRepository, app);
    assert.match(seen.questions.join(), /Pull all 3 tags of r\.example\/team\/app\?/);
    assert.deepEqual(pulled, [`${host}/team/app:1`, `${host}/team/app:chart`, `${host}/team/app:2`]);
    assert.match(seen.messages.join(), /1 of 3 could not be pulled\. The first: r\.example\/team\/app:1: No\./);
  });

  it('open a repository by its name, and bring back its registry for that', async () => {
    const { below } = await view();
    const hub = await below('docker.io');
    await run(commands.removeRegistry, hub);
    user.typed = ['team/app'];
    user.pick = (items) => items.find(({ label }) => label === 'docker.io');
    await run(commands.openRepository);
    assert.equal(seen.revealed, 'repository:docker.io/team/app');
    await below('docker.io');
  });

  it('open the pages of what is selected, once each, many only when asked to', async () => {
    const hub = registry({ host: 'docker.io', kind: 'hub' });
    const { below } = await view(undefined, [hub]);
    const app = await below('app', await below('team', await below('docker.io')));
    const tags = await Promise.all(['1', 'chart'].map((label) => below(label, app)));
    await run(commands.openPage, app, [app, ...tags, app]);
    assert.deepEqual(seen.opened, [
      'https://hub.docker.com/r/team/app',
      'https://hub.docker.com/r/team/app/tags?name=1',
      'https://hub.docker.com/r/team/app/tags?name=chart',
    ]);
    const many = Array.from({ length: 9 }, (_, index) => ({
      ...app,
      node: { ...app.node, value: { ...app.node.value, repository: `team/app-${index}` } },
    }));
    user.answer = () => undefined;
    await run(commands.openPage, many[0], many);
    assert.equal(seen.opened.length, 3);
    assert.deepEqual(seen.questions, ['Open 9 pages?']);
  });
});
