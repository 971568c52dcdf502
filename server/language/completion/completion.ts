import { CompletionItemKind } from 'vscode-languageserver-types';
import { type Platform, parsePlatform } from '../../../common/platform.ts';
import { expandInFrom } from '../baseImage.ts';
import { instructionAt } from '../dockerfile/at.ts';
import type { Dockerfile } from '../dockerfile/dockerfile.ts';
import type { Host } from '../host.ts';
import { type CursorContext, cursorContext } from './context.ts';
import { directiveOffers, directiveValueOffers } from './directives.ts';
import { flagOffers, flagValueOffers } from './flags.ts';
import { imageOffers } from './images.ts';
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
import { stageOffers } from './stages.ts';
import { repositoryNamed, tagOffers } from './tags.ts';
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
  const { offers, incomplete, late = false } = await offersAt(dockerfile, offset, context, host, uri, signal);
  return { list: { isIncomplete: incomplete, items: itemsOf(dockerfile, context.typed, support, offers) }, late };
}

function followsBlank({ kind }: CursorContext): boolean {
  return kind === 'path' || kind === 'image' || kind === 'word' || kind === 'directive' || kind === 'directiveValue';
}

async function offersAt(
  dockerfile: Dockerfile,
  offset: number,
  context: Exclude<CursorContext, { kind: 'none' }>,
  host: Host,
  uri: string,
  signal: AbortSignal,
): Promise<Offers> {
  const expand = (text: string) => expandInFrom(dockerfile, text);
  switch (context.kind) {
    case 'image': {
      const { typed, place, nameEnd } = context;
      const question = { typed: typed.text, nameEnd, scratch: place === 'FROM', expand };
      const images = await imageOffers(question, host.images, signal);
      return { ...images, offers: [...stageOffers(dockerfile, offset, place), ...images.offers] };
    }
    case 'tag': {
      const name = expand(context.name);
      const reference = name === undefined ? undefined : repositoryNamed(name);
      if (reference === undefined) return { offers: [], incomplete: false };
      const platform = platformAt(dockerfile, offset);
      return tagOffers({ reference, typed: context.typed.text, ...(platform && { platform }) }, host.images, signal);
    }
    case 'path': {
      const { typed, folder, keyword, flags } = context;
      const paths = await pathOffers({ uri, folder, typed: typed.text }, 'source', host.contextNames, signal);
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
  context: Exclude<CursorContext, { kind: 'none' | 'image' | 'tag' | 'path' }>,
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
