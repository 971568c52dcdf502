/** Learns in the background what is certain of the images that open Dockerfiles name. */
import { formatFullReference, type ImageReference } from '../../common/reference.ts';
import type { ImageVerdicts } from '../language/diagnostics/rule.ts';
import type { Images, Log } from '../language/host.ts';
import type { ImageVerdict } from '../language/imageKnowledge.ts';
import { imageUses } from '../language/imageUses.ts';
import { isAbort } from '../util/problemError.ts';
import type { OpenDocument } from './documents.ts';
import { stackOf } from './log.ts';

export type ImageSource = Pick<Images, 'verdict' | 'check' | 'registries' | 'onDidChange'>;

interface Needs {
  readonly images: ImageSource;
  readonly trusted: () => boolean;
  readonly log: Log;
  /** Told of files for which {@link ImageChecks.of} has another answer now. */
  readonly changed: (uri: string) => void;
}

interface File {
  readonly document: OpenDocument;
  readonly ask: boolean;
  readonly references: readonly ImageReference[];
  readonly answers: readonly (ImageVerdict | undefined)[];
  readonly verdicts: ImageVerdicts | undefined;
}

interface Watched extends File {
  readonly controller: AbortController;
  readonly timer: NodeJS.Timeout;
  /** The pause is over. */
  readonly looked: boolean;
}

/** A name that is still being typed is none yet, and no registry is to hear of it. */
const pauseMs = 1000;
/** What is learned of images comes in bursts. */
const againMs = 100;
/** No file that a person writes names more; one that does is not looked at further down. */
const mostImages = 30;

export class ImageChecks {
  readonly #needs: Needs;
  readonly #watched = new Map<string, Watched>();
  readonly #stop: () => void;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#stop = needs.images.onDidChange(() => {
      this.checkAgain();
      for (const uri of [...this.#watched.keys()]) this.#tellIfChanged(uri);
    });
  }

  /**
   * What is certain by now; the same object until that changes. What a version names is looked at when nobody has typed for a
   * second: with `ask` at its registries, by HEAD.
   */
  of(document: OpenDocument, ask: boolean): ImageVerdicts | undefined {
    const { uri } = document;
    const before = this.#watched.get(uri);
    const isSameVersion = before?.document === document && before.ask === ask;
    const references = isSameVersion ? before.references : referencesIn(document);
    const answers = this.#answers(references);
    const isSameFile = before !== undefined && sameNames(before.references, references);
    const isSame = isSameFile && sameItems(before.answers, answers);
    const verdicts = isSame ? before.verdicts : verdictsOf(references, answers);
    const watched = { document, ask, references, answers, verdicts };
    if (isSameVersion) this.#watched.set(uri, { ...before, ...watched });
    else this.#look(watched, before, isSameFile && before.ask === ask);
    return verdicts;
  }

  /** Something may be learned now that could not be before. */
  checkAgain(): void {
    for (const watched of [...this.#watched.values()]) {
      if (watched.looked) this.#look(watched, watched, true, againMs);
    }
  }

  forget(uri: string): void {
    const watched = this.#watched.get(uri);
    if (watched) end(watched);
    this.#watched.delete(uri);
  }

  dispose(): void {
    this.#stop();
    for (const uri of [...this.#watched.keys()]) this.forget(uri);
  }

  /** After a pause. What is asked already goes on where it `goesOn`: the answers are the same. */
  #look(watched: File, before: Watched | undefined, goesOn: boolean, afterMs = pauseMs): void {
    const { document, ask, references } = watched;
    const { uri } = document;
    if (before && goesOn) clearTimeout(before.timer);
    else if (before) end(before);
    const controller = before && goesOn ? before.controller : new AbortController();
    const timer = setTimeout(() => {
      const now = this.#watched.get(uri);
      if (now) this.#watched.set(uri, { ...now, looked: true });
      this.#check(uri, ask, references, controller.signal).catch((error: unknown) => {
        if (!isAbort(error)) this.#needs.log.warn('images: not checked', { error: stackOf(error) });
      });
    }, afterMs);
    timer.unref();
    this.#watched.set(uri, { ...watched, controller, timer, looked: false });
  }

  #answers(references: readonly ImageReference[]): readonly (ImageVerdict | undefined)[] {
    return references.map((reference) => this.#needs.images.verdict(reference));
  }

  /** One that hangs keeps no other from being known. */
  async #check(uri: string, ask: boolean, references: readonly ImageReference[], signal: AbortSignal): Promise<void> {
    const { images, trusted } = this.#needs;
    // Where that takes long, it is said when it is there, and all is looked at again.
    const registries = ask && !trusted() ? await images.registries(signal) : undefined;
    const own = new Set(registries?.state === 'known' ? registries.value : []);
    await Promise.all(
      references.map(async (reference) => {
        await images.check(reference, ask && (trusted() || own.has(reference.registry)), signal);
        signal.throwIfAborted();
        this.#tellIfChanged(uri);
      }),
    );
  }

  #tellIfChanged(uri: string): void {
    const watched = this.#watched.get(uri);
    if (watched === undefined) return;
    if (!sameItems(this.#answers(watched.references), watched.answers)) this.#needs.changed(uri);
  }
}

function referencesIn({ dockerfile }: OpenDocument): readonly ImageReference[] {
  const byName = new Map(imageUses(dockerfile).map(({ reference }) => [formatFullReference(reference), reference]));
  return [...byName.values()].slice(0, mostImages);
}

function verdictsOf(
  references: readonly ImageReference[],
  answers: readonly (ImageVerdict | undefined)[],
): ImageVerdicts | undefined {
  const byName = new Map(
    references.flatMap((reference, index) => {
      const answer = answers[index];
      return answer === undefined ? [] : [[formatFullReference(reference), answer] as const];
    }),
  );
  return byName.size === 0 ? undefined : { of: (reference) => byName.get(formatFullReference(reference)) };
}

const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);

const sameNames = (a: readonly ImageReference[], b: readonly ImageReference[]): boolean =>
  a === b || sameItems(a.map(formatFullReference), b.map(formatFullReference));

function end({ controller, timer }: Watched): void {
  clearTimeout(timer);
  controller.abort();
}
