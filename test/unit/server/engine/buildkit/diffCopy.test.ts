import assert from 'node:assert/strict';
import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diffCopy, goFileMode } from '../../../../../server/engine/buildkit/diffCopy.ts';
import { metadataOf } from '../../../../../server/engine/buildkit/grpcServer.ts';
import { type Codec, loadCodec } from '../../../../../server/engine/buildkit/proto.ts';

interface Packet {
  readonly type: number;
  readonly ID: number;
  readonly data: Uint8Array;
  readonly stat: { path: string; mode: number; size: number; linkname: string; modTime: number; uid: number } | null;
}

describe('diffCopy', () => {
  let root: string;
  let codec: Codec;
  before(async () => {
    codec = await loadCodec();
  });
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'gantry-sync-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  /** The engine's side: `reply` says what it sends for each packet it gets. */
  async function sync(reply: (packet: Packet, index: number) => readonly object[] | Promise<readonly object[]>) {
    const received: Packet[] = [];
    const queue: Uint8Array[] = [];
    let wake = () => {};
    const call = {
      metadata: () => [],
      signal: new AbortController().signal,
      async send(message: Uint8Array) {
        const packet = codec.decode<Packet>('Packet', message);
        received.push(packet);
        for (const answer of await reply(packet, received.length - 1)) queue.push(codec.encode('Packet', answer));
        wake();
      },
      messages: (async function* () {
        for (;;) {
          while (queue.length > 0) yield queue.shift()!;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      })(),
    };
    await diffCopy(call, root, codec);
    return received;
  }
  const request = (ID: number) => ({ type: 1, ID });
  const finish = { type: 3 };
  const isEndOfList = ({ type, stat }: Packet) => type === 0 && stat === null;

  it('lists what is there, sends what is asked for, and finishes', async () => {
    await mkdir(join(root, 'sub'));
    await writeFile(join(root, 'sub/big'), Buffer.alloc(70_000, 7));
    await writeFile(join(root, 'zero'), '');
    await symlink('sub/big', join(root, 'link'));
    await link(join(root, 'sub/big'), join(root, 'twin'));
    let ended = 0;
    const received = await sync((packet) => {
      if (isEndOfList(packet)) return [request(2), request(4)];
      if (packet.type === 2 && packet.data.length === 0 && ++ended === 2) return [finish];
      return [];
    });
    assert.deepEqual(
      received.flatMap(({ stat }) => (stat ? [[stat.path, stat.size, stat.linkname, stat.uid]] : [])),
      [
        ['link', 0, 'sub/big', 0],
        ['sub', 0, '', 0],
        ['sub/big', 70_000, '', 0],
        ['twin', 0, 'sub/big', 0],
        ['zero', 0, '', 0],
      ],
    );
    const data = received.filter(({ type, ID }) => type === 2 && ID === 2).map(({ data }) => data);
    assert.deepEqual(Buffer.concat(data), Buffer.alloc(70_000, 7));
    assert.equal(received.at(-1)!.type, 3);
  });

  it('sends nothing when the engine has it all', async () => {
    await writeFile(join(root, 'a'), 'a');
    const received = await sync((packet) => (isEndOfList(packet) ? [finish] : []));
    assert.deepEqual(
      received.map(({ type }) => type),
      [0, 0, 3],
    );
  });

  it('names a file that is gone, or a link by now, when its content is wanted', async () => {
    for (const change of ['gone', 'link']) {
      await writeFile(join(root, 'a'), 'a');
      await writeFile(join(root, 'secret'), 's');
      const packets: Packet[] = [];
      const syncing = sync(async (packet) => {
        packets.push(packet);
        if (!isEndOfList(packet)) return [];
        await rm(join(root, 'a'));
        if (change === 'link') await symlink('secret', join(root, 'a'));
        // As the engine does: it waits for the content, and says nothing before it has it.
        return [request(0)];
      });
      await assert.rejects(syncing, /"a" in the build context changed while it was being sent/);
      assert.match(Buffer.from(packets.find(({ type }) => type === 4)!.data).toString(), /"a"/);
      await rm(join(root, 'a'), { force: true });
    }
  });

  it('gives nothing that it did not offer', async () => {
    await mkdir(join(root, 'sub'));
    for (const id of [0, 1, 4_000_000_000]) {
      await assert.rejects(
        sync((packet) => (isEndOfList(packet) ? [request(id)] : [])),
        /which was not offered/,
      );
    }
  });

  it('hands on why the engine stopped', async () => {
    const stop = { type: 4, data: Buffer.from('disk full') };
    await assert.rejects(
      sync((packet) => (isEndOfList(packet) ? [stop] : [])),
      /disk full/,
    );
  });

  it('writes modes as Go does', () => {
    const kind = (is: 'file' | 'folder' | 'link') => ({
      isDirectory: () => is === 'folder',
      isSymbolicLink: () => is === 'link',
    });
    assert.equal(goFileMode(0o100755n, kind('file')), 0o755);
    assert.equal(goFileMode(0o104755n, kind('file')), 0o755 + 0x00800000);
    assert.equal(goFileMode(0o041777n, kind('folder')), 0o777 + 0x80000000 + 0x00100000);
    assert.equal(goFileMode(0o120777n, kind('link')), 0o777 + 0x08000000);
  });
});

describe('metadataOf', () => {
  it('keeps repeated values apart and decodes them', () => {
    const raw = ['exclude-patterns', 'a, b', 'exclude-patterns', 'c', 'x', 'y'];
    assert.deepEqual(metadataOf(raw, 'exclude-patterns'), ['a, b', 'c']);
    const encoded = ['exclude-patterns', '%C3%BC+x%2B', 'exclude-patterns-encoded', '1'];
    assert.deepEqual(metadataOf(encoded, 'exclude-patterns'), ['ü x+']);
    assert.deepEqual(metadataOf(encoded, 'followpaths'), []);
  });
});
