/** What is known of single images: their registry and the engine together. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Known, known } from '../../common/known.ts';
import { formatPlatform } from '../../common/platform.ts';
import { formatFullReference, formatReference, type ImageReference } from '../../common/reference.ts';
import type { Engine } from '../engine/engine.ts';
import type { Images, Log } from '../language/host.ts';
import type { ImageKnowledge } from '../language/imageKnowledge.ts';
import { bestFor } from '../registries/chooseImage.ts';
import { registryLayers } from '../registries/compare.ts';
import type { Registries } from '../registries/registries.ts';
import type { Learned } from '../util/cache.ts';
import { ProblemError, problemOf } from '../util/problemError.ts';
import type { LocalImages } from './localImages.ts';
import { type LocalLayers, withLocal } from './localLayers.ts';
import { Patience, patienceMs } from './patience.ts';
import { createVerdicts } from './verdicts.ts';

export interface Knowledge extends ImageKnowledge {
  /** A verdict may be another now. */
  onDidChange(listener: () => void): () => void;
  dispose(): void;
}

export interface KnowledgeWorld {
  readonly registries: Registries;
  readonly log: Log;
  readonly engine: Pick<Engine, 'knownStatus'>;
  readonly localLayers: Pick<LocalLayers, 'soon'>;
  readonly local: Pick<LocalImages, 'localSize'>;
  readonly bundled: Images['bundled'];
  /** Resolves when it is known which registries the user has; none is asked before. */
  readonly configured?: Promise<void>;
  readonly now?: () => number;
  /** Resolves after the time, for tests without a clock. */
  readonly patience?: (ms: number) => Promise<unknown>;
}

/** Whoever has chosen an action waits so long for the registry. */
const actionMs = 15_000;
/** What a tag was told to be so short a time ago, it still is. */
const freshMs = 5 * 60_000;
const mostDigests = 500;

export function createKnowledge(world: KnowledgeWorld): Knowledge {
  const { registries, engine, localLayers, log, configured = Promise.resolve(), now = Date.now } = world;
  const { patience = (ms) => wait(ms, undefined, { ref: false }) } = world;
  const answers = new Patience({ log, now, patience });
  const verdicts = createVerdicts({ ...world, configured, now });
  /** Of tags, by full reference. */
  const digests = new Map<string, Learned<string>>();
  const listeners = new Set<() => void>();
  const tellAll = () => {
    for (const listener of [...listeners]) listener();
  };
  const stop = registries.onDidChange(() => {
    answers.forget();
    digests.clear();
    verdicts.forget();
    tellAll();
  });

  /** Waits for the registry itself, but not for ever. */
  const waiting = async <T>(
    reference: ImageReference,
    ask: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<Known<T>> => {
    await configured;
    signal.throwIfAborted();
    const limit = AbortSignal.timeout(actionMs);
    try {
      return known(await ask(AbortSignal.any([signal, limit])), now());
    } catch (error) {
      signal.throwIfAborted();
      const problem = limit.aborted ? tooLate(reference.registry) : problemOf(error, formatReference(reference));
      return { state: 'failed', problem };
    }
  };

  return {
    async describe(reference, platform, signal) {
      const { registry, repository, tag = 'latest', digest } = reference;
      const name = formatFullReference(digest === undefined ? { ...reference, tag } : reference);
      const wanted = platform ?? bestFor(engine.knownStatus()?.platform);
      const details = answers.get(
        {
          key: name,
          ask: async (asking) => {
            await configured;
            const found = await registries.platforms(registry, repository, digest ?? tag, asking);
            if (verdicts.isAbout(reference)) setImmediate(tellAll);
            return found;
          },
        },
        signal,
      );
      const image = answers.get(
        {
          key: `${name} ${wanted === undefined ? '' : formatPlatform(wanted)}`,
          ask: async (asking) => {
            await configured;
            // What the details tell needs no request of its own.
            await registries.platforms(registry, repository, digest ?? tag, asking);
            const value = await registryLayers(registries, reference, wanted, formatReference(reference), asking);
            return { value, at: now() };
          },
        },
        signal,
      );
      const held = localLayers.soon(patienceMs, signal);
      const [about, layers] = await Promise.all([details, image]);
      if (layers.state !== 'known') return { details: about, image: layers };
      return { details: about, image: { ...layers, value: withLocal(layers.value, await held) } };
    },
    async digest(reference, signal) {
      const { registry, repository, tag = 'latest' } = reference;
      const found = await waiting(
        reference,
        (asking) => registries.ask(registry, (client) => client.resolve(repository, tag, asking)),
        signal,
      );
      if (found.state === 'known') {
        if (digests.size >= mostDigests) digests.clear();
        digests.set(formatFullReference({ registry, repository, tag }), found);
      }
      return found;
    },
    allTags: (reference, signal) =>
      waiting(
        reference,
        async (asking) => (await registries.allTags(reference.registry, reference.repository, asking)).value,
        signal,
      ),
    lastTags: ({ registry, repository }) => registries.lastTags(registry, repository)?.value,
    lastDigest({ registry, repository, tag = 'latest' }) {
      const list = registries.lastTags(registry, repository);
      const listed = list?.value.find(({ name }) => name === tag)?.digest;
      const told = [
        digests.get(formatFullReference({ registry, repository, tag })),
        ...(list && listed !== undefined ? [{ value: listed, at: list.at }] : []),
      ].filter((one) => one !== undefined && now() - one.at < freshMs);
      return told.toSorted((a, b) => b!.at - a!.at)[0]?.value;
    },
    verdict: verdicts.verdict,
    check: verdicts.check,
    page: ({ registry, repository, tag }) => registries.pageOf(registry, repository, tag),
    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      stop();
      listeners.clear();
      answers.dispose();
    },
  };
}

function tooLate(host: string) {
  return new ProblemError({
    kind: 'timeout',
    subject: host,
    message: `${host} did not answer within ${actionMs / 1000} seconds.`,
    next: 'Try again, or see "Diagnose Connection" in the Registries view.',
  }).problem;
}
