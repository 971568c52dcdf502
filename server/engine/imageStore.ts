/**
 * What an engine counts as the size of a layer, which depends on where it keeps its images: Docker's own store the bytes of files;
 * containerd's the blocks that they take on its disk, and in its build cache and in what it calls the size of an image also what it
 * keeps compressed; Podman's the archive that a layer is. Sources: moby daemon/images, daemon/containerd/image_history.go, buildkit
 * cache/refs.go (size); containers/storage layers.go (UncompressedSize).
 */
import type { Counted } from '../../common/counted.ts';
import { array, fields, text } from '../util/json.ts';
import type { Engine } from './engine.ts';
import type { imageHistory } from './images.ts';

/** What the sizes of layers are on this engine. Throws ProblemError. Source: moby daemon/info.go. */
export async function countedOn(engine: Pick<Engine, 'json' | 'status'>, signal: AbortSignal): Promise<Counted> {
  const { product } = await engine.status(signal);
  if (product === 'podman') return 'archives';
  const info = fields(await engine.json({ method: 'GET', path: '/info' }, signal));
  const isContainerd = array(info['DriverStatus']).some((pair) => {
    const [name, value] = array(pair).map(text);
    return name === 'driver-type' && value?.startsWith('io.containerd.snapshotter.') === true;
  });
  return isContainerd ? 'blocks' : 'files';
}

/** What all layers of an image take unpacked, counted as {@link countedOn} says. */
export function unpackedBytes(history: Awaited<ReturnType<typeof imageHistory>>): number {
  return history.reduce((sum, { bytes }) => sum + bytes, 0);
}
