import type { Dockerfile } from './dockerfile/dockerfile.ts';

/** What follows from a version of a file alone, found when it is first asked for. Many findings of one file ask for the same. */
export function perFile<T>(find: (dockerfile: Dockerfile) => T): (dockerfile: Dockerfile) => T {
  const known = new WeakMap<Dockerfile, { readonly value: T }>();
  return (dockerfile) => {
    const kept = known.get(dockerfile) ?? { value: find(dockerfile) };
    known.set(dockerfile, kept);
    return kept.value;
  };
}
