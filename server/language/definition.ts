/** Where stages and variables are defined and used. */
import { type DocumentHighlight, DocumentHighlightKind, type Location } from 'vscode-languageserver-types';
import type { Dockerfile } from './dockerfile/dockerfile.ts';
import { type Occurrence, occurrences } from './occurrences.ts';
import { rangeOf } from './position.ts';

/** The definitions of what stands at `offset`: a variable that is set again has several. */
export function definition(dockerfile: Dockerfile, offset: number, uri: string): Location[] {
  return sameThing(dockerfile, offset)
    .filter(({ defines }) => defines)
    .map(({ span }) => ({ uri, range: rangeOf(dockerfile, span) }));
}

export function references(
  dockerfile: Dockerfile,
  offset: number,
  uri: string,
  includeDeclaration: boolean,
): Location[] {
  return sameThing(dockerfile, offset)
    .filter(({ defines }) => includeDeclaration || !defines)
    .map(({ span }) => ({ uri, range: rangeOf(dockerfile, span) }));
}

export function highlights(dockerfile: Dockerfile, offset: number): DocumentHighlight[] {
  return sameThing(dockerfile, offset).map(({ span, defines }) => ({
    range: rangeOf(dockerfile, span),
    kind: defines ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }));
}

/** In the order of the file. */
function sameThing(dockerfile: Dockerfile, offset: number): readonly Occurrence[] {
  for (const places of occurrences(dockerfile).values())
    if (places.some(({ span }) => span.start <= offset && offset <= span.end)) return places;
  return [];
}
