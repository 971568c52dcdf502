import type { Word } from '../../../dockerfile/dockerfile.ts';

/** Endings of what ADD or a program may unpack. A zip file is not among it: ADD leaves it as it is. */
const endings = '.tar .Z .bz2 .gz .lz .lzma .tZ .tb2 .tbz .tbz2 .tgz .tlz .tpz .txz .xz .zst'.split(' ');

export function isArchive(name: string): boolean {
  return endings.some((ending) => name.endsWith(ending));
}

/** Whether the name says that a tar archive is in it, so that ADD unpacks it. */
export function isTar(name: string): boolean {
  return /\.(?:tar(?:\.\w+)?|tZ|tb2|tbz2?|tgz|tlz|tpz|txz)$/.test(name);
}

/** A path with the quotes around it taken off. */
export function plainPath({ value }: Pick<Word, 'value'>): string {
  return value.replace(/^(["'])(.*)\1$/s, '$2');
}

export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
