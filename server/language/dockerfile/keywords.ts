/** The instructions of the Dockerfile language. Source: BuildKit's frontend/dockerfile/command. */
export const keywords = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
] as const;

export type Keyword = (typeof keywords)[number];

const known: ReadonlySet<string> = new Set(keywords);

/**
 * A keyword in upper case. Besides the letters of ASCII two others count, whose lower case is one: the Kelvin sign and the dotted
 * capital I. Source: strings.ToLower in Go.
 */
export function keywordOf(text: string): string {
  if (isKnownKeyword(text)) return text;
  return text
    .replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase())
    .replaceAll('\u212a', 'K')
    .replaceAll('\u0130', 'I');
}

/** Whether `keyword`, in upper case, is an instruction. */
export function isKnownKeyword(keyword: string): keyword is Keyword {
  return known.has(keyword);
}
