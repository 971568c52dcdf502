import assert from 'node:assert/strict';
import { BrokenArchive } from '../../../../../server/util/tar/tarHeader.ts';
import { type TarEntry, TarReader } from '../../../../../server/util/tar/tarReader.ts';
import { pax, tarEnd, tarOf, tarPart, withChecksum } from '../../../../support/tar.ts';

interface Seen {
  readonly kind: TarEntry['kind'];
  readonly path: string;
  readonly bytes: number;
  readonly target?: string;
  readonly content?: string;
}

/** `step`: in pieces of so many bytes. */
function read(archive: Buffer, step = archive.length, total?: number): readonly Seen[] {
  const seen: Seen[] = [];
  const reader = new TarReader(
    {
      entry({ kind, path, target, bytes }) {
        const at = { kind, path: Buffer.from(path).toString(), bytes };
        const linked = target.length > 0 ? { target: Buffer.from(target).toString() } : {};
        const index = seen.push({ ...at, ...linked }) - 1;
        const parts: Buffer[] = [];
        return {
          data: (chunk) => void parts.push(Buffer.from(chunk)),
          end: () => {
            const content = Buffer.concat(parts).toString();
            if (content !== '') seen[index] = { ...seen[index]!, content };
          },
        };
      },
    },
    total,
  );
  for (let at = 0; at < archive.length; at += step) reader.write(Buffer.from(archive.subarray(at, at + step)));
  reader.end();
  return seen;
}

const long = `${'d'.repeat(90)}/${'e'.repeat(90)}/f`;
const file = { kind: 'file', path: 'f', bytes: 1, content: 'x' } as const;

describe('the reader of archives', () => {
  const plain = tarOf(
    { path: 'a/', type: '5' },
    { path: 'a/f', content: 'hello' },
    { path: 'l', type: '2', target: 'a/f' },
    { path: 'h', type: '1', target: 'a/f' },
    { path: 'fifo', type: '6' },
    { path: 'big', content: 'y'.repeat(1500) },
  );
  const entries: readonly Seen[] = [
    { kind: 'folder', path: 'a/', bytes: 0 },
    { kind: 'file', path: 'a/f', bytes: 5, content: 'hello' },
    { kind: 'link', path: 'l', bytes: 0, target: 'a/f' },
    { kind: 'hardLink', path: 'h', bytes: 0, target: 'a/f' },
    { kind: 'other', path: 'fifo', bytes: 0 },
    { kind: 'file', path: 'big', bytes: 1500, content: 'y'.repeat(1500) },
  ];
  for (const step of [plain.length, 1, 7, 511, 512, 513, 1000]) {
    it(`reads what it is made of, in pieces of ${step} bytes`, () => {
      assert.deepEqual(read(plain, step), entries);
    });
  }

  const cases: readonly (readonly [name: string, archive: Buffer, expected: readonly Seen[]])[] = [
    ['an empty archive', tarEnd, []],
    ['one without closing blocks', tarPart({ path: 'f', content: 'x' }), [file]],
    [
      'nothing after the closing blocks',
      Buffer.concat([tarOf({ path: 'f', content: 'x' }), Buffer.from('junk')]),
      [file],
    ],
    [
      'long names as GNU writes them',
      Buffer.concat([
        tarPart({ path: '././@LongLink', type: 'L', content: `${long}\0` }),
        tarPart({ path: '././@LongLink', type: 'K', content: `${long}2\0` }),
        tarOf({ path: 'cut', type: '2', target: 'cut' }, { path: 'f', content: 'x' }),
      ]),
      [{ kind: 'link', path: long, bytes: 0, target: `${long}2` }, file],
    ],
    [
      'long names as pax writes them',
      Buffer.concat([pax({ path: long, linkpath: 'ü', mtime: '1.5' }), tarOf({ path: 'cut', type: '2' })]),
      [{ kind: 'link', path: long, bytes: 0, target: 'ü' }],
    ],
    [
      'a size as pax writes it',
      Buffer.concat([pax({ size: '3' }), tarOf({ path: 'f', content: 'abc', size: 0 })]),
      [{ kind: 'file', path: 'f', bytes: 3, content: 'abc' }],
    ],
    [
      'the last of what a pax header says twice, and nothing where it says nothing',
      Buffer.concat([twice(), tarOf({ path: 'f', content: 'x' })]),
      [{ ...file, path: 'last' }],
    ],
    [
      'a size in base 256',
      tarOf({ path: 'f', content: 'x', size: Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]) }),
      [file],
    ],
    [
      'global pax headers as if they were not there',
      Buffer.concat([
        tarPart({ path: 'g', type: 'g', content: '14 path=nope\n\n' }),
        tarOf({ path: 'f', content: 'x' }),
      ]),
      [file],
    ],
    ['folders of before POSIX', tarOf({ path: 'a/', type: '\0' }), [{ kind: 'folder', path: 'a/', bytes: 0 }]],
    [
      'no content of what has none, whatever its size says',
      tarOf({ path: 'h', type: '1', target: 'a', size: 512 }, { path: 'f', content: 'x' }),
      [{ kind: 'hardLink', path: 'h', bytes: 0, target: 'a' }, file],
    ],
    [
      'a sparse file of pax by what it has once unpacked',
      Buffer.concat([
        pax({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 's', 'GNU.sparse.realsize': '1000000' }),
        tarOf({ path: 'GNUSparseFile.0/s', content: 'map' }, { path: 'f', content: 'x' }),
      ]),
      [{ kind: 'file', path: 's', bytes: 1_000_000, content: 'map' }, file],
    ],
    [
      'a sparse file of GNU, and the rest of its map',
      sparse(),
      [{ kind: 'file', path: 's', bytes: 4096, content: 'abc' }, file],
    ],
  ];
  for (const [name, archive, expected] of cases) {
    it(`reads ${name}`, () => {
      assert.deepEqual(read(archive), expected);
      assert.deepEqual(read(archive, 100), expected);
    });
  }

  const broken: readonly (readonly [name: string, archive: Buffer, reason: RegExp])[] = [
    ['no archive', Buffer.alloc(2000, 'no'), /checksum/],
    ['a changed header', flipped(tarOf({ path: 'f', content: 'x' }), 3), /checksum/],
    ['an archive cut in a header', tarOf({ path: 'f', content: 'x' }).subarray(0, 300), /breaks off/],
    ['an archive cut in a file', tarPart({ path: 'f', content: 'x'.repeat(2000) }).subarray(0, 1500), /breaks off/],
    ['a negative size', tarOf({ path: 'f', size: Buffer.alloc(12, 0xff) }), /negative/],
    [
      'a size beyond all numbers',
      tarOf({ path: 'f', size: Buffer.from([0x80, 0x7f, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]) }),
      /absurd/,
    ],
    ['a size that is no number', tarOf({ path: 'f', size: '12x45678901' }), /no number|is none/],
    ['an absurd size in pax', Buffer.concat([pax({ size: '9'.repeat(19) }), tarOf({ path: 'f' })]), /absurd/],
    ['a pax header that is none', tarOf({ path: 'p', type: 'x', content: 'whatever' }), /pax/],
    ['a pax record beyond its end', tarOf({ path: 'p', type: 'x', content: '999 path=a\n' }), /pax/],
    ['a pax record of no length', tarOf({ path: 'p', type: 'x', content: '0 path=a\n' }), /pax/],
    ['an endless pax header', tarOf({ path: 'p', type: 'x', size: 2 ** 30 }), /absurdly long/],
    ['an endless name', tarOf({ path: 'p', type: 'L', size: 2 ** 30 }), /absurdly long/],
    [
      'a path that no system takes',
      Buffer.concat([pax({ path: 'a/'.repeat(3000) }), tarOf({ path: 'f' })]),
      /longer than/,
    ],
  ];
  for (const [name, archive, reason] of broken) {
    it(`refuses ${name}`, () => {
      const refused = (error: unknown) => error instanceof BrokenArchive && reason.test(error.message);
      assert.throws(() => read(archive), refused);
      assert.throws(() => read(archive, 77), refused);
    });
  }

  it('refuses a file larger than the archive as soon as it says so', () => {
    const claims = tarPart({ path: 'f', size: 10_000 });
    assert.throws(() => read(claims, claims.length, 5000), /larger than the whole/);
    assert.deepEqual(read(tarOf({ path: 'f', content: 'x' }), 100, 2048), [file]);
  });

  it('keeps nothing of what it passes over', () => {
    let entries = 0;
    const reader = new TarReader({
      entry() {
        entries += 1;
        return undefined;
      },
    });
    reader.write(tarPart({ path: 'f', size: '77777777777\0' }));
    const chunk = Buffer.alloc(1 << 20);
    for (let sent = 0; sent < 8 * 1024; sent++) reader.write(chunk);
    reader.write(tarPart({ path: 'g' }));
    assert.equal(entries, 2);
  });
});

function twice(): Buffer {
  const content = '14 path=first\n13 path=last\n8 size=\n13 linkpath=\n';
  return tarPart({ path: 'PaxHeaders/x', type: 'x', content });
}

function flipped(archive: Buffer, at: number): Buffer {
  const copy = Buffer.from(archive);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** A header with a map that goes on for one block more. */
function sparse(): Buffer {
  const header = Buffer.from(tarPart({ path: 's', type: 'S', size: 3 }).subarray(0, 512));
  header.write('00000010000\0', 483);
  header[482] = 1;
  const content = Buffer.alloc(512);
  content.write('abc');
  return Buffer.concat([withChecksum(header), Buffer.alloc(512), content, tarOf({ path: 'f', content: 'x' })]);
}
