import type { Known } from '../../../common/known.ts';
import type { Contexts, Images } from '../host.ts';

/** The same answers, and whether one of them was still to come. */
export interface Listening {
  readonly images: Images;
  readonly contexts?: Contexts;
  /** Whether anything was pending since the last time this was asked. */
  wasPending(): boolean;
}

/** For who asks once and waits, as a command does. The editor never does. */
export function listening(images: Images, contexts: Contexts | undefined): Listening {
  let pending = false;
  const noted = <T extends Known<unknown> | undefined>(answer: T): T => {
    if (answer?.state === 'pending') pending = true;
    return answer;
  };
  return {
    images: {
      ...images,
      builds: (document) => noted(images.builds(document)),
      localImage: (reference) => noted(images.localImage(reference)),
      buildCache: () => noted(images.buildCache()),
      imageHistories: () => noted(images.imageHistories()),
      keptSizes: {
        of(uri) {
          const kept = images.keptSizes.of(uri);
          if (kept === undefined) pending = true;
          return kept;
        },
        keep: (uri, kept) => images.keptSizes.keep(uri, kept),
      },
    },
    ...(contexts && {
      contexts: {
        copied: (uri, copy) => noted(contexts.copied(uri, copy)),
        whole: (uri) => noted(contexts.whole(uri)),
        onDidChange: (listener) => contexts.onDidChange(listener),
      },
    }),
    wasPending() {
      const was = pending;
      pending = false;
      return was;
    },
  };
}
