/** What can be written of an image's name at the cursor, in a Dockerfile or a compose file. */
import type { Platform } from '../../../common/platform.ts';
import type { Images } from '../host.ts';
import type { Around, Typed } from './context.ts';
import { nameLength, tagColon } from './imageName.ts';
import { repositoryOffers } from './images.ts';
import type { Offers } from './item.ts';
import { repositoryNamed, tagOffers } from './tags.ts';

export interface ReferenceQuestion {
  readonly typed: Pick<Typed, 'text' | 'span' | 'cursor'>;
  /** All that belongs to the word at the cursor. */
  readonly word: string;
  /** What else is written of the name. */
  readonly around: Pick<Around, 'before' | 'after'>;
  /** Whether the empty image can be meant. */
  readonly scratch: boolean;
  /** Stages of the file that can be meant. */
  readonly stages: readonly string[];
  /** The platform that the image has to be for, where the file says so. */
  readonly platform: Platform | undefined;
  /** What variables in it stand for; undefined where only a build knows. */
  expand(text: string): string | undefined;
}

export interface ReferenceOffers {
  readonly offers: Offers;
  /** What they replace. */
  readonly typed: Pick<Typed, 'span' | 'cursor'>;
}

/** Images, or behind a colon tags, that fit between what is written around them. */
export async function referenceOffers(
  { typed, word, around, scratch, stages, platform, expand }: ReferenceQuestion,
  images: Images,
  signal: AbortSignal,
): Promise<ReferenceOffers> {
  const { span, cursor } = typed;
  const before = expand(around.before);
  const after = expand(around.after);
  const whole = before === undefined ? '' : before + typed.text;
  if (before === undefined || after === undefined || whole.includes('@')) {
    return { offers: { offers: [], incomplete: false }, typed };
  }
  const colon = tagColon(whole);
  if (colon === -1) {
    const end = nameLength(before + word + after) - before.length;
    const question = {
      typed: whole,
      cut: cutter(before, end <= word.length ? '' : after.slice(0, end - word.length)),
      nameEnd: span.start + Math.min(end, word.length),
      whole: before === '' && after === '',
      scratch,
      own: typed.text !== '' && stages.some((stage) => stage.toLowerCase().startsWith(whole.toLowerCase())),
    };
    return { offers: await repositoryOffers(question, images, signal), typed };
  }
  const reference = repositoryNamed(whole.slice(0, colon));
  if (reference === undefined) return { offers: { offers: [], incomplete: false }, typed };
  const start = Math.max(0, colon + 1 - before.length);
  const length = /^[\w.-]*/.exec(word.slice(start))![0].length;
  // `myhost:50<|>00/app`: the name before a port is no image's, and none of Docker Hub's business.
  if ((word + after)[start + length] === '/') return { offers: { offers: [], incomplete: false }, typed };
  const tail = start + length < word.length ? '' : /^[^@]*/.exec(after)![0];
  const question = {
    ...{ reference, typed: whole.slice(colon + 1), cut: cutter(before.slice(colon + 1), tail) },
    ...(platform && { platform }),
  };
  const replaced = { start: span.start + start, end: Math.max(cursor, span.start + start + length) };
  return { offers: await tagOffers(question, images, signal), typed: { span: replaced, cursor } };
}

/** What is left of a name when what stands around it is there already. A folder goes before a slash. */
function cutter(head: string, tail: string): (name: string, isFolder?: boolean) => string | undefined {
  return (name, isFolder = false) => {
    const isBeforeSlash = tail.startsWith('/') && isFolder;
    const end = isBeforeSlash ? '/' : tail;
    if (!name.startsWith(head) || !name.endsWith(end) || name.length <= head.length + end.length) return undefined;
    return isFolder && tail !== '' && !isBeforeSlash ? undefined : name.slice(head.length, name.length - end.length);
  };
}
