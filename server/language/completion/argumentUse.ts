import type { Dockerfile, Span } from '../dockerfile/dockerfile.ts';
import { keyValues } from '../dockerfile/keyValues.ts';

/** The image that a build argument is a part of. */
export interface ArgumentUse {
  /** What is written of the image's name before and after the argument. */
  readonly before: string;
  readonly after: string;
  /** Where the name stands: in a FROM. */
  readonly offset: number;
}

/** Arguments in the defaults of arguments; whoever goes further gets lost. */
const mostNames = 20;

/**
 * The first FROM that takes an argument from before it, by itself or through the default of another: for `VERSION` in
 * `FROM node:${VERSION}-slim`, `node:` and `-slim`.
 */
export function argumentUse(dockerfile: Dockerfile, name: string): ArgumentUse | undefined {
  const defaults = globalDefaults(dockerfile);
  /** What is written around the argument where it is part of the others, by their names, the nearest first. */
  const found = new Map([[name, { before: '', after: '' }]]);
  for (const [part, { before, after }] of found) {
    for (const { image } of dockerfile.stages) {
      const use = image && aroundVariable(image.value, part);
      if (image && use) return { before: use.before + before, after: after + use.after, offset: image.span.start };
    }
    for (const { key, value = '' } of found.size < mostNames ? defaults : []) {
      const use = found.has(key) ? undefined : aroundVariable(value, part);
      if (use) found.set(key, { before: use.before + before, after: after + use.after });
    }
  }
  return undefined;
}

/** Whether an ARG is one that FROM can take. */
export function isGlobal({ stages }: Dockerfile, { start }: Span): boolean {
  const [first] = stages;
  return first !== undefined && start < first.from.span.start;
}

function globalDefaults(dockerfile: Dockerfile) {
  return dockerfile.instructions
    .filter(({ keyword, span }) => keyword === 'ARG' && isGlobal(dockerfile, span))
    .flatMap((instruction) =>
      keyValues(instruction).map(({ key, value }) => ({ key: key.value, value: value?.value })),
    );
}

function aroundVariable(text: string, wanted: string): { readonly before: string; readonly after: string } | undefined {
  for (const match of text.matchAll(/\$(?:(\w+)|\{(\w+)(?::?-[^{}]*)?\})/g)) {
    const [variable, plain, braced] = match;
    if ((plain ?? braced) !== wanted) continue;
    return { before: text.slice(0, match.index), after: text.slice(match.index + variable.length) };
  }
  return undefined;
}
