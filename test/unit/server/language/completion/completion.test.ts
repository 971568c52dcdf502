import assert from 'node:assert/strict';
import { failed, known } from '../../../../../common/known.ts';
import { completion } from '../../../../../server/language/completion/completion.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
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
  const list = await completion(parse(text), offset, hostOf(images), support, blank ? 'blank' : 'other', signal);
  return { text, ...list };
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
