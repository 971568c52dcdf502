/** Sends a folder to the engine by BuildKit's file sync: what is there first, then the files it lacks. Source: tonistiigi/fsutil send.go, stat.go. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { changedMeanwhile, isMissing, unreadable } from './contextError.ts';
import { followLinks } from './followLinks.ts';
import type { IncomingCall } from './grpcServer.ts';
import type { Codec } from './proto.ts';
import { type ContextEntry, walkContext } from './walkContext.ts';

const packet = { stat: 0, request: 1, data: 2, finish: 3, error: 4 } as const;
const chunkBytes = 32 * 1024;
/** How many files are read at a time, as the Go side does. */
const readers = 4;

/** One call of `/moby.filesync.v1.FileSync/DiffCopy` for the folder `root`. Throws ProblemError naming the file at fault. */
export async function diffCopy(call: IncomingCall, root: string, codec: Codec): Promise<void> {
  const send = (value: object) => call.send(codec.encode('Packet', value));
  const wanted = new Map<number, string>();
  const sending = sendFiles(call, root, codec, wanted, send);
  const listing = list(call, root, wanted, send);
  try {
    await Promise.all([sending, listing]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!call.signal.aborted) await send({ type: packet.error, data: Buffer.from(message) }).catch(() => {});
    throw error;
  }
}

async function list(
  call: IncomingCall,
  root: string,
  wanted: Map<number, string>,
  send: (value: object) => Promise<void>,
): Promise<void> {
  const followed = call.metadata('followpaths');
  const links = followed.length > 0 ? await followLinks(root, followed) : undefined;
  const include = [...call.metadata('include-patterns'), ...(links ?? [])];
  const seen = new Map<string, string>();
  let id = 0;
  for await (const entry of walkContext(root, { exclude: call.metadata('exclude-patterns'), include }, call.signal)) {
    const stat = statOf(entry, seen);
    if (entry.stats.isFile()) wanted.set(id, entry.path);
    await send({ type: packet.stat, stat });
    id++;
  }
  await send({ type: packet.stat });
}

/** Owner and group become root, as every client of BuildKit does for a build context. */
function statOf({ path, stats, link }: ContextEntry, seen: Map<string, string>) {
  const low = BigInt.asUintN(64, stats.mtimeNs);
  // Nanoseconds do not fit a number; protobufjs takes the halves.
  const modTime = { low: Number(low & 0xffffffffn) | 0, high: Number(low >> 32n) | 0 };
  const stat = { path, mode: goFileMode(stats.mode, stats), uid: 0, gid: 0, modTime };
  if (link !== undefined) return { ...stat, size: 0, linkname: link };
  if (!stats.isFile()) return { ...stat, size: 0 };
  const key = `${stats.dev}:${stats.ino}`;
  const first = stats.nlink > 1n ? seen.get(key) : undefined;
  if (stats.nlink > 1n && first === undefined) seen.set(key, path);
  return first === undefined ? { ...stat, size: Number(stats.size) } : { ...stat, size: 0, linkname: first };
}

/** Source: Go's io/fs FileMode. */
export function goFileMode(mode: bigint, kind: { isDirectory(): boolean; isSymbolicLink(): boolean }): number {
  const unix = Number(mode);
  let bits = unix & 0o777;
  if (kind.isDirectory()) bits += 0x80000000;
  if (kind.isSymbolicLink()) bits += 0x08000000;
  if (unix & 0o4000) bits += 0x00800000;
  if (unix & 0o2000) bits += 0x00400000;
  if (unix & 0o1000) bits += 0x00100000;
  return bits;
}

interface Packet {
  readonly type: number;
  readonly ID: number;
  readonly data: Uint8Array;
}

async function sendFiles(
  call: IncomingCall,
  root: string,
  codec: Codec,
  wanted: Map<number, string>,
  send: (value: object) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let fail: (error: unknown) => void = () => {};
  // The engine waits for a file that cannot be sent and says nothing more: that failure must end the call by itself.
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const answer = async (): Promise<void> => {
    for await (const message of call.messages) {
      const received = codec.decode<Packet>('Packet', message);
      if (received.type === packet.error) throw new Error(`the engine stopped the transfer: ${text(received.data)}`);
      if (received.type === packet.finish) {
        await Promise.all(running);
        return send({ type: packet.finish });
      }
      if (received.type !== packet.request) continue;
      const path = wanted.get(received.ID);
      if (path === undefined) throw new Error(`the engine asked for file ${received.ID}, which was not offered`);
      wanted.delete(received.ID);
      while (running.size >= readers) await Promise.race(running);
      const one = sendFile(root, path, received.ID, send)
        .catch(fail)
        .finally(() => running.delete(one));
      running.add(one);
    }
  };
  await Promise.race([answer(), failed]);
}

async function sendFile(root: string, path: string, id: number, send: (value: object) => Promise<void>): Promise<void> {
  const file = await openContextFile(root, path);
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes);
      if (bytesRead === 0) break;
      await send({ type: packet.data, ID: id, data: buffer.subarray(0, bytesRead) });
    }
    await send({ type: packet.data, ID: id });
  } finally {
    await file.close();
  }
}

/** Never through a symbolic link: what was listed as a file may have been replaced meanwhile. */
export async function openContextFile(root: string, path: string): Promise<FileHandle> {
  try {
    return await open(join(root, path), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const replaced = isMissing(error) || (error as NodeJS.ErrnoException).code === 'ELOOP';
    throw replaced ? changedMeanwhile(path, error) : unreadable(path, error);
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
