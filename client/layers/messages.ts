/** What the panel's page and the extension host say to each other. Nothing that the page says is taken for granted. */
import type { ByteUnits } from '../../common/bytes.ts';
import type { Problem } from '../../common/known.ts';
import type { ImageAnalysis, LayerComparison, LayerEntry } from '../../common/layers.ts';
import type { PageTexts } from './texts.ts';

/** What a panel is about. It is all that has to be kept to show it again. */
export type Subject =
  | {
      readonly kind: 'analysis';
      readonly source: Source;
      /** As the engine or the registry is asked for it. */
      readonly reference: string;
    }
  | {
      readonly kind: 'comparison';
      readonly source: Source;
      readonly first: string;
      readonly second: string;
      /** Of a registry's images: as `docker pull --platform` names it. */
      readonly platform?: string;
    };

export type Source = ImageAnalysis['source'];

export type Content =
  | { readonly kind: 'loading'; readonly current?: number; readonly total?: number }
  | { readonly kind: 'problem'; readonly problem: Pick<Problem, 'subject' | 'message' | 'next'> }
  | { readonly kind: 'analysis'; readonly analysis: ImageAnalysis }
  | { readonly kind: 'comparison'; readonly comparison: LayerComparison };

/** To the page. */
export type ToPage =
  | {
      readonly kind: 'show';
      readonly subject: Subject;
      readonly texts: PageTexts;
      readonly units: ByteUnits;
      readonly content: Content;
    }
  /** Answers `files` and `find`: what the layer has in the folder; of a filtered layer paths in place of names. */
  | {
      readonly kind: 'entries';
      readonly image: string;
      readonly layer: number;
      readonly folder: string;
      readonly filter?: string;
      readonly entries: readonly LayerEntry[];
    }
  | {
      readonly kind: 'noEntries';
      readonly image: string;
      readonly layer: number;
      readonly folder: string;
      readonly filter?: string;
      readonly message: string;
    };

/** From the page. */
export type FromPage =
  /** It runs and has nothing to show. */
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'files';
      /** The analysis that the page shows. */
      readonly image: string;
      readonly layer: number;
      readonly folder: string;
      readonly filter?: string;
    }
  /** Opens the Dockerfile where it made this layer of the analyzed image. */
  | { readonly kind: 'openLine'; readonly layer: number }
  | { readonly kind: 'pull' }
  | { readonly kind: 'compare' }
  | { readonly kind: 'again' }
  | { readonly kind: 'cancel' };

const maximumText = 4096;
const bare = ['ready', 'pull', 'compare', 'again', 'cancel'] as const;

export function fromPage(value: unknown): FromPage | undefined {
  const { kind, image, layer, folder, filter } = shapeOf(value);
  const known = bare.find((each) => each === kind);
  if (known !== undefined) return { kind: known };
  if (!isIndex(layer)) return undefined;
  if (kind === 'openLine') return { kind, layer };
  if (kind !== 'files' || !isText(image) || !isText(folder)) return undefined;
  if (filter !== undefined && !isText(filter)) return undefined;
  return { kind, image, layer, folder, ...(filter !== undefined && { filter }) };
}

/** What a page kept of its panel, as the editor gives it back in another window. */
export function keptSubject(state: unknown): Subject | undefined {
  const { kind, source, reference, first, second, platform } = shapeOf(shapeOf(state)['subject']);
  if (source !== 'engine' && source !== 'registry') return undefined;
  if (kind === 'analysis' && isText(reference)) return { kind, source, reference };
  if (kind !== 'comparison' || !isText(first) || !isText(second)) return undefined;
  return { kind, source, first, second, ...(isText(platform) && { platform }) };
}

function shapeOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= maximumText;

const isIndex = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;
