import assert from 'node:assert/strict';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { TooMuch } from '../../../../../server/images/layers/pathTree.ts';
import { SavedImageReader } from '../../../../../server/images/layers/savedImage.ts';
import { BrokenArchive } from '../../../../../server/util/tar/tarHeader.ts';
import { analyzedArchive, file, outlineOf } from '../../../../support/analyzed.ts';
import { random } from '../../../../support/random.ts';
import { type Saved, savedClassic, savedOci } from '../../../../support/savedImage.ts';
import { pax, tarEnd, tarOf, tarPart } from '../../../../support/tar.ts';

const layers = [tarOf(file('a', 700), file('b', 20)), tarOf(file('c', 3000)), tarEnd];

describe('an image as the engine hands it over', () => {
  const forms: readonly (readonly [name: string, saved: Saved])[] = [
    ['as engines since 25 do', savedOci({ layers })],
    ['with the lists of the OCI alone', savedOci({ layers }, { dockerList: false })],
    ['with compressed layers', savedOci({ layers }, { gzip: true })],
    ['as engines before 25 do', savedClassic({ layers })],
    ['without layers', savedOci({ layers: [] })],
  ];
  for (const [name, saved] of forms) {
    for (const step of [saved.archive.length, 100, 5000]) {
      it(`is read ${name}, in pieces of ${step} bytes`, async () => {
        const { sums, trees } = await analyzedArchive(saved, step);
        assert.deepEqual(
          sums.map(({ bytes }) => bytes),
          saved.diffIds.length === 0 ? [] : [720, 3000, 0],
        );
        if (sums.length > 0) assert.deepEqual(outlineOf(trees, 1), ['added /c 3000']);
      });
    }
  }

  it('may have layers packed with zstd, where Node can unpack them', async function () {
    if (typeof zstdCompressSync !== 'function') this.skip();
    const layer = layers[1] ?? tarEnd;
    const frames = [0, 512, 700, 3000].map((from, index, all) =>
      zstdCompressSync(layer.subarray(from, all[index + 1])),
    );
    const skipped = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    for (const packed of [
      zstdCompressSync(layer),
      Buffer.concat(frames),
      Buffer.concat([skipped, ...frames.flatMap((frame) => [frame, skipped])]),
    ]) {
      for (const step of [packed.length + 4000, 100]) {
        const { sums, trees } = await analyzedArchive(withLayer(packed), step);
        assert.deepEqual([sums[0]?.bytes, outlineOf(trees, 0)], [3000, ['added /c 3000']]);
      }
    }
    for (const broken of [
      Buffer.concat(frames).subarray(0, -20),
      Buffer.concat([...frames, Buffer.from('junk')]),
      zstdCompressSync(layer).subarray(0, 40),
    ])
      await assert.rejects(analyzedArchive(withLayer(broken)), /what is compressed in it is damaged/);
  });

  it('is told from others that came with it by its layers', async () => {
    const [one, other] = [savedOci({ layers: layers.slice(0, 1) }), savedOci({ layers: layers.slice(1, 2) })];
    const both = JSON.parse(listOf(one)).concat(JSON.parse(listOf(other)));
    const archive = Buffer.concat([
      blobsOf(one),
      blobsOf(other),
      tarOf({ path: 'manifest.json', content: JSON.stringify(both) }),
    ]);
    assert.equal((await analyzedArchive({ archive, diffIds: other.diffIds })).sums[0]?.bytes, 3000);
    await assert.rejects(analyzedArchive({ archive, diffIds: ['sha256:else'] }), /no manifest of this image/);
  });

  const good = savedOci({ layers });
  const broken: readonly (readonly [name: string, saved: Saved, reason: RegExp])[] = [
    ['breaks off in a layer', { ...good, archive: good.archive.subarray(0, 2000) }, /breaks off|missing|no manifest/],
    ['is no archive', { ...good, archive: Buffer.alloc(5000, '<html>') }, /checksum/],
    ['is empty', { ...good, archive: Buffer.alloc(0) }, /no manifest/],
    [
      'has a damaged layer',
      withLayer(tarPart({ path: 'x', content: 'y'.repeat(700), size: 5000 })),
      /larger than the whole/,
    ],
    ['has a damaged compressed layer', withLayer(damaged(gzipSync(Buffer.concat([...layers].reverse())))), /damaged/],
    ['has a compressed layer that breaks off', withLayer(gzipSync(layers[1] ?? tarEnd).subarray(0, 30)), /damaged/],
    ['has a compressed layer that is no archive', withLayer(gzipSync(Buffer.alloc(9000, 'x'))), /checksum/],
    ['is another than was asked for', { ...good, diffIds: good.diffIds.slice(1) }, /no manifest of this image/],
    [
      'has more layers than its config says',
      {
        diffIds: ['sha256:a'],
        archive: tarOf(
          { path: 'l', content: tarEnd },
          { path: 'c', content: '{"rootfs":{"diff_ids":["sha256:a"]}}' },
          { path: 'manifest.json', content: '[{"Config":"c","Layers":["l", "l"]}]' },
        ),
      },
      /holds 2 layers in place of 1/,
    ],
    ['has lists that are no JSON', { ...good, archive: tarOf({ path: 'manifest.json', content: '[{' }) }, /no JSON/],
    [
      'lacks a layer',
      { ...good, archive: Buffer.concat([blobsOf(good, 1), tarOf({ path: 'manifest.json', content: listOf(good) })]) },
      /is missing/,
    ],
    [
      'has layers that are links to themselves',
      {
        diffIds: ['sha256:a'],
        archive: tarOf(
          { path: 'l', type: '2', target: 'l' },
          { path: 'c', content: '{"rootfs":{"diff_ids":["sha256:a"]}}' },
          { path: 'manifest.json', content: '[{"Config":"c","Layers":["l"]}]' },
        ),
      },
      /is missing/,
    ],
  ];
  for (const [name, saved, reason] of broken) {
    it(`is refused where it ${name}`, async () => {
      const refused = (error: unknown) => error instanceof BrokenArchive && reason.test(error.message);
      await assert.rejects(analyzedArchive(saved), refused);
      await assert.rejects(analyzedArchive(saved, 333), refused);
    });
  }

  it('is read or refused, whatever was done to its bytes', async () => {
    const upTo = random(7);
    const saved = [savedOci({ layers }), savedOci({ layers }, { gzip: true }), savedClassic({ layers })];
    let refused = 0;
    for (let round = 0; round < 1500; round++) {
      const { archive, diffIds } = saved[round % saved.length]!;
      const changed = Buffer.from(archive);
      for (let times = 0; times < 1 + upTo(4); times++) changed[upTo(changed.length)] = upTo(256);
      const cut = upTo(4) === 0 ? upTo(changed.length) : changed.length;
      await analyzedArchive({ archive: changed.subarray(0, cut), diffIds }, 1 + upTo(4000)).catch((error: unknown) => {
        assert.ok(error instanceof BrokenArchive, String(error));
        refused += 1;
      });
    }
    assert.ok(refused > 100 && refused < 1500, String(refused));
  });

  const deep = Array.from({ length: 1000 }, (_, index) => index.toString(36)).join('/');
  const floods: readonly (readonly [name: string, part: Buffer, limits: object, message: RegExp])[] = [
    ['files', tarPart({ path: 'd/f' }), { entries: 5000 }, /more than 5,000 files and folders/],
    [
      'folders in folders',
      Buffer.concat([pax({ path: deep }), tarPart({ path: 'f' })]),
      { paths: 900 },
      /more than 900 files and folders/,
    ],
  ];
  for (const [name, part, limits, message] of floods) {
    it(`is refused where it has more ${name} than anybody would look at`, async () => {
      const reader = new SavedImageReader(limits);
      await reader.write(tarPart({ path: 'layer.tar', size: 2 ** 32 }).subarray(0, 512));
      const flood = async () => {
        for (let round = 0; round < 10_000; round++) await reader.write(part);
      };
      await assert.rejects(flood(), (error) => error instanceof TooMuch && message.test(error.message));
    });
  }
});

/** An image of one layer that is stored like this, whatever its config says of it. */
function withLayer(stored: Buffer): Saved {
  const archive = tarOf(
    { path: 'blobs/sha256/l', content: stored },
    { path: 'c', content: '{"rootfs":{"diff_ids":["sha256:a"]}}' },
    { path: 'manifest.json', content: '[{"Config":"c","Layers":["blobs/sha256/l"]}]' },
  );
  return { archive, diffIds: ['sha256:a'] };
}

/** What it holds but its lists; without the first `skip` blobs. */
function blobsOf({ archive }: Saved, skip = 0): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < archive.length - 1024; ) {
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 135), 8);
    const next = at + 512 + Math.ceil(size / 512) * 512;
    if (archive.toString('latin1', at, at + 6) === 'blobs/' && size > 1000) parts.push(archive.subarray(at, next));
    else if (archive.toString('latin1', at, at + 13) === 'blobs/sha256/') parts.unshift(archive.subarray(at, next));
    at = next;
  }
  return Buffer.concat(skip === 0 ? parts : parts.slice(0, -skip));
}

function listOf({ archive }: Saved): string {
  const at = archive.indexOf('manifest.json\0');
  const size = Number.parseInt(archive.toString('latin1', at + 124, at + 135), 8);
  return archive.toString('utf8', at + 512, at + 512 + size);
}

function damaged(packed: Buffer): Buffer {
  const copy = Buffer.from(packed);
  copy.fill(0xaa, 12, 20);
  return copy;
}
