import { failed, type Known, known, pending } from '../../common/known.ts';
import type { Image } from '../../common/protocol.ts';
import { formatFullReference, type ImageReference, parseReference } from '../../common/reference.ts';
import { type Engine, ownTime } from '../engine/engine.ts';
import { unpackedBytes } from '../engine/imageStore.ts';
import { imageHistory, inspectImage, listImages } from '../engine/images.ts';
import type { Images } from '../language/host.ts';
import type { LocalImage } from '../language/sizes/sources.ts';
import { array, fields, strings, text } from '../util/json.ts';
import { isAbort, problemOf } from '../util/problemError.ts';

export interface LocalImages extends Pick<Images, 'localImages' | 'localImage' | 'onDidChange'> {
  /**
   * What the engine's list says that an image takes, which is not always its unpacked size (see imageStore.ts); fails with
   * `notFound` where it has none of that name. Answers from memory and starts the look-up.
   */
  localSize(reference: ImageReference): Known<number>;
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
  let byName: ReadonlyMap<string, Image> = new Map();
  /** What was looked into, by name, and with it the list that it was in. */
  const inspected = new Map<string, { readonly image: Known<LocalImage>; readonly list: object }>();
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
          byName = imagesByName(value);
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

  function inspect(name: string, { id, digests }: Image, list: object): void {
    const { signal } = asking;
    const before = inspected.get(name)?.image;
    // What was known of it before is good until there is something newer.
    inspected.set(name, { image: before ?? pending, list });
    const either = AbortSignal.any([lifetime.signal, signal]);
    const seenSince = (before?.state === 'known' && before.value.id === id && before.value.seenSince) || now();
    void look(engine, { id, digests }, either)
      .then(
        (image) => known({ ...image, seenSince }, now()),
        (error: unknown) => (isAbort(error) ? undefined : failed(problemOf(error, name))),
      )
      .then((image) => {
        if (image === undefined || signal.aborted || inspected.get(name)?.list !== list) return;
        inspected.set(name, { image, list });
        for (const listener of listeners) listener();
      });
  }

  return {
    localImage(reference) {
      const all = current();
      if (all.state !== 'known') return all;
      const name = nameOf(reference);
      const image = byName.get(name);
      if (image === undefined) {
        inspected.delete(name);
        return failed({ kind: 'notFound', subject: name, message: 'The engine does not have this image.' });
      }
      if (inspected.get(name)?.list !== all.value) inspect(name, image, all.value);
      return inspected.get(name)!.image;
    },
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
      const bytes = byName.get(name)?.bytes;
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
      byName = new Map();
      inspected.clear();
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
  return new Map([...imagesByName(images)].map(([name, { bytes }]) => [name, bytes]));
}

function imagesByName(images: readonly Image[]): ReadonlyMap<string, Image> {
  const names = images.flatMap((image) =>
    [...image.tags, ...image.digests].flatMap((name) => {
      const reference = parseReference(name);
      return reference === undefined ? [] : [[nameOf(reference), image] as const];
    }),
  );
  return new Map(names);
}

/** From GET /images/{name}/json. Source: engine API, ImageInspect; an engine that does not tell when says the year 1. */
async function look(
  engine: Pick<Engine, 'json' | 'knownStatus'>,
  { id, digests }: Pick<Image, 'id' | 'digests'>,
  signal: AbortSignal,
): Promise<LocalImage> {
  const [answer, history] = await Promise.all([inspectImage(engine, id, signal), imageHistory(engine, id, signal)]);
  const { RootFS, Metadata, Config } = fields(answer);
  const triggers = array(fields(Config)['OnBuild']).map(String);
  const taggedAt = Date.parse(text(fields(Metadata)['LastTagTime']));
  return {
    ...{ id, bytes: unpackedBytes(history), entries: history.toReversed() },
    digests: digests.map((digest) => digest.slice(digest.indexOf('@') + 1)),
    layers: strings(fields(RootFS)['Layers']),
    triggers: triggers.length > 0,
    ...(triggers.some(readsFiles) && { triggersCopy: true }),
    ...(taggedAt > 0 && { taggedAt: ownTime(engine, taggedAt) }),
  };
}

/** Whether an instruction that a base image runs in builds on it may read their context; COPY says what it reads only as a whole. */
const readsFiles = (trigger: string) => /^\s*(?:COPY|ADD|RUN\s+--\w+)\b/i.test(trigger);

/** A digest says all; a tag beside it may have moved on. */
function nameOf({ registry, repository, tag = 'latest', digest }: ImageReference): string {
  return formatFullReference({ registry, repository, ...(digest === undefined ? { tag } : { digest }) });
}
