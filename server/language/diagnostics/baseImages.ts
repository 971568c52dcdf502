import { type ImageReference, parseReference } from '../../../common/reference.ts';
import type { Dockerfile, Stage } from '../dockerfile/dockerfile.ts';
import { keyValues } from '../dockerfile/keyValues.ts';
import { evaluate, type Variable, variablesInScope } from '../dockerfile/scope.ts';

/** What a stage is built on in the end, with the defaults of build arguments. */
export interface BaseImage {
  readonly reference: ImageReference;
  /** The stage whose FROM names it. */
  readonly stage: Stage;
}

const known = new WeakMap<Dockerfile, readonly (BaseImage | undefined)[]>();

/** For each stage the image under it; undefined for `scratch`, and where only the build knows it. */
export function baseImages(dockerfile: Dockerfile): readonly (BaseImage | undefined)[] {
  let images = known.get(dockerfile);
  if (!images) {
    images = find(dockerfile);
    known.set(dockerfile, images);
  }
  return images;
}

function find(dockerfile: Dockerfile): readonly (BaseImage | undefined)[] {
  const images: (BaseImage | undefined)[] = [];
  // Many stages of a long file begin with the same image.
  const references = new Map<string, ImageReference | undefined>();
  const referenceOf = (name: string): ImageReference | undefined => {
    if (!references.has(name)) references.set(name, name === 'scratch' ? undefined : parseReference(name));
    return references.get(name);
  };
  let globals: ReadonlyMap<string, Variable> | undefined;
  for (const stage of dockerfile.stages) {
    if (stage.base !== undefined) {
      images.push(images[stage.base]);
      continue;
    }
    let name = stage.image?.value;
    if (name !== undefined && /["'$\\`]/.test(name)) {
      globals ??= globalsOf(dockerfile);
      name = evaluate(dockerfile, name, (variable) => globals!.get(variable));
    }
    const reference = name === undefined ? undefined : referenceOf(name);
    images.push(reference && { reference, stage });
  }
  return images;
}

function globalsOf(dockerfile: Dockerfile): ReadonlyMap<string, Variable> {
  const start = dockerfile.stages[0]!.from.span.start;
  return new Map(variablesInScope(dockerfile, start).map((variable) => [variable.name, variable]));
}

/**
 * Where the tag of a stage's image is written, or what the tag starts with: in the FROM, or in the default of the ARG that it
 * consists of or begins with. Undefined where the two cannot be told apart.
 */
export function writtenTag(dockerfile: Dockerfile, { image }: Stage): WrittenTag | undefined {
  if (!image) return undefined;
  const whole = variableAtStart(image.value);
  if (whole?.alone) {
    const reference = defaultOf(dockerfile, whole.name);
    return reference && tagIn(reference);
  }
  const tag =
    image.span.end - image.span.start === image.value.length
      ? tagIn({ start: image.span.start, text: image.value })
      : undefined;
  const variable = tag && variableAtStart(tag.text);
  if (variable) return defaultOf(dockerfile, variable.name);
  return tag?.text.includes('$') ? undefined : tag;
}

export interface WrittenTag {
  /** Offset in the file. */
  readonly start: number;
  readonly text: string;
}

function tagIn({ start, text }: WrittenTag): WrittenTag | undefined {
  const colon = text.lastIndexOf(':');
  const tag = text.slice(colon + 1);
  return colon === -1 || /[/@"'\\`]/.test(tag) ? undefined : { start: start + colon + 1, text: tag };
}

function variableAtStart(text: string): { readonly name: string; readonly alone: boolean } | undefined {
  const [all, plain, braced] = /^\$(?:(\w+)|\{(\w+)\})/.exec(text) ?? [];
  const name = plain ?? braced;
  return name === undefined ? undefined : { name, alone: all === text };
}

/** The default of an ARG before the first FROM; undefined where it is not one plain word, or defined twice. */
export function defaultOf(dockerfile: Dockerfile, name: string, plain: RegExp = /^[\w./:-]+$/): WrittenTag | undefined {
  let found: WrittenTag | undefined;
  for (const instruction of dockerfile.instructions) {
    if (instruction.keyword === 'FROM') break;
    for (const { key, value } of keyValues(instruction)) {
      if (key.value !== name) continue;
      if (found) return undefined;
      const text = value?.value ?? '';
      if (!value || !plain.test(text) || value.span.end - value.span.start !== text.length) return undefined;
      found = { start: value.span.start, text };
    }
  }
  return found;
}
