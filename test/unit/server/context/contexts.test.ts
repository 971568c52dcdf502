import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Known } from '../../../../common/known.ts';
import { BuildContexts } from '../../../../server/context/contexts.ts';
import type { ContextCopy, ContextName, ContextSize } from '../../../../server/language/host.ts';
import { rulesKey } from '../../../../server/util/contextPlace.ts';
import { silentLog } from '../../../support/changes.ts';
import { type Content, type TempFolder, tempFolder } from '../../../support/tempFolder.ts';
import { until } from '../../../support/until.ts';

const copyOf = (...sources: string[]): ContextCopy => ({ keyword: 'COPY', sources, exclude: [] });
const all = copyOf('.');
const never = new AbortController().signal;

describe('build contexts', () => {
  let folder: TempFolder;
  let contexts: BuildContexts;

  function open(contents: Readonly<Record<string, Content>>): BuildContexts {
    folder = tempFolder(contents);
    contexts = new BuildContexts(silentLog, () => 1000);
    return contexts;
  }

  afterEach(async () => {
    await contexts?.dispose();
    folder?.dispose();
  });

  const uriOf = (name = 'Dockerfile') => pathToFileURL(join(folder.path, name)).href;

  const changed = () =>
    new Promise<string>((resolve) => {
      const stop = contexts.onDidChange((uri) => {
        stop();
        resolve(uri);
      });
    });

  /** Asks until the answer is final. */
  async function settled(ask: () => Known<ContextSize>): Promise<Known<ContextSize>> {
    for (;;) {
      const next = changed();
      const answer = ask();
      if (answer.state !== 'pending' && !(answer.state === 'known' && answer.stale)) return answer;
      await next;
    }
  }

  const bytesOf = (answer: Known<ContextSize>) =>
    answer.state === 'known' ? answer.value.bytes : answer.state === 'failed' ? answer.problem.message : answer.state;

  const bytes = async (copy: ContextCopy = all, name?: string) =>
    bytesOf(await settled(() => contexts.copied(uriOf(name), copy)));

  it('answer from memory: pending first, and with the same answer until something changes', async () => {
    open({ Dockerfile: 10, a: 5, b: 7 });
    const first = changed();
    assert.equal(contexts.copied(uriOf(), copyOf('a')).state, 'pending');
    assert.equal(await first, uriOf());
    const answer = contexts.copied(uriOf(), copyOf('a'));
    assert.deepEqual(bytesOf(answer), 5);
    assert.equal(contexts.copied(uriOf(), copyOf('a')), answer);
    assert.equal(bytesOf(await settled(() => contexts.whole(uriOf()))), 22);
  });

  it('say what is out of date until it is looked at again', async () => {
    open({ Dockerfile: 10, 'dir/a': 5 });
    assert.equal(await bytes(copyOf('dir')), 5);
    folder.write({ 'dir/b': 6 });
    contexts.changed([uriOf('dir/b')]);
    assert.equal(await changed(), uriOf());
    assert.equal(await bytes(copyOf('dir')), 11);
    folder.write({ 'dir/b': 60, 'dir/c': 100 });
    contexts.changed(['dir/a', 'dir/b', 'dir/c'].map(uriOf));
    await changed();
    assert.equal(await bytes(copyOf('dir')), 165);
    folder.remove('dir/c');
    contexts.changed();
    await changed();
    assert.equal(await bytes(copyOf('dir')), 65);
  });

  it('are as new as the ignore file, which may let another file in of the same size', async () => {
    open({ Dockerfile: 10, a: 5, b: 5, '.dockerignore': '*\n!a' });
    assert.equal(await bytes(), 5);
    folder.write({ '.dockerignore': '*\n!b' });
    utimesSync(join(folder.path, '.dockerignore'), 5_000_000_000, 5_000_000_000);
    contexts.changed([uriOf('.dockerignore')]);
    await changed();
    const answer = await settled(() => contexts.copied(uriOf(), all));
    assert.deepEqual(
      answer.state === 'known' && [answer.value.bytes, answer.value.rulesChangedAt],
      [5, 5_000_000_000_000],
    );
  });

  it('tell another ignore file, and none, by the same key as a build of that time', async () => {
    open({ Dockerfile: 10, a: 5, '.dockerignore': '# none of these\n*.log\n!./keep.log\n' });
    const rules = async () => {
      const answer = await settled(() => contexts.copied(uriOf(), all));
      return answer.state === 'known' ? answer.value.place?.rules : answer;
    };
    assert.equal(await rules(), rulesKey(['*.log', '!keep.log']));
    folder.remove('.dockerignore');
    contexts.changed([uriOf('.dockerignore')]);
    await changed();
    assert.equal(await rules(), rulesKey([]));
  });

  it('follow the rules of the ignore file, and what becomes of it', async () => {
    open({ Dockerfile: 10, 'a.log': 5, 'b.txt': 7 });
    assert.equal(await bytes(), 22);
    folder.write({ '.dockerignore': '*.log\n.dockerignore\nDockerfile' });
    contexts.changed([uriOf('.dockerignore')]);
    await changed();
    assert.equal(await bytes(), 7);
    folder.write({ 'Dockerfile.dockerignore': '*\n!*.log' });
    contexts.changed([uriOf('Dockerfile.dockerignore')]);
    await changed();
    assert.equal(await bytes(), 5);
  });

  it('are not known where the ignore file is malformed', async () => {
    open({ Dockerfile: 10, '.dockerignore': 'ok\n[a' });
    assert.equal(await bytes(), 'The pattern "[a" is malformed.');
  });

  it('are the workspace folder where that has the ignore file, or the sources', async () => {
    open({ 'docker/Dockerfile': 1, 'docker/x': 2, 'src/x': 40, '.dockerignore': 'nothing' });
    contexts.setFolders([folder.path]);
    assert.equal(await bytes(copyOf('src'), 'docker/Dockerfile'), 40);
    folder.remove('.dockerignore');
    contexts.changed();
    assert.equal(await bytes(copyOf('src', 'docker/Dockerfile'), 'docker/Dockerfile'), 41);
    assert.match(String(await bytes(copyOf('x'), 'docker/Dockerfile')), /"x" is not in the build context/);
    contexts.forget(uriOf('docker/Dockerfile'));
    assert.equal(await bytes(copyOf('x'), 'docker/Dockerfile'), 2);
  });

  it('answer anew what they answered before the sources told them apart', async () => {
    open({ 'docker/Dockerfile': 1, 'docker/x': 2, x: 30, 'src/y': 4, 'lib/z': 5 });
    contexts.setFolders([folder.path]);
    assert.equal(await bytes(copyOf('x'), 'docker/Dockerfile'), 2);
    contexts.copied(uriOf('docker/Dockerfile'), copyOf('src', 'lib'));
    await until(() => bytesOf(contexts.copied(uriOf('docker/Dockerfile'), copyOf('x'))) === 30);
  });

  it('are what the Dockerfile was built with', async () => {
    open({ 'docker/Dockerfile': 1, 'docker/x': 2, 'other/x': 40 });
    assert.equal(await bytes(copyOf('x'), 'docker/Dockerfile'), 2);
    contexts.built(join(folder.path, 'docker/Dockerfile'), join(folder.path, 'other'));
    await changed();
    assert.equal(await bytes(copyOf('x'), 'docker/Dockerfile'), 40);
  });

  it('hear of changes by whatever name their folder has', async () => {
    open({ 'real/Dockerfile': 1, 'real/a': 5, named: { link: 'real' } });
    assert.equal(await bytes(copyOf('a'), 'named/Dockerfile'), 5);
    folder.write({ 'real/a': 50 });
    contexts.changed([uriOf('named/a')]);
    await changed();
    assert.equal(await bytes(copyOf('a'), 'named/Dockerfile'), 50);
  });

  it('fail for a file that is nowhere', () => {
    open({});
    assert.equal(contexts.copied('untitled:Dockerfile', all).state, 'failed');
  });

  it('say what each line of an ignore file does', async () => {
    open({ 'a.log': 5, 'b.log': 6, 'deep/c.log': 7, 'deep/d': 8, 'm/x': 100, 'm/y/z': 200, keep: 1 });
    const text = '*.log\n**/*.log\n\n# no\nm\n!m/y\n!keep\nnothing\nb.*';
    const effects = await contexts.lines(uriOf('.dockerignore'), text, never);
    assert.deepEqual(
      effects.map(({ files, bytes, matches }) => [files, bytes, matches]),
      [
        [2, 11, true],
        [1, 7, true],
        [1, 100, true],
        [1, 200, true],
        [0, 0, true],
        [0, 0, false],
        [0, 0, true],
      ],
    );
  });

  it('name what a COPY could take of a folder, and to an ignore file all', async () => {
    open({ Dockerfile: 1, 'src/a': 5, 'src/b.log': 6, 'src/deep/': '', 'src/soft': { link: 'a' } });
    folder.write({ '.dockerignore': '**/*.log' });
    const known = async (uri: string, within: string): Promise<readonly ContextName[]> => {
      const answer = await contexts.names(uri, within, never);
      return answer.state === 'known' ? answer.value : known(uri, within);
    };
    const names = async (uri: string, within: string) =>
      (await known(uri, within)).map(({ name, kind, bytes }) => [name, kind, bytes ?? ''].join(' ').trim());
    assert.deepEqual(await names(uriOf(), 'src/'), ['a file 5', 'deep folder', 'soft link']);
    assert.deepEqual(await names(uriOf('.dockerignore'), './src'), [
      'a file 5',
      'b.log file 6',
      'deep folder',
      'soft link',
    ]);
    assert.deepEqual(await names(uriOf(), 'none/'), []);
    assert.deepEqual(await names(uriOf(), '../../'), await names(uriOf(), ''));
  });

  it('stop looking when nobody waits any more', async () => {
    open({ a: 1 });
    const abort = new AbortController();
    const asked = contexts.lines(uriOf('.dockerignore'), 'a', abort.signal);
    abort.abort();
    await assert.rejects(asked, { name: 'AbortError' });
  });
});
