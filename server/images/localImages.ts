/** Images that the engine has: their tags for completion, their sizes for hints. One list answers both. */
import { failed, type Known, known, pending } from '../../common/known.ts';
import type { Image } from '../../common/protocol.ts';
import { formatFullReference, type ImageReference, parseReference } from '../../common/reference.ts';
import type { Engine } from '../engine/engine.ts';
import { listImages } from '../engine/images.ts';
import type { Images } from '../language/host.ts';
import { isAbort, problemOf } from '../util/problemError.ts';

export interface LocalImages extends Pick<Images, 'localImages' | 'localSize' | 'onDidChange'> {
  dispose(): void;
}

/** Asks the engine nothing before the first question; then follows its changes. */
export function createLocalImages(engine: Engine, now: () => number = Date.now): LocalImages {
  const lifetime = new AbortController();
  const listeners = new Set<() => void>();
  let images: Known<readonly Image[]> | undefined;
  let stop: (() => void) | undefined;
  let asking = 0;

  function ask(): void {
    const question = ++asking;
    listImages(engine, lifetime.signal).then(
      (list) => arrive(question, known(list, now())),
      (error: unknown) => {
        if (!isAbort(error)) arrive(question, failed(problemOf(error, 'images')));
      },
    );
  }

  function arrive(question: number, answer: Known<readonly Image[]>): void {
    if (question !== asking || lifetime.signal.aborted) return;
    images = answer;
    for (const listener of listeners) listener();
  }

  function current(): Known<readonly Image[]> {
    if (stop === undefined) {
      stop = engine.onDidChange((what) => {
        if (what.includes('images') || what.includes('status')) ask();
      });
      ask();
    }
    return images ?? pending;
  }

  return {
    localImages() {
      const list = current();
      if (list.state !== 'known') return list;
      return known([...new Set(list.value.flatMap(({ tags }) => tags))], list.at);
    },
    localSize(reference) {
      const list = current();
      if (list.state !== 'known') return list;
      const found = list.value.find((image) => isNamed(image, reference));
      if (found !== undefined) return known(found.bytes, list.at);
      const subject = reference.repository;
      return failed({ kind: 'notFound', subject, message: 'The engine does not have this image.' });
    },
    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      lifetime.abort();
      stop?.();
      listeners.clear();
    },
  };
}

/** The engine writes names as its users do (docker) or in full (Podman); a digest stands for any of its tags. */
function isNamed(image: Image, { tag, digest, ...repository }: ImageReference): boolean {
  const wanted = formatFullReference({
    ...repository,
    ...(digest === undefined ? { tag: tag ?? 'latest' } : { digest }),
  });
  return [...image.tags, ...image.digests].some((name) => {
    const reference = parseReference(name);
    return reference !== undefined && formatFullReference(reference) === wanted;
  });
}
