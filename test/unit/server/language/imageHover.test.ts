import assert from 'node:assert/strict';
import { MarkupContent } from 'vscode-languageserver-types';
import type { ByteUnits } from '../../../../common/bytes.ts';
import { failed, known } from '../../../../common/known.ts';
import type { ImageLayers, TagDetails } from '../../../../common/registry.ts';
import { parse } from '../../../../server/language/dockerfile/parse.ts';
import { composeHover, hoverWithImages } from '../../../../server/language/hover/hoverImages.ts';
import { lineStartsOf, positionAt } from '../../../../server/language/position.ts';
import { atCursor } from '../../../support/cursor.ts';
import { InMemoryImages } from '../../../support/inMemoryImages.ts';

const digest = `sha256:${'ab12'.repeat(16)}`;
const now = Date.UTC(2026, 8, 1);
const built = Date.UTC(2026, 7, 20);
const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const name = 'docker.io/library/node:22';

const details: TagDetails = {
  digest,
  mediaType: '',
  kind: 'index',
  platforms: [
    { platform: amd64, digest, compressedBytes: 210_000_000, created: built },
    { platform: arm64, digest, compressedBytes: 200_000_000, created: built },
  ],
  attestations: [{ digest }],
};
const layer = (id: string, compressedBytes: number, local?: boolean) => ({
  digest: `sha256:${id}`,
  mediaType: '',
  compressedBytes,
  ...(local !== undefined && { local }),
});
const layers: ImageLayers = {
  digest,
  platform: amd64,
  config: {
    user: 'node',
    workingDirectory: '/app',
    entrypoint: ['docker-entrypoint.sh'],
    command: ['sh', '-c', 'node .'],
    exposedPorts: ['3000/tcp'],
  },
  layers: [layer('a', 176_000_000, true), layer('b', 34_000_000, false), layer('b', 34_000_000, false)],
};

function world(): InMemoryImages {
  const images = new InMemoryImages();
  images.detailsOf.set(name, known(details, 0));
  images.layersOf.set(name, known(layers, 0));
  return images;
}

async function shown(marked: string, images = world(), units: ByteUnits = 'MB'): Promise<string> {
  const { text, offset } = atCursor(marked);
  const { signal } = new AbortController();
  const found = await hoverWithImages(parse(text), offset, images, { now, units }, signal);
  return MarkupContent.is(found?.contents) ? found.contents.value : '';
}

describe('hover on an image', () => {
  it('tells of its digest, its age and its platforms', async () => {
    const text = await shown('FROM no<|>de:22');
    assert.match(text, /^` node:22 `\n\nDigest ` sha256:ab12ab12ab12 `, built 12 days ago\n/);
    assert.match(text, /\| ` linux\/amd64 ` \| 210 MB \|\n\| ` linux\/arm64 ` \| 200 MB \|/);
  });
  it('tells sizes in the units that are wanted', async () => {
    const text = await shown('FROM no<|>de:22', world(), 'MiB');
    assert.match(text, /\| ` linux\/amd64 ` \| 200 MiB \|/);
    assert.match(text, /32.4 MiB of 200 MiB to download\./);
  });
  it('tells what runs in it', async () => {
    assert.match(
      await shown('FROM node:22<|>'),
      /For ` linux\/amd64 `: starts ` docker-entrypoint.sh sh -c "node ." `, as user ` node `, in ` \/app `, exposes ` 3000\/tcp `\./,
    );
  });
  it('tells how much of it the engine lacks, a layer that comes twice counted once', async () => {
    assert.match(await shown('FROM <|>node:22'), /34 MB of 210 MB to download\./);
  });
  it('tells when the engine has all of it, and how much that is unpacked', async () => {
    const images = world();
    images.layersOf.set(name, known({ ...layers, layers: [layer('a', 5_000_000, true)] }, 0));
    images.sizes.set('node:22', 15_000_000);
    const text = await shown('FROM <|>node:22', images);
    assert.match(text, /has all of it: nothing of 5 MB to download.\n\nOn this engine it takes 15 MB unpacked\./);
  });
  it('says nothing of what the engine has where that is not known', async () => {
    const images = world();
    images.layersOf.set(name, known({ ...layers, layers: [layer('a', 5_000_000)] }, 0));
    assert.doesNotMatch(await shown('FROM <|>node:22', images), /to download\./);
  });
  it('dates each platform where they were not built on one day', async () => {
    const images = world();
    const [first, second] = details.platforms;
    const platforms = [first!, { ...second!, created: Date.UTC(2024, 0) }];
    images.detailsOf.set(name, known({ ...details, platforms }, 0));
    assert.match(await shown('FROM <|>node:22', images), /210 MB \| 12 days ago \|\n.*200 MB \| 2 years ago \|/);
  });
  it('takes the age of the image where its platforms have none', async () => {
    const images = world();
    images.detailsOf.set(name, known({ ...details, platforms: [{ platform: amd64, digest }] }, 0));
    images.layersOf.set(name, known({ ...layers, created: now }, 0));
    assert.match(await shown('FROM <|>node:22', images), /, built today\n/);
  });
  it('says why it does not know what runs in it', async () => {
    const images = world();
    const problem = {
      kind: 'notFound',
      subject: 'node:22',
      message: 'node:22 is not there for linux/riscv64.',
    } as const;
    images.layersOf.set(name, failed(problem));
    assert.match(await shown('FROM <|>node:22', images), /node:22 is not there for linux\/riscv64/);
    images.layersOf.clear();
    assert.match(await shown('FROM <|>node:22', images), /Asking docker\\\.io what runs in it…/);
  });
  it('leads to its page', async () => {
    const images = world();
    images.pages.set('docker.io', 'https://hub.docker.com/r');
    assert.match(
      await shown('FROM <|>node:22', images),
      /^\[` node:22 `\]\(<https:\/\/hub.docker.com\/r\/library\/node>\)/,
    );
  });
  it('says whom it asks while there is no answer', async () => {
    assert.match(await shown('FROM ghcr.io/a/b<|>'), /Asking ghcr\\\.io…/);
  });
  it('says what is wrong and what to do about it', async () => {
    const images = new InMemoryImages();
    const problem = {
      kind: 'unauthorized',
      subject: 'ghcr.io',
      message: 'ghcr.io wants <b>',
      next: 'Sign in.',
    } as const;
    images.detailsOf.set('ghcr.io/a/b:1', failed(problem));
    assert.match(await shown('FROM ghcr.io/a/b:1<|>', images), /ghcr\\\.io wants \\<b\\> Sign in\\\.$/);
  });
  it('shows what a registry says as plain text', async () => {
    const images = world();
    const config = { user: '`[x](command:evil)`', command: ['![x](https://a/b.png)'] };
    images.layersOf.set(name, known({ ...layers, config }, 0));
    const text = await shown('FROM <|>node:22', images);
    assert.match(text, /`` `\[x\]\(command:evil\)` ``/);
    assert.match(text, /` "!\[x\]\(https:\/\/a\/b.png\)" `/);
  });
  it('knows what an artifact is', async () => {
    const images = new InMemoryImages();
    const artifact: TagDetails = { digest, mediaType: '', kind: 'artifact', artifactType: 'a/b', platforms: [] };
    images.detailsOf.set(name, known(artifact, 0));
    assert.match(await shown('FROM <|>node:22', images), /Not an image: ` a\/b `/);
  });

  describe('says what has ended:', () => {
    const bundle = (repository: string, tags: readonly string[]) => ({
      registry: 'docker.io',
      repository,
      at: Date.UTC(2026, 7, 21),
      retired: tags.length === 0,
      images: tags.map((tag) => ({ tags: [tag], platforms: [] })),
    });
    for (const [title, text, tags, expected] of [
      ['a retired image', 'FROM <|>node:22', [], /⚠ This image is retired/],
      ['a version that is not built any more', 'FROM <|>node:22', ['24', '24.1'], /⚠ As of 2026\\-08\\-21, 22 was not/],
      ['nothing of one that is', 'FROM <|>node:22', ['22', '24'], /^[^⚠]*$/],
      ['nothing of a newer one', 'FROM <|>node:22', ['20'], /^[^⚠]*$/],
      [
        'a .NET of before',
        'FROM <|>mcr.microsoft.com/dotnet/sdk:6.0',
        [],
        /⚠ \\?\.NET 6\\.0 has had no security fixes/,
      ],
    ] as const) {
      it(title, async () => {
        const images = world();
        images.bundles = [bundle('library/node', tags)];
        assert.match(await shown(text, images), expected);
      });
    }
  });

  describe('is asked for', () => {
    for (const [title, text, asked] of [
      [
        'the platform that is named',
        'FROM --platform=linux/arm64 <|>node:22',
        ['describe docker.io/library/node:22 linux/arm64'],
      ],
      [
        'that of the engine where a variable says it',
        'FROM --platform=$BUILDPLATFORM <|>node:22',
        ['describe docker.io/library/node:22'],
      ],
      ['what an ARG says', 'ARG V=22\nFROM node:$<|>V', ['describe docker.io/library/node:22']],
      ['the default of an ARG', 'ARG X V=2<|>2\nFROM node:$V', ['describe docker.io/library/node:22']],
      ['the default of an ARG that is all of it', 'ARG B=no<|>de:22\nFROM $B', ['describe docker.io/library/node:22']],
      ['no default that no FROM takes', 'ARG B=no<|>de:22\nFROM node:22', []],
      [
        'what files are copied from',
        'FROM scratch\nCOPY --from=no<|>de:22 a b',
        ['describe docker.io/library/node:22'],
      ],
      [
        'what is mounted',
        'FROM scratch\nRUN --mount=from=no<|>de:22,target=/a b',
        ['describe docker.io/library/node:22'],
      ],
      ['no stage', 'FROM node:22 AS node\nFROM no<|>de', []],
      ['no stage that files are copied from', 'FROM node:22 AS node\nFROM scratch\nCOPY --from=no<|>de a b', []],
      ['no stage by its number', 'FROM node:22\nFROM scratch\nCOPY --from=<|>0 a b', []],
      ['nothing that only a build knows', 'ARG V\nFROM node:<|>$V', []],
      ['not the empty image', 'FROM scr<|>atch', []],
    ] as const) {
      it(title, async () => {
        const images = world();
        await shown(text, images);
        assert.deepEqual(images.asked, asked);
      });
    }
  });

  it('explains a variable in its name first', async () => {
    assert.match(await shown('ARG V=22\nFROM node:$<|>V'), /^` V `[\s\S]*---\n\n` node:22 `/);
  });
  it('leaves a flag in front of it to itself', async () => {
    assert.match(await shown('FROM scratch\nCOPY --fr<|>om=node:22 a b'), /Reference/);
  });

  it('knows the images of a compose file', async () => {
    const images = world();
    const { text, offset } = atCursor('services:\n  web:\n    platform: linux/arm64\n    image: no<|>de:${V:-22}\n');
    const position = positionAt({ text, lineStarts: lineStartsOf(text) }, offset);
    const found = await composeHover(text, position, images, { now, units: 'MB' }, new AbortController().signal);
    assert.deepEqual(images.asked, ['describe docker.io/library/node:22 linux/arm64']);
    assert.deepEqual(found?.range, { start: { line: 3, character: 11 }, end: { line: 3, character: 24 } });
  });
});
