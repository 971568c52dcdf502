import { CompletionItemKind } from 'vscode-languageserver-types';
import { type Platform, parsePlatform } from '../../../common/platform.ts';
import { expandInFrom } from '../baseImage.ts';
import { instructionAt } from '../dockerfile/at.ts';
import type { Dockerfile } from '../dockerfile/dockerfile.ts';
import type { Host } from '../host.ts';
import { type CursorContext, cursorContext } from './context.ts';
import { directiveOffers, directiveValueOffers } from './directives.ts';
import { flagOffers, flagValueOffers } from './flags.ts';
import {
  type Completed,
  type CompletionSupport,
  inOrder,
  itemsOf,
  nothingToOffer,
  type Offer,
  type Offers,
} from './item.ts';
import { keywordOffers } from './keywords.ts';
import { mountKeyOffers, mountValueOffers } from './mounts.ts';
import { pathOffers } from './paths.ts';
import { type ReferenceOffers, referenceOffers } from './reference.ts';
import { stageOffers } from './stages.ts';
import { variableOffers } from './variables.ts';

export type { CompletionSupport } from './item.ts';

/** What asked for completion. `blank`: the user typed one, and wants to see what must follow, not what could. */
export type CompletionTrigger = 'blank' | 'other';

/**
 * What can be written at `offset`. `uri` says where the file is, for paths of its build context. Waits no longer than the host does for what is asked of registries.
 * Throws AbortError when `signal` aborts.
 */
export async function completion(
  dockerfile: Dockerfile,
  offset: number,
  host: Host,
  support: CompletionSupport,
  trigger: CompletionTrigger,
  signal: AbortSignal,
  uri = '',
): Promise<Completed> {
  const context = cursorContext(dockerfile, offset);
  if (context.kind === 'none' || (trigger === 'blank' && !followsBlank(context))) {
    return nothingToOffer;
  }
  const { offers: found, typed } =
    context.kind === 'image'
      ? await imageOffers(dockerfile, offset, context, host, signal)
      : { offers: await offersAt(dockerfile, offset, context, host, uri, signal), typed: context.typed };
  const { offers, incomplete, late = false } = found;
  return { list: { isIncomplete: incomplete, items: itemsOf(dockerfile, typed, support, offers) }, late };
}

function followsBlank({ kind }: CursorContext): boolean {
  return kind === 'path' || kind === 'image' || kind === 'word' || kind === 'directive' || kind === 'directiveValue';
}

type Context<Kind extends CursorContext['kind']> = Extract<CursorContext, { readonly kind: Kind }>;

async function imageOffers(
  dockerfile: Dockerfile,
  offset: number,
  { typed, place, around }: Context<'image'>,
  { images }: Host,
  signal: AbortSignal,
): Promise<ReferenceOffers> {
  const stages = place === 'ARG' ? [] : stageOffers(dockerfile, offset, place);
  const question = {
    ...{ typed, around, word: dockerfile.text.slice(typed.span.start, typed.span.end) },
    scratch: place !== 'from',
    stages: stages.map(({ label }) => label),
    platform: platformAt(dockerfile, around.offset),
    expand: (text: string) => expandInFrom(dockerfile, text),
  };
  const found = await referenceOffers(question, images, signal);
  const isWhole = around.before === '' && around.after === '' && found.typed === typed;
  if (!isWhole) return found;
  return { ...found, offers: { ...found.offers, offers: [...stages, ...found.offers.offers] } };
}

async function offersAt(
  dockerfile: Dockerfile,
  offset: number,
  context: Exclude<CursorContext, { kind: 'none' | 'image' }>,
  host: Host,
  uri: string,
  signal: AbortSignal,
): Promise<Offers> {
  switch (context.kind) {
    case 'path': {
      const { typed, folder, keyword, flags } = context;
      const units = host.units?.() ?? 'MB';
      const paths = await pathOffers({ uri, folder, typed: typed.text }, 'source', host.contextNames, units, signal);
      const more = flags ? flagOffers({ keyword, used: flags }) : [];
      // Each of the two is in an order of its own.
      const behind = more.map((offer, index) => ({ ...offer, sortText: inOrder(paths.offers.length + index) }));
      return { ...paths, offers: [...paths.offers, ...behind] };
    }
    default:
      return { offers: knownOffers(dockerfile, offset, context), incomplete: false };
  }
}

/** What the FROM at `offset` asks of its image; undefined where only the build knows. */
function platformAt(dockerfile: Dockerfile, offset: number): Platform | undefined {
  const value = instructionAt(dockerfile, offset)?.flags.find(({ name }) => name === 'platform')?.value;
  const written = value === undefined ? undefined : expandInFrom(dockerfile, value);
  return written === undefined ? undefined : parsePlatform(written);
}

/** What needs nothing of the world outside. */
function knownOffers(
  dockerfile: Dockerfile,
  offset: number,
  context: Exclude<CursorContext, { kind: 'none' | 'image' | 'path' }>,
): readonly Offer[] {
  switch (context.kind) {
    case 'keyword':
      return keywordOffers(dockerfile, offset, context);
    case 'flag':
      return flagOffers(context);
    case 'flagValue':
      return flagValueOffers(context);
    case 'mountKey':
      return mountKeyOffers(context);
    case 'mountValue':
      return mountValueOffers(context);
    case 'variable':
      return variableOffers(dockerfile, offset, context);
    case 'directive':
      return directiveOffers(context);
    case 'directiveValue':
      return directiveValueOffers(context);
    case 'word':
      return context.words.map((label) => ({ label, kind: CompletionItemKind.EnumMember }));
  }
}
