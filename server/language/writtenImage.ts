/** Where the name of an image can be changed: at its place, or in the default of the ARG that it is. */
import type { ImageReference } from '../../common/reference.ts';
import { nameLength, tagColon } from './completion/imageName.ts';
import { defaultOf, type WrittenTag, writtenTag } from './diagnostics/baseImages.ts';
import type { Edit } from './diagnostics/rule.ts';
import type { Dockerfile } from './dockerfile/dockerfile.ts';
import { type ImageUse, imageUses } from './imageUses.ts';
import { perFile } from './perFile.ts';

/**
 * `whole`: the reference, in one piece. `version`: its tag, or what the tag begins with, where the rest is written elsewhere.
 * `digest`: its digest, behind what variables make up.
 */
export type WrittenImage =
  | { readonly kind: 'whole'; readonly at: WrittenTag }
  | { readonly kind: 'version' | 'digest'; readonly at: WrittenTag };

const plain = /^[\w./:@-]+$/;

/** Undefined where variables make it up in other ways, and where one of them is part of something else too. */
export function writtenImage(dockerfile: Dockerfile, use: ImageUse): WrittenImage | undefined {
  const whole = writtenPlain(dockerfile.text, use);
  if (whole !== undefined || use.stage === undefined) return whole;
  if (isShared(dockerfile, use)) return undefined;
  const text = dockerfile.text.slice(use.span.start, use.span.end);
  const [, name, braced] = alone.exec(text) ?? [];
  const variable = name ?? braced;
  if (variable !== undefined) {
    const at = defaultOf(dockerfile, variable, plain);
    return at && { kind: 'whole', at };
  }
  const at = use.reference.digest === undefined ? writtenTag(dockerfile, use.stage) : undefined;
  return at && { kind: 'version', at };
}

/** The first image that the default of an ARG at `offset` makes up, by itself or as its version. Its span is that of the default. */
export function imageOfDefault(dockerfile: Dockerfile, offset: number): ImageUse | undefined {
  const [first] = dockerfile.stages;
  if (first === undefined || offset >= first.from.span.start) return undefined;
  for (const use of imageUses(dockerfile)) {
    const { start, text } = writtenImage(dockerfile, use)?.at ?? { start: Number.POSITIVE_INFINITY, text: '' };
    if (start <= offset && offset <= start + text.length) return { ...use, span: { start, end: start + text.length } };
  }
  return undefined;
}

/** As {@link writtenImage}, of a file without ARGs. */
export function writtenPlain(file: string, { span }: ImageUse): WrittenImage | undefined {
  const text = file.slice(span.start, span.end);
  const [, quote = '', name = ''] = /^(["']?)(.*)\1$/s.exec(text) ?? [];
  if (plain.test(name)) return { kind: 'whole', at: { start: span.start + quote.length, text: name } };
  const digest = /@([a-z0-9]+:[a-f0-9]+)$/.exec(text)?.[1];
  return digest === undefined ? undefined : { kind: 'digest', at: { start: span.end - digest.length, text: digest } };
}

/**
 * As {@link writtenPlain}, and what a variable stands for by default, which in a compose file is all that the file says of it:
 * `node:${VERSION:-22.11.0}-slim`, `${IMAGE:-node:22}`.
 */
export function writtenInCompose(file: string, use: ImageUse): WrittenImage | undefined {
  const plainly = writtenPlain(file, use);
  if (plainly !== undefined) return plainly;
  const text = file.slice(use.span.start, use.span.end);
  const [, before = '', name = '', value, after = ''] =
    /^([\w./:-]*)(\$\{\w+:?-)([\w./:-]+)\}([\w.-]*)$/.exec(text) ?? [];
  if (value === undefined) return undefined;
  const at = { start: use.span.start + before.length + name.length, text: value };
  if (before === '' && after === '') return { kind: 'whole', at };
  return tagColon(before) === before.length - 1 && before !== '' ? { kind: 'version', at } : undefined;
}

function isShared(dockerfile: Dockerfile, { span, reference }: ImageUse): boolean {
  const uses = usesByVariable(dockerfile);
  const text = dockerfile.text.slice(span.start, span.end);
  return variablesIn(text).some((name) => {
    const others = new Set(uses.get(name));
    others.delete(useOf(text, reference));
    return others.size > 0;
  });
}

/** What a change of a variable has to be right for, of each FROM with it; `undefined` stands for an image that only a build knows. */
const usesByVariable = perFile((dockerfile) => {
  const references = new Map(imageUses(dockerfile).map(({ span, reference }) => [span.start, reference]));
  const found = new Map<string, Set<string | undefined>>();
  for (const { image } of dockerfile.stages) {
    if (image === undefined) continue;
    const reference = references.get(image.span.start);
    for (const name of variablesIn(image.value)) {
      const uses = found.get(name) ?? new Set();
      found.set(name, uses.add(reference && useOf(image.value, reference)));
    }
  }
  return found;
});

/** Of which repository it is, whether pinned, and whether the variable is all of it or a part. */
function useOf(text: string, { registry, repository, digest }: ImageReference): string {
  return JSON.stringify([registry, repository, digest !== undefined, alone.test(text)]);
}

const alone = /^\$(?:(\w+)|\{(\w+)\})$/;

const variablesIn = (text: string): readonly string[] => [...text.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name!);

/** Writes another tag, or a digest, behind the name. Undefined where there is no place for it. */
export function rewriting(
  { kind, at }: WrittenImage,
  reference: ImageReference,
  tag: string,
  digest: string | undefined,
): Edit | undefined {
  const end = at.start + at.text.length;
  if (kind === 'whole') {
    const text = `:${tag}${digest === undefined ? '' : `@${digest}`}`;
    return { span: { start: at.start + nameLength(at.text), end }, text };
  }
  if (kind === 'digest')
    return digest && tag === reference.tag ? { span: { start: at.start, end }, text: digest } : undefined;
  const { tag: before = '' } = reference;
  const rest = before.slice(at.text.length);
  if (digest !== undefined || !before.startsWith(at.text) || !tag.endsWith(rest)) return undefined;
  return { span: { start: at.start, end }, text: tag.slice(0, tag.length - rest.length) };
}
