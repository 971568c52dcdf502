/** What is known of single images, as the language service asks for it. `server/images/knowledge.ts` implements it. */
import type { Known } from '../../common/known.ts';
import type { Platform } from '../../common/platform.ts';
import type { ImageReference } from '../../common/reference.ts';
import type { ImageLayers, TagDetails, TagRow } from '../../common/registry.ts';

export interface ImageKnowledge {
  /**
   * What an image is, for whoever rests the pointer on it. Waits 300 ms at most; what is not there by then is `pending`, and there
   * for the next who asks. May ask the registry for manifests.
   */
  describe(reference: ImageReference, platform: Platform | undefined, signal: AbortSignal): Promise<ImageDescription>;
  /** The digest of a tag as it is now, by a request that counts as no pull. Waits for the registry, some seconds at most. */
  digest(reference: ImageReference, signal: AbortSignal): Promise<Known<string>>;
  /** All tags of a repository. Waits for the registry, some seconds at most. */
  allTags(reference: ImageReference, signal: AbortSignal): Promise<Known<readonly TagRow[]>>;
  /** The tags that the registry told last, however long ago. Asks nobody. */
  lastTags(reference: ImageReference): readonly TagRow[] | undefined;
  /** The digest that a tag was told to have, some minutes ago at most. Asks nobody. */
  lastDigest(reference: ImageReference): string | undefined;
  /** What is certain about an image, of what {@link check} learned and is in memory; the same object until that changes. */
  verdict(reference: ImageReference): ImageVerdict | undefined;
  /**
   * Learns what a verdict needs, without asking for a manifest: where `ask`, whether the registry has the image, once in a while, and
   * for which platforms, where it tells that by the way. A
   * registry that fails is asked again after some minutes. {@link verdict} has another answer then. Throws only AbortErrors.
   */
  check(reference: ImageReference, ask: boolean, signal: AbortSignal): Promise<void>;
  /** The page for people of an image's repository, or that of its registry. Asks nobody. */
  page(reference: ImageReference): string | undefined;
}

export interface ImageDescription {
  readonly details: Known<TagDetails>;
  /** The image of the platform that was asked for, else of the engine's, and which of its layers the engine has. */
  readonly image: Known<ImageLayers>;
}

/** What is certain of an image; what is not is absent. */
export interface ImageVerdict {
  /** Its registry, which shows us the repository, does not have this tag or digest; or hides nothing, and lacks the repository. */
  readonly missing?: 'tag' | 'repository';
  /** The platforms that it is there for now: one, or those of its index. */
  readonly platforms?: readonly Platform[];
  /** Nothing has been built for it any more since this day or before, milliseconds since 1970. */
  readonly retired?: number;
}
