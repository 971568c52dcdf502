import assert from 'node:assert/strict';
import { RequestError } from '../../../../client/backend.ts';
import { type Element, TreeModel, type TreeNode } from '../../../../client/ui/treeModel.ts';
import { failed, type Known, known, type Problem, pending } from '../../../../common/known.ts';

type Nodes = readonly TreeNode<string>[];

const problem: Problem = {
  kind: 'unreachable',
  subject: 'Engine',
  message: 'No engine answers.',
  next: 'Start Docker.',
  tried: ['DOCKER_HOST is not set', '/var/run/docker.sock: no such file'],
};
const leaf = (id: string, description?: string): TreeNode<string> => ({
  id,
  label: id,
  value: id,
  ...(description === undefined ? {} : { description }),
});

/** A model over an answer that a test changes. */
function modelOf(first: Known<Nodes>) {
  const source = { answer: first, asked: 0 };
  const model = new TreeModel<string>('Things', async () => {
    source.asked++;
    return source.answer;
  });
  const told: (readonly string[] | 'all')[] = [];
  model.onDidChange((changed) => told.push(changed === undefined ? 'all' : changed.map(({ id }) => id)));
  return { model, source, told };
}

const labels = (elements: readonly Element<string>[]) => elements.map(({ node }) => node.label);

describe('TreeModel', () => {
  it('asks once for what is shown twice', async () => {
    const { model, source } = modelOf(known([leaf('a')], 0));
    await model.children();
    await model.children();
    assert.equal(source.asked, 1);
  });

  it('asks nothing on refresh for what was never shown', async () => {
    const { model, source } = modelOf(known([leaf('a')], 0));
    await model.refresh();
    assert.equal(source.asked, 0);
  });

  it('asks again on refresh for what is being asked for the first time', async () => {
    const answers: ((nodes: Known<Nodes>) => void)[] = [];
    const model = new TreeModel<string>('Things', () => new Promise((resolve) => answers.push(resolve)));
    const shown = model.children();
    const refreshed = model.refresh();
    answers[0]?.(known([leaf('old')], 0));
    answers[1]?.(known([leaf('new')], 1));
    await refreshed;
    assert.deepEqual(labels(await shown), ['new']);
  });

  it('tells only of the node that looks different now, and keeps its element', async () => {
    const { model, source, told } = modelOf(known([leaf('a', 'Up'), leaf('b', 'Up')], 0));
    const [a, b] = await model.children();
    source.answer = known([leaf('a', 'Up'), leaf('b', 'Exited')], 1);
    await model.refresh();
    assert.deepEqual(told, [['b']]);
    assert.deepEqual(await model.children(), [a, b]);
    assert.equal(b?.node.description, 'Exited');
  });

  it('tells nothing when nothing changed', async () => {
    const { model, source, told } = modelOf(known([leaf('a')], 0));
    await model.children();
    source.answer = known([leaf('a')], 1);
    await model.refresh();
    assert.deepEqual(told, []);
  });

  it('tells of the whole when nodes come or go, and still keeps the elements that stay', async () => {
    const { model, source, told } = modelOf(known([leaf('a'), leaf('b')], 0));
    const [, b] = await model.children();
    source.answer = known([leaf('b'), leaf('c')], 1);
    await model.refresh();
    assert.deepEqual(told, ['all']);
    assert.equal((await model.children())[0], b);
  });

  it('tells of a changed node inside a group that stayed', async () => {
    const group = (description: string): TreeNode<string> => ({
      id: 'g',
      label: 'g',
      children: [leaf('a', description)],
    });
    const { model, source, told } = modelOf(known([group('Up')], 0));
    const [element] = await model.children();
    await model.children(element);
    source.answer = known([group('Exited')], 1);
    await model.refresh();
    assert.deepEqual(told, [['a']]);
  });

  it('shows a failure as a node with the reason, the next step, a way to try again and what was tried', async () => {
    const { model } = modelOf(failed(problem));
    const [node, ...rest] = await model.children();
    assert.equal(rest.length, 0);
    assert.equal(node?.node.label, 'No engine answers.');
    assert.equal(node?.node.expanded, true);
    assert.deepEqual(labels(await model.children(node)), ['Start Docker.', 'Try Again', ...(problem.tried ?? [])]);
  });

  it('shows what the other side cannot do as a fact, with nothing to try again', async () => {
    const { model } = modelOf(
      failed({ kind: 'unsupported', subject: 'Hub', message: 'It has no list.', next: 'Write it.' }),
    );
    const [node] = await model.children();
    assert.equal(node?.node.icon?.id, 'info');
    assert.deepEqual(labels(await model.children(node)), ['Write it.']);
  });

  it('keeps what it showed when a refresh fails, and says that it is old', async () => {
    const { model, source } = modelOf(known([leaf('a')], 0));
    const [a] = await model.children();
    source.answer = failed(problem);
    await model.refresh();
    const shown = await model.children();
    assert.deepEqual(labels(shown), ['Could not refresh: No engine answers.', 'a']);
    assert.equal(shown[1], a);
  });

  it('shows one problem however often it fails, and none once it is over', async () => {
    const { model, source } = modelOf(known([leaf('a')], 0));
    await model.children();
    source.answer = failed(problem);
    await model.refresh();
    await model.refresh();
    assert.equal((await model.children()).length, 2);
    source.answer = known([leaf('a')], 1);
    await model.refresh();
    assert.deepEqual(labels(await model.children()), ['a']);
  });

  it('takes what a load throws for a failure, with the problem that the server sent', async () => {
    const model = new TreeModel<string>('Things', async () => {
      throw new RequestError(problem);
    });
    assert.deepEqual(labels(await model.children()), ['No engine answers.']);
  });

  it('shows that it waits while nothing is known, and keeps what it has while something is', async () => {
    const { model, source } = modelOf(pending);
    assert.deepEqual(labels(await model.children()), ['Waiting for an answer…']);
    source.answer = known([leaf('a')], 1);
    await model.refresh();
    source.answer = pending;
    await model.refresh();
    assert.deepEqual(labels(await model.children()), ['a']);
  });

  it('lets the newer of two loads win and aborts the older', async () => {
    const answers: { readonly signal: AbortSignal; readonly resolve: (answer: Known<Nodes>) => void }[] = [];
    const model = new TreeModel<string>(
      'Things',
      (signal) => new Promise((resolve) => answers.push({ signal, resolve })),
    );
    const first = model.children();
    answers[0]?.resolve(known([leaf('first')], 0));
    await first;
    const older = model.refresh();
    const newer = model.refresh();
    assert.equal(answers[1]?.signal.aborted, true);
    answers[2]?.resolve(known([leaf('newer')], 2));
    await newer;
    answers[1]?.resolve(known([leaf('older')], 1));
    await older;
    assert.deepEqual(labels(await model.children()), ['newer']);
  });

  it('shows what is there before the rest is, then the rest', async () => {
    let finish = () => {};
    const rest = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const told: unknown[] = [];
    const model = new TreeModel<string>('Things', async (_, show) => {
      show?.([leaf('a')]);
      await rest;
      return known([leaf('a'), leaf('b')], 0);
    });
    assert.deepEqual(labels(await model.children()), ['a']);
    const changed = new Promise<void>((resolve) => {
      model.onDidChange((what) => {
        told.push(what);
        resolve();
      });
    });
    finish();
    await changed;
    assert.deepEqual(labels(await model.children()), ['a', 'b']);
    assert.deepEqual(told, [undefined]);
  });

  it('keeps what it shows whole while it is asked for again', async () => {
    const model = new TreeModel<string>('Things', async (_, show) => {
      show?.([leaf('a')]);
      return known([leaf('a'), leaf('b')], 0);
    });
    await model.children();
    await model.refresh();
    const told: unknown[] = [];
    model.onDidChange((what) => told.push(what));
    await model.refresh();
    assert.deepEqual(told, []);
  });

  it('lets no slow branch hold up the others', async () => {
    let fast = 0;
    const model = new TreeModel<string>('Things', async () =>
      known(
        [
          { id: 'slow', label: 'slow', children: async () => (fast === 0 ? known([], 0) : new Promise(() => {})) },
          { id: 'fast', label: 'fast', children: async () => known([leaf(`${++fast}`)], 0) },
        ],
        0,
      ),
    );
    const [slow, other] = await model.children();
    await model.children(slow);
    await model.children(other);
    const changed = new Promise<void>((resolve) => model.onDidChange(() => resolve()));
    void model.refresh();
    await changed;
    assert.deepEqual(labels(await model.children(other)), ['2']);
  });

  it('offers below a problem what its view has for it', async () => {
    const model = new TreeModel<string>(
      'Things',
      async () => failed(problem),
      () => [{ label: 'Sign In…', icon: { id: 'key' }, command: 'sign.in' }],
    );
    const [node] = await model.children();
    assert.equal(node?.node.context, 'problem;unreachable');
    assert.equal((await model.children(node))[1]?.node.command, 'sign.in');
  });

  it('finds what fits among what it holds, groups opened for it, and asks nobody for more', async () => {
    let asked = 0;
    const lazy = (id: string): TreeNode<string> => ({
      ...leaf(id),
      children: async () => {
        asked++;
        return known([leaf(`${id}/fits`)], 0);
      },
    });
    const nodes = [lazy('opened'), lazy('closed'), { id: 'group', label: 'group', children: [leaf('fits')] }];
    const { model } = modelOf(known(nodes, 0));
    const [opened] = await model.children();
    await model.children(opened);
    const found = await model.fitting((value) => value.endsWith('fits'));
    assert.deepEqual(
      found.map(({ element, within }) => [...within, element.id]),
      [
        ['opened', 'opened/fits'],
        ['group', 'fits'],
      ],
    );
    assert.equal(asked, 1);
  });

  it('asks again for branches that were opened, and not for those that were not', async () => {
    const asked: string[] = [];
    const branch = (id: string): TreeNode<string> => ({
      id,
      label: id,
      children: async () => {
        asked.push(id);
        return known([leaf(`${id}/x`)], 0);
      },
    });
    const model = new TreeModel<string>('Things', async () => known([branch('opened'), branch('closed')], 0));
    const [opened] = await model.children();
    await model.children(opened);
    await model.refresh();
    assert.deepEqual(asked, ['opened', 'opened']);
  });

  it('tells of 500 nodes that all changed', async () => {
    const many = (status: string) => Array.from({ length: 500 }, (_, index) => leaf(`container-${index}`, status));
    const { model, source, told } = modelOf(known(many('Up'), 0));
    await model.children();
    source.answer = known(many('Exited'), 1);
    await model.refresh();
    assert.equal(told[0]?.length, 500);
  });
});
