import assert from 'node:assert/strict';
import { CompletionItemTag } from 'vscode-languageserver-types';
import { failed, known, pending, stale } from '../../../../../common/known.ts';
import { completion } from '../../../../../server/language/completion/completion.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import type { ContextName, ContextNames } from '../../../../../server/language/host.ts';
import { bundleOf } from '../../../../support/bundles.ts';
import { atCursor, itemOf, labelsOf, resultText } from '../../../../support/cursor.ts';
import { hostOf, InMemoryImages } from '../../../../support/inMemoryImages.ts';

interface Options {
  readonly images?: InMemoryImages;
  readonly snippets?: boolean;
  readonly blank?: boolean;
}

async function complete(
  marked: string,
  { images = new InMemoryImages(), snippets = false, blank = false }: Options = {},
) {
  const { text, offset } = atCursor(marked);
  const support = { snippets, insertReplace: true };
  const signal = new AbortController().signal;
  const { list, late } = await completion(
    parse(text),
    offset,
    hostOf(images),
    support,
    blank ? 'blank' : 'other',
    signal,
  );
  return { text, late, ...list };
}

async function accept(marked: string, label: string, options?: Options): Promise<string> {
  const { text, items } = await complete(marked, options);
  return resultText(text, itemOf(items, label));
}

async function labels(marked: string, options?: Options): Promise<readonly string[]> {
  return labelsOf((await complete(marked, options)).items);
}

describe('completion', () => {
  it('takes no longer than the line is long', async () => {
    const long = 400_000;
    for (const hostile of [`FROM a\nRUN ${'\\'.repeat(long)}x<|>`, `# ${' '.repeat(long)}x y<|>`]) {
      assert.deepEqual(await labels(hostile), []);
    }
    const all = Array.from({ length: 200 }, (_, index) => `$A${index}`).join('');
    const tangled = Array.from({ length: 200 }, (_, index) => `ARG A${index}=${all}\n`).join('');
    assert.deepEqual(await labels(`ARG A0=<|>\n${tangled}FROM a`), []);
  });
});

describe('completion of sources', () => {
  const there: readonly ContextName[] = [
    { name: 'app.js', kind: 'file', bytes: 1200 },
    { name: 'lib', kind: 'folder' },
    { name: 'a b', kind: 'file' },
    { name: '.env', kind: 'link' },
  ];
  async function paths(marked: string, names: ContextNames['names'] = async () => known(there, 0), blank = false) {
    const { text, offset } = atCursor(marked);
    const host = { ...hostOf(new InMemoryImages()), contextNames: { names, lines: async () => [] } };
    const support = { snippets: false, insertReplace: true };
    const { signal } = new AbortController();
    const { list } = await completion(
      parse(text),
      offset,
      host,
      support,
      blank ? 'blank' : 'other',
      signal,
      'file:///D',
    );
    return { text, ...list };
  }
  const flagsLess = (items: Parameters<typeof labelsOf>[0]) =>
    labelsOf(items).filter((label) => !label.startsWith('--'));

  it('offers what is in the build context, folders first, then flags', async () => {
    const { items } = await paths('FROM a\nCOPY <|>', undefined, true);
    assert.deepEqual(labelsOf(items).slice(0, 4), ['lib/', 'app.js', '.env', '--from=']);
  });
  it('asks about the folder that is typed', async () => {
    let asked = '';
    const { text, items } = await paths('FROM a\nADD --chmod=1 ./src/ap<|>x /y', async (uri, folder) => {
      asked = `${uri} ${folder}`;
      return known(there, 0);
    });
    assert.equal(asked, 'file:///D ./src/');
    assert.equal(resultText(text, itemOf(items, 'app.js')), 'FROM a\nADD --chmod=1 ./src/app.js /y');
  });
  it('offers more sources before the destination, and nothing for the destination', async () => {
    assert.deepEqual(flagsLess((await paths('FROM a\nCOPY x a<|> ./')).items), ['app.js']);
    assert.deepEqual((await paths('FROM a\nCOPY x a<|>')).items, []);
    assert.deepEqual((await paths('FROM a\nCOPY x ./<|>')).items, []);
    assert.deepEqual((await paths('FROM a\nCOPY x <|>', undefined, true)).items, []);
  });
  it('offers none of the context for what comes of a stage, nor of a URL or JSON', async () => {
    for (const source of ['--from=b a', 'https://a', '["a', '<<a'])
      assert.deepEqual(flagsLess((await paths(`FROM a\nCOPY ${source}<|>`)).items), [], source);
  });
  it('has the client ask again where nobody knows yet', async () => {
    const { items, isIncomplete } = await paths('FROM a\nCOPY a<|>', async () => pending);
    assert.deepEqual([items.length, isIncomplete], [0, true]);
  });
});

describe('completion of instructions', () => {
  it('replaces what was typed, the rest of the word included', async () => {
    assert.equal(await accept('FROM a\nRU<|>NN', 'RUN'), 'FROM a\nRUN ');
  });
  it('leaves arguments that follow alone', async () => {
    assert.equal(await accept('FROM a\nRU<|> ls', 'RUN'), 'FROM a\nRUN ls');
  });
  it('offers only FROM and ARG before the first stage', async () => {
    assert.deepEqual(await labels('<|>'), ['ARG', 'FROM']);
  });
  it('offers all of them in a stage', async () => assert.equal((await labels('FROM a\n<|>')).length, 18));
  it('follows a file in lower case', async () =>
    assert.equal(await accept('from a\nrun b\nco<|>', 'copy'), 'from a\nrun b\ncopy '));
  it('offers after ONBUILD what it can trigger', async () => {
    const offered = await labels('FROM a\nONBUILD <|>');
    assert.ok(offered.includes('RUN') && !offered.includes('FROM') && !offered.includes('ONBUILD'));
  });
  it('uses tab stops where the client knows them', async () => {
    assert.equal(await accept('FROM a\nW<|>', 'WORKDIR', { snippets: true }), 'FROM a\nWORKDIR ${1:/app}');
  });
  it('keeps the indentation of an indented instruction', async () => {
    assert.equal(await accept('FROM a\n  US<|>', 'USER'), 'FROM a\n  USER ');
  });
  it('works on a line behind the end of the file', async () => {
    assert.equal(await accept('FROM a\r\n\r\nUS<|>', 'USER'), 'FROM a\r\n\r\nUSER ');
  });
  it('says nothing in a comment', async () => assert.deepEqual(await labels('FROM a\n# RU<|>'), []));
  it('says nothing in a heredoc', async () => assert.deepEqual(await labels('FROM a\nRUN <<EOF\nRU<|>\nEOF\n'), []));
});

describe('completion of stages and images', () => {
  const file = 'FROM golang AS build\nFROM alpine\nFROM scratch AS last\n';

  it('offers the stages above, the nearest first, and numbers for those without a name', async () => {
    assert.deepEqual(await labels(`${file}COPY --from=<|> /a /b`), ['1', 'build']);
  });
  it('replaces the name', async () => {
    assert.equal(await accept(`${file}COPY --from=bu<|>x /a /b`, 'build'), `${file}COPY --from=build /a /b`);
  });
  it('offers named stages to FROM', async () => {
    assert.deepEqual(await labels('FROM a AS one\nFROM <|>', { blank: true }), ['one', 'scratch']);
  });
  it('offers stages to a mount', async () => {
    assert.equal(
      await accept(`${file}RUN --mount=type=bind,from=b<|>,target=/x ls`, 'build'),
      `${file}RUN --mount=type=bind,from=build,target=/x ls`,
    );
  });
  it('does not offer a stage to itself', async () =>
    assert.deepEqual(await labels('FROM a AS one\nCOPY --from=<|>'), []));
  it('offers images of the engine and repositories of the registry that is typed', async () => {
    const images = new InMemoryImages();
    images.local = ['127.0.0.1:5000/team/app:1.0', 'nginx:1.27'];
    images.repositoriesOf.set('127.0.0.1:5000', ['team/app', 'other/x']);
    const { items } = await complete('FROM 127.0.0.1:5000/te<|>', { images });
    assert.deepEqual(labelsOf(items), ['127.0.0.1:5000/team/app:1.0', '127.0.0.1:5000/team/app']);
    assert.deepEqual(images.asked, ['repositories 127.0.0.1:5000 te']);
  });
  const offered = (marked: string, change: (images: InMemoryImages) => void) => {
    const images = new InMemoryImages();
    images.bundles = [bundleOf('node', [['26 latest']]), bundleOf('nginx', [['1 latest']]), bundleOf('notary', [])];
    change(images);
    return {
      images,
      list: () => complete(marked, { images }),
      accept: (label: string) => accept(marked, label, { images }),
    };
  };
  it('offers what is known without asking, before anything is typed and without a network', async () => {
    const { list } = offered('FROM <|>', (images) => {
      images.local = ['mine:1'];
      images.hosts = ['docker.io', 'ghcr.io'];
    });
    assert.deepEqual(labelsOf((await list()).items), [
      ...['mine:1', 'scratch', 'node', 'nginx', 'docker.io/', 'ghcr.io/', 'notary'],
    ]);
  });
  it('is not complete while it is not known which registries there are', async () => {
    const { list } = offered('FROM no<|>', (images) => {
      images.repositoriesOf.set('docker.io', []);
      images.hosts = undefined;
    });
    const { items, isIncomplete } = await list();
    assert.deepEqual([labelsOf(items)[1], isIncomplete], ['node', true]);
  });
  it('offers each once, whoever knows of it', async () => {
    const { list } = offered('FROM n<|>', (images) => images.repositoriesOf.set('docker.io', ['library/node', 'me/n']));
    assert.deepEqual(labelsOf((await list()).items), ['scratch', 'node', 'nginx', 'me/n', 'notary']);
  });
  it('strikes out what is not built any more', async () => {
    const { items } = await offered('FROM nota<|>', () => {}).list();
    assert.deepEqual(itemOf(items, 'notary').tags, [CompletionItemTag.Deprecated]);
  });
  it('goes on into what is no repository yet', async () => {
    const { list } = offered('FROM harbor.example/<|>', (images) =>
      images.repositoriesOf.set('harbor.example', [{ name: 'team', folder: true }]),
    );
    assert.deepEqual(labelsOf((await list()).items), ['harbor.example/team/']);
  });
  it('asks no registry about what may be a stage', async () => {
    const images = new InMemoryImages();
    await labels('FROM a AS Build\nFROM b\nCOPY --from=bui<|>', { images });
    await labels('FROM a AS Build\nFROM bui<|>', { images });
    assert.deepEqual(images.asked, []);
    await labels('FROM a AS Build\nFROM b\nCOPY --from=bus<|>', { images });
    assert.deepEqual(images.asked, ['repositories docker.io bus']);
  });
  it('is complete where the registry cannot tell of repositories', async () => {
    const images = new InMemoryImages();
    images.repositories = async () => failed({ kind: 'unsupported', subject: 'docker.io', message: 'It cannot.' });
    assert.equal((await complete('FROM ngi<|>', { images })).isIncomplete, false);
  });
  it('is not complete while newer lists are on their way', async () => {
    const images = new InMemoryImages();
    images.repositories = async () => stale([], 0);
    assert.equal((await complete('FROM ngi<|>', { images })).isIncomplete, true);
  });

  const replaced: readonly (readonly [string, string, string])[] = [
    ['FROM no<|>', 'node', 'FROM node'],
    ['FROM no<|>des AS x', 'node', 'FROM node AS x'],
    ['FROM no<|>x:1.27 AS x', 'node', 'FROM node:1.27 AS x'],
    ['FROM no<|>x@sha256:aa', 'node', 'FROM node@sha256:aa'],
    ['FROM <|>nginx', 'node', 'FROM node'],
    ['FROM --platform=linux/arm64 no<|>', 'node', 'FROM --platform=linux/arm64 node'],
    ['FROM "no<|>"', 'node', 'FROM "node"'],
    ['FROM docker.io/no<|>', 'docker.io/node', 'FROM docker.io/node'],
    ['FROM library/no<|>', 'library/node', 'FROM library/node'],
    ['FROM docker.io/library/no<|>', 'docker.io/library/node', 'FROM docker.io/library/node'],
    ['FROM index.docker.io/no<|>', 'index.docker.io/node', 'FROM index.docker.io/node'],
    ['FROM lo<|>:1', 'local:2', 'FROM local:2'],
    ['FROM a\nCOPY --from=no<|> /a /b', 'node', 'FROM a\nCOPY --from=node /a /b'],
    ['FROM a\nRUN --mount=from=no<|>,target=/x ls', 'node', 'FROM a\nRUN --mount=from=node,target=/x ls'],
    ['FROM no<|>\\\n AS x', 'node', 'FROM node\\\n AS x'],
    ['FROM a\nCOPY --from="no<|>" /a /b', 'node', 'FROM a\nCOPY --from="node" /a /b'],
    ['FROM a\nRUN --mount="from=no<|>" ls', 'node', 'FROM a\nRUN --mount="from=node" ls'],
    ['ARG R=docker.io\nFROM $R/no<|>', 'node', 'ARG R=docker.io\nFROM $R/node'],
    ['ARG R=docker.io\nFROM ${R}/no<|>x:1', 'node', 'ARG R=docker.io\nFROM ${R}/node:1'],
    ['ARG T=26\nFROM no<|>x:${T}', 'node', 'ARG T=26\nFROM node:${T}'],
    ['FROM ${BASE:-no<|>x}', 'node', 'FROM ${BASE:-node}'],
    ['FROM ${BASE:-no<|>x:26}', 'node', 'FROM ${BASE:-node:26}'],
    ['ARG BASE=no<|>\nFROM $BASE', 'node', 'ARG BASE=node\nFROM $BASE'],
    ['ARG BASE="no<|>x:26"\nFROM ${BASE}', 'node', 'ARG BASE="node:26"\nFROM ${BASE}'],
    ['ARG BASE=<|>\nFROM $BASE', 'local:2', 'ARG BASE=local:2\nFROM $BASE'],
    ['ARG NAME=<|>\nFROM docker.io/library/${NAME}:1', 'node', 'ARG NAME=node\nFROM docker.io/library/${NAME}:1'],
    ['ARG REG=har<|>\nFROM ${REG}/team/app', 'harbor.example', 'ARG REG=harbor.example\nFROM ${REG}/team/app'],
  ];
  for (const [marked, label, result] of replaced) {
    it(`${JSON.stringify(marked)} becomes ${JSON.stringify(result)}`, async () => {
      const { accept } = offered(marked, (images) => {
        images.local = ['local:2'];
        images.hosts = ['harbor.example'];
      });
      assert.equal(await accept(label), result);
    });
  }
  const unknown = [
    ...[
      'FROM $X/no<|>',
      'FROM a$X<|>b',
      'FROM nginx@<|>',
      'FROM nginx:1@sha256:a<|>',
      'FROM no<|>x${X}',
      'FROM host:50<|>/app',
    ],
    ...['ARG BASE=no<|>\nFROM node', 'FROM $BASE\nARG BASE=no<|>', 'ARG BASE=no<|>', 'ARG BASE=no<|>\nFROM ${BASE:+x}'],
    ...['FROM ${A:-${B:-no<|>}}', 'FROM ${A:-$B<|>}', 'FROM ${A:?no<|>}'],
  ];
  for (const marked of unknown) {
    it(`asks nobody about ${JSON.stringify(marked)}`, async () => {
      const { images, list } = offered(marked, () => {});
      await list();
      assert.deepEqual(images.asked, []);
    });
  }
  it('offers AS after the image', async () => assert.deepEqual(await labels('FROM a <|>', { blank: true }), ['AS']));
});

describe('completion of tags', () => {
  it('asks the registry of the reference and no other', async () => {
    const images = new InMemoryImages();
    images.tagsOf.set('127.0.0.1:5000/team/app', known(['1.0', 'latest', '1.2'], 0));
    const { items, isIncomplete, text } = await complete('FROM 127.0.0.1:5000/team/app:<|>', { images });
    assert.deepEqual(labelsOf(items), ['latest', '1.2', '1.0']);
    assert.equal(isIncomplete, false);
    assert.equal(resultText(text, itemOf(items, '1.2')), 'FROM 127.0.0.1:5000/team/app:1.2');
    assert.deepEqual(images.asked, ['tags 127.0.0.1:5000/team/app']);
  });
  it('replaces the tag alone, and all of it', async () => {
    const images = new InMemoryImages();
    images.tagsOf.set('nginx', known(['1.27'], 0));
    assert.equal(await accept('FROM nginx:1.<|>26 AS web', '1.27', { images }), 'FROM nginx:1.27 AS web');
  });
  it('keeps a digest that follows', async () => {
    const images = new InMemoryImages();
    images.tagsOf.set('nginx', known(['1.27'], 0));
    assert.equal(await accept('FROM nginx:<|>1.26@sha256:aa', '1.27', { images }), 'FROM nginx:1.27@sha256:aa');
  });
  it('is incomplete while the registry has not answered, with what the engine has', async () => {
    const images = new InMemoryImages();
    images.local = ['nginx:1.27', 'redis:8'];
    const { items, isIncomplete } = await complete('FROM nginx:<|>', { images });
    assert.deepEqual(labelsOf(items), ['1.27']);
    assert.equal(isIncomplete, true);
  });
  it('are late as long as the registry has told nothing, and neither when it failed nor when it told before', async () => {
    const images = new InMemoryImages();
    assert.equal((await complete('FROM nginx:<|>', { images })).late, true);
    images.tagsOf.set('nginx', { state: 'known', value: ['1.27'], at: 0, partial: true });
    assert.equal((await complete('FROM nginx:<|>', { images })).late, true);
    images.tagsOf.set('nginx', stale(['1.27'], 0));
    assert.equal((await complete('FROM nginx:<|>', { images })).late, false);
    images.tagsOf.set('nginx', failed({ kind: 'unreachable', subject: 'docker.io', message: 'down' }));
    assert.equal((await complete('FROM nginx:<|>', { images })).late, false);
  });
  it('does not take a failure for an empty repository', async () => {
    const images = new InMemoryImages();
    images.tagsOf.set('nginx', failed({ kind: 'unreachable', subject: 'docker.io', message: 'down' }));
    assert.equal((await complete('FROM nginx:<|>', { images })).isIncomplete, true);
  });
  it('knows the default of a build argument in the name', async () => {
    const images = new InMemoryImages();
    images.tagsOf.set('mcr.microsoft.com/dotnet/sdk', known(['9.0'], 0));
    assert.deepEqual(await labels('ARG BASE=mcr.microsoft.com/dotnet/sdk\nFROM ${BASE}:<|>', { images }), ['9.0']);
  });
  it('asks nobody for a name that is not known', async () => {
    const images = new InMemoryImages();
    assert.deepEqual(await labels('ARG BASE\nFROM $BASE:<|>', { images }), []);
    assert.deepEqual(images.asked, []);
  });
  it('asks nobody while the port of a registry is typed', async () => {
    const images = new InMemoryImages();
    assert.deepEqual((await complete('FROM registry.example.com:50<|>', { images })).items, []);
    assert.deepEqual(images.asked, []);
  });
  it('offers tags to COPY --from', async () => {
    const images = new InMemoryImages();
    images.tagsOf.set('busybox', known(['1.36'], 0));
    assert.equal(
      await accept('FROM a\nCOPY --from=busybox:<|> /a /b', '1.36', { images }),
      'FROM a\nCOPY --from=busybox:1.36 /a /b',
    );
  });
  it('are those that ship, without a network', async () => {
    const images = new InMemoryImages();
    images.bundles = [bundleOf('node', [['26.7.0 26 latest', 'linux/amd64 windows/amd64']])];
    const { items, isIncomplete } = await complete('FROM node:<|>', { images });
    assert.deepEqual(labelsOf(items), ['latest', '26', '26.7.0']);
    assert.equal(isIncomplete, true);
    const { detail, labelDetails, data } = itemOf(items, '26');
    assert.equal(detail, '= 26.7.0, latest · amd64, windows/amd64');
    assert.deepEqual(labelDetails, { detail: ' = 26.7.0, latest', description: 'amd64, windows/amd64' });
    assert.deepEqual(data, { image: 'docker.io/library/node:26' });
  });
  it('say which of them the engine has', async () => {
    const images = new InMemoryImages();
    images.local = ['nginx:1.27'];
    images.tagsOf.set('nginx', known(['1.27', '1.26'], 0));
    const { items } = await complete('FROM nginx:<|>', { images });
    assert.equal(itemOf(items, '1.27').detail, 'on this engine');
    assert.equal(itemOf(items, '1.26').detail, undefined);
  });
  it('that are not for the platform come last, and say so', async () => {
    const images = new InMemoryImages();
    const rows = [
      { name: '3', platforms: ['linux/amd64'] },
      { name: '2', platforms: ['linux/arm64/v8'] },
      { name: '1' },
    ];
    images.tagsOf.set('nginx', known(rows, 0));
    for (const platform of ['linux/arm64', '$P']) {
      const { items } = await complete(`ARG P=linux/arm64\nFROM --platform=${platform} nginx:<|>`, { images });
      assert.deepEqual(labelsOf(items), ['2', '1', '3']);
      assert.equal(itemOf(items, '3').detail, 'not for linux/arm64 · amd64');
    }
    assert.deepEqual(await labels('FROM --platform=$BUILDPLATFORM nginx:<|>', { images }), ['3', '2', '1']);
  });
  it('are at most a thousand, those that are meant first', async () => {
    const images = new InMemoryImages();
    const all = Array.from({ length: 10_000 }, (_, index) => `1.${index}.0`);
    images.tagsOf.set('nginx', known(all, 0));
    const every = await complete('FROM nginx:<|>', { images });
    assert.equal(every.items.length, 1000);
    assert.equal(every.isIncomplete, true);
    const some = await complete('FROM nginx:1.77.<|>', { images });
    assert.equal(labelsOf(some.items)[0], '1.77.0');
  });
  it('are not complete while newer ones are on their way', async () => {
    const images = new InMemoryImages();
    images.tagsOf.set('nginx', stale(['1.27'], 0));
    assert.equal((await complete('FROM nginx:<|>', { images })).isIncomplete, true);
  });
  const tagged: readonly (readonly [string, string])[] = [
    ['FROM nginx:<|>', 'FROM nginx:1.9'],
    ['FROM nginx:1<|>.2-a_b AS x', 'FROM nginx:1.9 AS x'],
    ['FROM "nginx:1<|>"', 'FROM "nginx:1.9"'],
    ['FROM --platform=linux/amd64 nginx:<|>', 'FROM --platform=linux/amd64 nginx:1.9'],
    ['FROM \\\n  nginx:<|>', 'FROM \\\n  nginx:1.9'],
    [
      'FROM a\nRUN --mount=type=bind,from=nginx:<|>,target=/x ls',
      'FROM a\nRUN --mount=type=bind,from=nginx:1.9,target=/x ls',
    ],
    ['FROM docker.io/library/nginx:<|>', 'FROM docker.io/library/nginx:1.9'],
    ['ARG B=nginx\nFROM ${B:-y}:<|>', 'ARG B=nginx\nFROM ${B:-y}:1.9'],
    ['FROM nginx:1<|>.2\\\n AS x', 'FROM nginx:1.9\\\n AS x'],
    ['FROM nginx:${TAG:-1.<|>2}', 'FROM nginx:${TAG:-1.9}'],
    ['FROM ${BASE:-nginx:1.<|>2}', 'FROM ${BASE:-nginx:1.9}'],
    ['FROM a\nCOPY --from="nginx:<|>" /a /b', 'FROM a\nCOPY --from="nginx:1.9" /a /b'],
    ['ARG BASE=nginx:<|>\nFROM $BASE', 'ARG BASE=nginx:1.9\nFROM $BASE'],
    ["ARG BASE='nginx:1<|>.2'\nFROM $BASE", "ARG BASE='nginx:1.9'\nFROM $BASE"],
    ['ARG A=0 TAG=1<|>.2\nFROM nginx:${TAG}', 'ARG A=0 TAG=1.9\nFROM nginx:${TAG}'],
    ['ARG TAG=<|>\nFROM x\nFROM nginx:${TAG:-1}', 'ARG TAG=1.9\nFROM x\nFROM nginx:${TAG:-1}'],
    ['ARG TAG=<|>\nARG BASE=nginx:$TAG\nFROM $BASE', 'ARG TAG=1.9\nARG BASE=nginx:$TAG\nFROM $BASE'],
    ['ARG TAG=1.<|>\nFROM nginx:${TAG}@sha256:aa', 'ARG TAG=1.9\nFROM nginx:${TAG}@sha256:aa'],
  ];
  for (const [marked, result] of tagged) {
    it(`${JSON.stringify(marked)} becomes ${JSON.stringify(result)}`, async () => {
      const images = new InMemoryImages();
      images.tagsOf.set('nginx', known(['1.9'], 0));
      assert.equal(await accept(marked, '1.9', { images }), result);
    });
  }
  const parts: readonly (readonly [marked: string, label: string, result: string])[] = [
    ['ARG V=22\nFROM node:${V}-<|>', 'alpine', 'ARG V=22\nFROM node:${V}-alpine'],
    ['ARG V=22\nFROM node:${V}<|>', '-alpine', 'ARG V=22\nFROM node:${V}-alpine'],
    ['ARG V=22\nFROM node:$V-al<|>x AS y', 'alpine', 'ARG V=22\nFROM node:$V-alpine AS y'],
    ['ARG OS=alpine\nFROM node:2<|>0-${OS}', '22-', 'ARG OS=alpine\nFROM node:22-${OS}'],
    ['ARG OS=alpine\nFROM node:<|>${OS}', '22-', 'ARG OS=alpine\nFROM node:22-${OS}'],
    ['ARG V=2<|>0\nFROM node:${V}-alpine', '22', 'ARG V=22\nFROM node:${V}-alpine'],
    ['ARG OS=<|>\nARG V=22\nFROM node:${V}-${OS}', 'alpine', 'ARG OS=alpine\nARG V=22\nFROM node:${V}-${OS}'],
  ];
  for (const [marked, label, result] of parts) {
    it(`are offered in part where ${JSON.stringify(marked)} becomes ${JSON.stringify(result)}`, async () => {
      const images = new InMemoryImages();
      images.tagsOf.set('node', known(['22', '22-alpine', '24-slim'], 0));
      const { text, items } = await complete(marked, { images });
      assert.deepEqual(labelsOf(items), [label]);
      assert.equal(resultText(text, itemOf(items, label)), result);
      assert.deepEqual(images.asked, ['tags node']);
    });
  }
  it('are for the platform of the FROM that takes the argument', async () => {
    const images = new InMemoryImages();
    images.tagsOf.set('nginx', known([{ name: '2', platforms: ['linux/amd64'] }, { name: '1' }], 0));
    assert.deepEqual(await labels('ARG T=<|>\nFROM --platform=linux/s390x nginx:$T', { images }), ['1', '2']);
  });
  it('of a registry with a port are asked of it', async () => {
    const images = new InMemoryImages();
    await complete('FROM localhost:5000/app:<|>', { images });
    assert.deepEqual(images.asked, ['tags localhost:5000/app']);
  });
  it('throws when the question is cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    const { text, offset } = atCursor('FROM nginx:<|>');
    const support = { snippets: false, insertReplace: false };
    const work = completion(parse(text), offset, hostOf(new InMemoryImages()), support, 'other', controller.signal);
    await assert.rejects(work, { name: 'AbortError' });
  });
});

describe('completion of flags', () => {
  it('replaces the dashes too', async () =>
    assert.equal(await accept('FROM a\nCOPY --fr<|>', '--from='), 'FROM a\nCOPY --from='));
  it('starts with the first dash', async () =>
    assert.equal(await accept('FROM a\nCOPY -<|>', '--link'), 'FROM a\nCOPY --link'));
  it('leaves out what is there already', async () => {
    const offered = await labels('FROM a\nCOPY --from=x --<|>');
    assert.ok(offered.includes('--link') && !offered.includes('--from='));
  });
  it('offers a mount again', async () =>
    assert.ok((await labels('FROM a\nRUN --mount=type=ssh --<|>')).includes('--mount=')));
  it('is not in the way of a command', async () =>
    assert.deepEqual(await labels('FROM a\nRUN <|>', { blank: true }), []));
  it('offers platforms', async () =>
    assert.equal(await accept('FROM --platform=lin<|> a', 'linux/arm64'), 'FROM --platform=linux/arm64 a'));
  it('offers what --network takes', async () =>
    assert.deepEqual(await labels('FROM a\nRUN --network=<|>'), ['default', 'none', 'host']));
  it('offers the types of mounts', async () => {
    assert.deepEqual(await labels('FROM a\nRUN --mount=type=<|>'), ['bind', 'cache', 'secret', 'ssh', 'tmpfs']);
  });
  it('offers the options of the mount’s type', async () => {
    assert.deepEqual(await labels('FROM a\nRUN --mount=type=tmpfs,<|>'), ['target=', 'size=']);
    assert.deepEqual(await labels('FROM a\nRUN --mount=type=tmpfs,dst=/x,<|>'), ['size=']);
  });
  it('works behind a continuation', async () => {
    assert.equal(
      await accept('FROM a\nRUN --mount=type=ssh \\\n  --net<|>', '--network='),
      'FROM a\nRUN --mount=type=ssh \\\n  --network=',
    );
  });
  it('offers none behind the first argument', async () => assert.deepEqual(await labels('FROM a\nRUN ls --<|>'), []));
});

describe('completion of variables', () => {
  it('offers what is in scope', async () => {
    assert.deepEqual(await labels('ARG G=1\nFROM a\nARG B=2\nENV E=3\nWORKDIR /$<|>'), ['B', 'E', 'PATH']);
  });
  it('offers global arguments and platforms to FROM', async () => {
    const offered = await labels('ARG VERSION=1\nFROM nginx:$<|>');
    assert.equal(offered[0], 'VERSION');
    assert.ok(offered.includes('TARGETARCH'));
  });
  it('closes a brace', async () => {
    assert.equal(await accept('FROM a\nENV AB=1\nUSER ${A<|>', 'AB'), 'FROM a\nENV AB=1\nUSER ${AB}');
  });
  it('uses the brace that is there', async () => {
    assert.equal(await accept('FROM a\nENV AB=1\nUSER ${A<|>}', 'AB'), 'FROM a\nENV AB=1\nUSER ${AB}');
  });
  it('offers no build argument to what runs in a container', async () => {
    assert.ok(!(await labels('FROM a\nARG B=1\nCMD echo $<|>')).includes('B'));
  });
  it('says nothing behind an escaped dollar', async () =>
    assert.deepEqual(await labels('FROM a\nENV A=1\nUSER \\$<|>'), []));
});

describe('completion of directives', () => {
  it('offers them at the head of the file', async () => assert.equal(await accept('# es<|>', 'escape='), '# escape='));
  it('offers one only once', async () => {
    assert.deepEqual(await labels('# syntax=docker/dockerfile:1\n# <|>\nFROM a'), ['escape=', 'check=']);
  });
  it('knows that a comment ends them', async () => assert.deepEqual(await labels('# hello\n# <|>\nFROM a'), []));
  it('offers values', async () => assert.deepEqual(await labels('# escape=<|>'), ['\\', '`']));
});
