import assert from 'node:assert/strict';
import { comparison } from '../../../../server/registries/compare.ts';
import { readConfig } from '../../../../server/registries/config.ts';
import { imageLayers } from '../../../../server/registries/layers.ts';
import { readManifest } from '../../../../server/registries/manifest.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const type = 'application/vnd.oci.image.manifest.v1+json';
const oci = 'application/vnd.oci.image.layer.v1';
const foreign = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';

const layersOf = (
  layers: readonly { readonly mediaType?: string; readonly digest: string; readonly size: number }[],
  config: object,
) => {
  const described = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digest('0'), size: 2 };
  const manifest = readManifest(type, bytes({ config: described, layers }), 'app');
  assert(manifest.kind === 'image');
  return imageLayers(
    digest('f'),
    manifest,
    readConfig(bytes({ os: 'linux', architecture: 'amd64', ...config }), 'app'),
  );
};
const layer = (letter: string, size: number, mediaType = `${oci}.tar+gzip`) => ({
  mediaType,
  digest: digest(letter),
  size,
});

describe('imageLayers', () => {
  it('tells of each layer what it is, how large, and what made it', () => {
    const { layers } = layersOf([layer('a', 10, `${oci}.tar+zstd`), layer('b', 20, foreign)], {
      rootfs: { diff_ids: [digest('1'), digest('2')] },
      history: [{ created_by: 'ADD / /' }, { created_by: 'ENV A=b', empty_layer: true }, { created_by: 'RUN dir' }],
    });
    assert.deepEqual(layers, [
      {
        digest: digest('a'),
        mediaType: `${oci}.tar+zstd`,
        compressedBytes: 10,
        diffId: digest('1'),
        createdBy: 'ADD / /',
      },
      { digest: digest('b'), mediaType: foreign, compressedBytes: 20, diffId: digest('2'), createdBy: 'RUN dir' },
    ]);
  });

  it('says nothing of what made them where the history is of other layers', () => {
    const one = [layer('a', 1), layer('b', 1)];
    for (const config of [
      {},
      { history: [{ created_by: 'RUN x' }], rootfs: { diff_ids: [digest('1')] } },
      { history: [{}, {}, {}], rootfs: { diff_ids: ['x', 'y'] } },
      { history: 'none', rootfs: [] },
    ]) {
      const { layers } = layersOf(one, config);
      assert.deepEqual(
        layers.map(({ createdBy, diffId }) => [createdBy, diffId]),
        [
          [undefined, undefined],
          [undefined, undefined],
        ],
      );
    }
  });

  it('keeps a layer that comes twice at both its places', () => {
    const { layers } = layersOf([layer('a', 5), layer('b', 7), layer('a', 5)], {});
    assert.deepEqual(
      layers.map(({ compressedBytes }) => compressedBytes),
      [5, 7, 5],
    );
  });
});

describe('comparison', () => {
  const image = (...letters: readonly string[]) =>
    layersOf(
      letters.map((letter) => layer(letter, 10)),
      {},
    );

  for (const [what, first, second, shared, downloadBytes] of [
    ['nothing in common', 'ab', 'cd', 0, 20],
    ['a base in common', 'abc', 'abd', 2, 10],
    ['all in common', 'ab', 'ab', 2, 0],
    ['a layer twice in the second', 'a', 'abb', 1, 10],
    ['a layer twice in both', 'aa', 'aab', 1, 10],
    ['nothing at all', '', '', 0, 0],
  ] as const) {
    it(`counts each layer once: ${what}`, () => {
      const compared = comparison(image(...first), image(...second));
      assert.deepEqual([compared.shared.length, compared.downloadBytes], [shared, downloadBytes]);
    });
  }
});
