import { DockerfileParser, type From } from 'dockerfile-ast';
import type { Range } from 'vscode-languageserver-types';
import type { Span, Stage } from './dockerfile.ts';

/** Where the parts of an image reference stand: `127.0.0.1:5000/team/app:1.2@sha256:…`. Variables are left as written. */
export interface ImageParts {
  /** `127.0.0.1:5000`. */
  readonly registry?: ImagePart;
  /** `team/app`. */
  readonly repository: ImagePart;
  readonly tag?: ImagePart;
  readonly digest?: ImagePart;
}

export interface ImagePart {
  readonly text: string;
  readonly span: Span;
}

/**
 * The parts of the image that a stage is built from; undefined in an unfinished FROM, and where the reference is spread over
 * lines or makes no sense. dockerfile-ast reads it, from a FROM of its own, so that nothing else in the file can mislead it.
 */
export function imageParts(stage: Stage): ImageParts | undefined {
  const { image } = stage;
  if (image === undefined || image.span.end - image.span.start !== image.value.length) return undefined;
  return partsOf(image.value, image.span.start);
}

/** As {@link imageParts}, for a reference that stands at `offset`. */
export function partsOf(reference: string, offset = 0): ImageParts | undefined {
  const prefix = 'FROM ';
  const from = readFrom(`${prefix}${reference}`);
  if (from === undefined) return undefined;
  const part = (text: string | null, range: Range | null): ImagePart | undefined => {
    if (text === null || range === null) return undefined;
    const start = offset + range.start.character - prefix.length;
    return { text, span: { start, end: start + range.end.character - range.start.character } };
  };
  const repository = part(from.getImageName(), from.getImageNameRange());
  if (repository === undefined) return undefined;
  const registry = part(from.getRegistry(), from.getRegistryRange());
  const tag = part(from.getImageTag(), from.getImageTagRange());
  const digest = part(from.getImageDigest(), from.getImageDigestRange());
  return { repository, ...(registry && { registry }), ...(tag && { tag }), ...(digest && { digest }) };
}

function readFrom(line: string): From | undefined {
  try {
    return DockerfileParser.parse(line).getFROMs()[0];
  } catch {
    return undefined; // it throws on some unfinished references, which then have no parts yet
  }
}
