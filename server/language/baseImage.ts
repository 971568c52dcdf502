import { type ImageReference, parseReference } from '../../common/reference.ts';
import type { Dockerfile, Stage } from './dockerfile/dockerfile.ts';
import { evaluate, variablesInScope } from './dockerfile/scope.ts';

/**
 * The image a stage is based on, with the defaults of build arguments. Undefined for `scratch`, for an earlier stage, and where
 * only the build knows it.
 */
export function baseImageOf(dockerfile: Dockerfile, { image, base }: Stage): ImageReference | undefined {
  if (image === undefined || base !== undefined || image.value === 'scratch') return undefined;
  const name = expandInFrom(dockerfile, image.value);
  return name === undefined || name === 'scratch' ? undefined : parseReference(name);
}

/** `text` as a FROM reads it; undefined where a variable has no value before the build. */
export function expandInFrom(dockerfile: Dockerfile, text: string): string | undefined {
  if (!/["'$\\`]/.test(text)) return text;
  const offset = dockerfile.stages[0]?.from.span.start ?? dockerfile.text.length;
  const globals = new Map(variablesInScope(dockerfile, offset).map((variable) => [variable.name, variable]));
  return evaluate(dockerfile, text, (name) => globals.get(name));
}
