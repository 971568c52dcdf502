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
  /** The page for people of an image's repository, or that of its registry. Asks nobody. */
  page(reference: ImageReference): string | undefined;
}

export interface ImageDescription {
  readonly details: Known<TagDetails>;
  /** The image of the platform that was asked for, else of the engine's, and which of its layers the engine has. */
  readonly image: Known<ImageLayers>;
}
