import type { Dockerfile } from '../dockerfile/dockerfile.ts';

/** The `y` of a frontend that the file asks for as 1.y; undefined where it takes the newest, or whatever the engine has. */
export function frontendMinor({ directives }: Pick<Dockerfile, 'directives'>): number | undefined {
  const frontend = directives.find(({ name }) => name === 'syntax')?.value ?? '';
  const minor = /^(?:docker\.io\/)?docker\/dockerfile:1\.(\d+)/.exec(frontend)?.[1];
  return minor === undefined ? undefined : Number(minor);
}
