/**
 * An image reference, normalised as docker does.
 * Example: `nginx:1.27` is `{registry: 'docker.io', repository: 'library/nginx', tag: '1.27'}`.
 * Source: distribution/reference, "Grammar" and normalize.go.
 */
export interface ImageReference {
  /** Host with optional port: `docker.io`, `127.0.0.1:5000`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Docker Hub as references name it. */
export const dockerHub = 'docker.io';

/** The names under which Docker Hub answers, or is asked for by others. */
export const dockerHubHosts: ReadonlySet<string> = new Set([dockerHub, 'index.docker.io', 'registry-1.docker.io']);

/** What docker calls Docker Hub where it keeps and hands on credentials. */
export const dockerHubAddress = 'https://index.docker.io/v1/';

// The grammar of distribution/reference, regexp.go. None of these can backtrack badly: separators and letters are disjoint.
const domainPart = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domain = `(?:${domainPart}(?:\\.${domainPart})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const path = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*';
const tag = '\\w[\\w.-]{0,127}';
const domainPattern = new RegExp(`^${domain}$`);
const pathPattern = new RegExp(`^${path}$`);
const tagPattern = new RegExp(`^${tag}$`);
const referencePattern = new RegExp(`^(${domain})/(${path})(?::(${tag}))?(?:@([^@]+))?$`);

/** Hex digits of each algorithm that docker accepts. Source: opencontainers/go-digest. */
const hexLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** Long enough for every valid reference (255 + 128 + 140 and a host), short enough that hostile input costs nothing. */
const maximumLength = 1024;
const maximumRepositoryLength = 255;

/**
 * Reads a reference as `docker pull` does. Undefined when docker would refuse it: a bad tag, an upper-case repository, a
 * bare image id of 64 hex digits, an unknown digest algorithm, a repository of more than 255 characters.
 * Neither tag nor digest is filled in. Source: ParseNormalizedNamed of distribution/reference.
 */
export function parseReference(text: string): ImageReference | undefined {
  if (text.length > maximumLength || /^[a-f0-9]{64}$/.test(text)) return undefined;
  const { registry, remainder } = splitRegistry(text);
  const match = referencePattern.exec(`${registry}/${remainder}`);
  if (match === null) return undefined;
  const [, , repository = '', tag, digest] = match;
  if (repository.length > maximumRepositoryLength) return undefined;
  if (digest !== undefined && !isDigest(digest)) return undefined;
  return {
    registry,
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/**
 * The first component is a registry when it cannot be a Docker Hub namespace: it has a dot, a colon or an upper-case
 * letter, or is `localhost`.
 */
function splitRegistry(text: string): { registry: string; remainder: string } {
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(slash, 0));
  const isRegistry = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
  const registry = !isRegistry || first === 'index.docker.io' ? dockerHub : first;
  const remainder = isRegistry ? text.slice(slash + 1) : text;
  const official = registry === dockerHub && !remainder.includes('/');
  return { registry, remainder: official ? `library/${remainder}` : remainder };
}

/** As people write it: `nginx:1.27`, `docker.io` and `library/` left out. Source: FamiliarString of distribution/reference. */
export function formatReference(reference: ImageReference): string {
  return familiarRepository(reference) + suffix(reference);
}

/** With the registry and every path component: `docker.io/library/nginx:1.27`. */
export function formatFullReference(reference: ImageReference): string {
  return `${reference.registry}/${reference.repository}${suffix(reference)}`;
}

function familiarRepository({ registry, repository }: ImageReference): string {
  if (registry !== dockerHub) return `${registry}/${repository}`;
  const official = /^library\/([^/]+)$/.exec(repository);
  return official?.[1] ?? repository;
}

function suffix({ tag, digest }: ImageReference): string {
  return `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** Whether `text` may stand where a reference names its registry: a host with an optional port, no scheme, no path. */
export function isRegistryHost(text: string): boolean {
  return text.length <= 255 && domainPattern.test(text);
}

/** Whether `text` is a repository without its registry: `library/nginx`. */
export function isRepository(text: string): boolean {
  return text.length <= maximumRepositoryLength && pathPattern.test(text);
}

export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** Whether `text` is a digest of an algorithm that docker knows: `sha256:` and 64 lower-case hex digits. */
export function isDigest(text: string): boolean {
  const match = /^([a-z0-9]+):([a-f0-9]+)$/.exec(text);
  return match?.[1] !== undefined && Object.hasOwn(hexLengths, match[1]) && match[2]?.length === hexLengths[match[1]];
}
