import { failed, type Known, known, pending } from '../../common/known.ts';
import type { Image } from '../../common/protocol.ts';
import { formatFullReference, type ImageReference, parseReference } from '../../common/reference.ts';
import type { Engine } from '../engine/engine.ts';
import { listImages } from '../engine/images.ts';
import type { Images } from '../language/host.ts';
import { isAbort, problemOf } from '../util/problemError.ts';

export interface LocalImages extends Pick<Images, 'localImages' | 'localSize' | 'onDidChange'> {
  /** Another engine is asked from now on. */
  forget(): void;
  dispose(): void;
}

/** What the engine's own list of images tells: their tags and unpacked sizes. Asked for at the first question and again when the engine says that images changed. */
export function createLocalImages(engine: Engine, now: () => number = Date.now): LocalImages {
  const lifetime = new AbortController();
  /** Ends what the engine of the moment is asked. */
  let asking = new AbortController();
  const listeners = new Set<() => void>();
  let images: Known<readonly Image[]> | undefined;
  let sizes: ReadonlyMap<string, number> = new Map();
  let listing: Promise<void> | undefined;
  let stale = false;
  const stopListening = engine.onDidChange((what) => {
    if (images !== undefined && (what.includes('images') || what.includes('status'))) list();
  });

  function list(): void {
    if (listing) {
      stale = true;
      return;
    }
    listing = listImages(engine, AbortSignal.any([lifetime.signal, asking.signal]))
      .then(
        (value) => {
          images = known(value, now());
          sizes = sizesByName(value);
        },
        (error: unknown) => {
          // What was known stays; only who knows nothing yet needs to hear why.
          if (!isAbort(error) && images?.state !== 'known') images = failed(problemOf(error, 'images'));
        },
      )
      .then(() => {
        listing = undefined;
        if (lifetime.signal.aborted) return;
        for (const listener of listeners) listener();
        if (!stale) return;
        stale = false;
        list();
      });
  }

  function current(): Known<readonly Image[]> {
    if (images === undefined) {
      images = pending;
      list();
    }
    return images;
  }

  return {
    localImages() {
      const all = current();
      return all.state === 'known'
        ? known(
            all.value.flatMap(({ tags }) => tags),
            all.at,
          )
        : all;
    },
    localSize(reference) {
      const all = current();
      if (all.state !== 'known') return all;
      const name = nameOf(reference);
      const bytes = sizes.get(name);
      if (bytes !== undefined) return known(bytes, all.at);
      return failed({ kind: 'notFound', subject: name, message: 'The engine does not have this image.' });
    },
    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    forget() {
      asking.abort();
      asking = new AbortController();
      images = undefined;
      sizes = new Map();
    },
    dispose() {
      lifetime.abort();
      stopListening();
      listeners.clear();
    },
  };
}

/** Unpacked bytes by full name: with the registry, and with a tag or a digest. Docker lists short names, Podman full ones. */
export function sizesByName(images: readonly Image[]): ReadonlyMap<string, number> {
  const names = images.flatMap(({ tags, digests, bytes }) =>
    [...tags, ...digests].flatMap((name) => {
      const reference = parseReference(name);
      return reference === undefined ? [] : [[nameOf(reference), bytes] as const];
    }),
  );
  return new Map(names);
}

/** A digest says all; a tag beside it may have moved on. */
function nameOf({ registry, repository, tag = 'latest', digest }: ImageReference): string {
  return formatFullReference({ registry, repository, ...(digest === undefined ? { tag } : { digest }) });
}
