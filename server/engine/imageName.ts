/** A reference cut where the engine's API wants it cut. Nothing is added or checked: the engine does both. */
export interface SplitName {
  readonly name: string;
  readonly tag?: string;
  /** `sha256:…`. */
  readonly digest?: string;
}

/** `127.0.0.1:5000/team/app:1@sha256:…`: the colon of a port comes before a slash, that of a tag does not. */
export function splitName(reference: string): SplitName {
  const [rest = '', digest] = reference.split('@', 2);
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  return {
    name: colon < 0 ? rest : rest.slice(0, colon),
    ...(colon < 0 ? {} : { tag: rest.slice(colon + 1) }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The registry whose credentials a pull of `name` needs. Source: distribution/reference normalize.go, splitDockerDomain. */
export function registryOf(name: string): string {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  return isHost && first !== 'index.docker.io' ? first : 'docker.io';
}
