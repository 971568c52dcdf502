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

/** Whether `keyword`, in upper case, is an instruction. */
export function isKnownKeyword(keyword: string): keyword is Keyword {
  return known.has(keyword);
}
