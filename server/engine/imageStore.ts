/**
 * Where an engine keeps its images, which decides what its sizes count. Its own store (graph drivers) holds layers unpacked. That
 * of containerd holds them packed, too: the size of an image is that of both, and so is that of a record in the build cache; what
 * a layer takes unpacked is counted in the blocks of the disk. Sources: moby daemon/images, daemon/containerd/image_history.go,
 * buildkit cache/refs.go (size).
 */
import { array, fields, text } from '../util/json.ts';
import { imageHistory } from './images.ts';
import type { Transport } from './transport.ts';

/** Whether it is containerd's. Throws ProblemError. Source: moby daemon/info.go. */
export async function keepsPacked(engine: Pick<Transport, 'json'>, signal: AbortSignal): Promise<boolean> {
  const info = fields(await engine.json({ method: 'GET', path: '/info' }, signal));
  return array(info['DriverStatus']).some((pair) => {
    const [name, value] = array(pair).map(text);
    return name === 'driver-type' && value?.startsWith('io.containerd.snapshotter.') === true;
  });
}

/** Graph drivers. Source: moby daemon/graphdriver, containers/storage drivers. */
const unpackedStores = new Set([
  'overlay2',
  'fuse-overlayfs',
  'overlay',
  'btrfs',
  'zfs',
  'vfs',
  'aufs',
  'devicemapper',
  'windowsfilter',
]);

export interface UnpackedSize {
  readonly bytes: number;
  /** Not the bytes of files, but of the blocks that files and folders take on the disk. */
  readonly inBlocks: boolean;
}

/** What all layers of an image take unpacked. `inspected`: the engine's JSON of it. Throws ProblemError. */
export async function unpackedSize(
  engine: Pick<Transport, 'json'>,
  inspected: unknown,
  signal: AbortSignal,
): Promise<UnpackedSize> {
  const { Id, Size, GraphDriver } = fields(inspected);
  if (unpackedStores.has(text(fields(GraphDriver)['Name']))) return { bytes: Number(Size), inBlocks: false };
  const layers = await imageHistory(engine, text(Id), signal);
  return { bytes: layers.reduce((sum, { bytes }) => sum + bytes, 0), inBlocks: true };
}
