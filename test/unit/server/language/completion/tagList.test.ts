import assert from 'node:assert/strict';
import type { TagRow } from '../../../../../common/registry.ts';
import { aliasesOf, listTags, type TagSources } from '../../../../../server/language/completion/tagList.ts';
import { bundleOf } from '../../../../support/bundles.ts';

const none: ReadonlySet<string> = new Set();
const rowsOf = (...names: readonly string[]): readonly TagRow[] => names.map((name) => ({ name }));
const namesOf = (sources: TagSources) => listTags(sources).map(({ name }) => name);
const tagOf = (name: string, sources: TagSources) => listTags(sources).find((tag) => tag.name === name);

const aliases = (name: string, sources: TagSources) => aliasesOf(tagOf(name, sources)!, 10);

describe('the tags of a repository', () => {
  const bundle = bundleOf('node', [
    ['26.7.0 26.7 26 latest', 'linux/amd64 linux/arm64'],
    ['24.5.0 24.5 24 lts', 'linux/amd64'],
  ]);

  it('come from all who know of it, each once', () => {
    const sources = {
      rows: rowsOf('26', 'mine'),
      bundle: bundleOf('node', [['26 latest']]),
      local: new Set(['26', 'old']),
    };
    assert.deepEqual(
      namesOf(sources),
      ['latest', '26', 'mine', 'old'].sort((a, b) => order(sources, a, b)),
    );
    assert.equal(new Set(namesOf(sources)).size, 4);
  });
  const order = (sources: TagSources, a: string, b: string) =>
    namesOf(sources).indexOf(a) - namesOf(sources).indexOf(b);

  it('begin with those that are built', () => {
    const sources = { rows: rowsOf('25', '25.9.0', '26', '26.7.0', '24', '24.5.0', 'latest'), bundle, local: none };
    assert.deepEqual(namesOf(sources).slice(-2), ['25', '25.9.0']);
  });
  it('count as built when they came later than what is known', () => {
    const sources = { rows: rowsOf('26.8.0', '26.6.0'), bundle, local: none };
    const names = namesOf(sources);
    assert.ok(names.indexOf('26.8.0') < names.indexOf('24.5.0'));
    assert.equal(names.at(-1), '26.6.0');
  });
  it('count as built when they were pushed later', () => {
    const rows = [{ name: '25', date: bundle.at + 1 }, { name: '23', date: bundle.at - 1 }, ...rowsOf('24')];
    assert.deepEqual(namesOf({ rows, bundle, local: none }).at(-1), '23');
  });
  it('are the same image where the registry says so', () => {
    const rows = [
      { name: '9.0', digest: 'sha256:a' },
      { name: '9.0.11', digest: 'sha256:a' },
      { name: 'latest', digest: 'sha256:a' },
      { name: '8.0', digest: 'sha256:b' },
    ];
    const sources = { rows, bundle: undefined, local: none };
    assert.deepEqual(aliases('9.0', sources), ['9.0.11', 'latest']);
    assert.deepEqual(aliases('8.0', sources), []);
  });
  it('are the same image where they were when Gantry was made', () => {
    assert.deepEqual(aliases('24', { rows: undefined, bundle, local: none }), ['24.5.0', '24.5', 'lts']);
  });
  it('are not called the same where some have moved on since', () => {
    const sources = { rows: rowsOf('26', '26.8.0', '26.7.0', '24', '24.5.0'), bundle, local: none };
    assert.deepEqual(aliases('26', sources), []);
    assert.deepEqual(aliases('latest', sources), []);
    assert.deepEqual(aliases('24', sources).includes('24.5.0'), true);
    assert.deepEqual(aliases('26.7.0', sources).includes('26'), false);
  });
  it('have the platforms that the registry tells, else those they had', () => {
    const rows = [{ name: '26', platforms: ['linux/s390x'] }, { name: '24' }];
    assert.deepEqual(tagOf('26', { rows, bundle, local: none })?.platforms, ['linux/s390x']);
    assert.deepEqual(tagOf('24', { rows, bundle, local: none })?.platforms, ['linux/amd64']);
  });
  it('cost no more where all of them are one image', () => {
    const rows = Array.from({ length: 50_000 }, (_, index) => ({ name: `t${index}`, digest: 'sha256:a' }));
    assert.equal(aliases('t7', { rows, bundle: undefined, local: none }).length, 10);
  });
  it('leave out what belongs to another image', () => {
    const rows: readonly TagRow[] = [
      { name: 'sha256-aa.sig', kind: 'attachment' },
      { name: 'chart-1', kind: 'artifact' },
      { name: '1.0' },
    ];
    assert.deepEqual(namesOf({ rows, bundle: undefined, local: none }), ['1.0']);
  });
  it('are sorted once for as long as nobody tells more', () => {
    const rows = rowsOf('1.0', '2.0');
    const first = listTags({ rows, bundle, local: new Set(['1.0']) });
    assert.equal(listTags({ rows, bundle, local: new Set(['1.0']) }), first);
    assert.notEqual(listTags({ rows, bundle, local: none }), first);
    assert.notEqual(listTags({ rows: [...rows], bundle, local: none }), first);
  });
});
