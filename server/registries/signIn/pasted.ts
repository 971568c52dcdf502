/** What registry, and perhaps which image in it, people mean by what they paste: anything from a host to a whole command. */
import { dockerHub, isRegistryHost, isRepository, isTag, parseReference } from '../../../common/reference.ts';
import { normaliseHost } from '../settings.ts';
import { imageOfCommand } from './pastedCommand.ts';
import { imageOfPage } from './pastedPage.ts';

export interface Pasted {
  readonly host: string;
  /** Where the text names an image: as the registry knows it, `library/nginx`. */
  readonly repository?: string;
  readonly tag?: string;
  /** It was written with `http://`. */
  readonly plain: boolean;
  /** A name or a password stood before the host, or in the command. They are not in here. */
  readonly hadSecret: boolean;
}

export type Place = Pick<Pasted, 'host' | 'repository' | 'tag'>;

const maximumLength = 8192;
const maximumLines = 20;

/** Of a shell or a quotation; `#` may also begin a comment. */
const prompt = /^(?:[$>`'"]\s*|#\s+(?=(?:sudo|docker|podman)\s)){1,3}/;

/**
 * Reads a host, an address in a browser, the page of an image, an image reference, or a line with `docker pull`, `docker run`,
 * `podman …`, `FROM …` or `image: …`. Of several lines, the first that says something. Undefined where nothing does.
 */
export function parsePasted(text: string): Pasted | undefined {
  const lines = text
    .slice(0, maximumLength)
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/[\r\n]+/, maximumLines);
  for (const line of lines) {
    const pasted = parseLine(line.trim().replace(prompt, ''));
    if (pasted !== undefined) return pasted;
  }
  return undefined;
}

function parseLine(line: string): Pasted | undefined {
  const command = imageOfCommand(line);
  if (command !== undefined) {
    const pasted = parseWord(command.image);
    return pasted && { ...pasted, hadSecret: pasted.hadSecret || command.hadSecret };
  }
  const word = line.replace(/[`'",;]+$/, '');
  return /\s/.test(word) ? undefined : parseWord(word);
}

function parseWord(word: string): Pasted | undefined {
  const [, scheme = '', rest = ''] = /^(?:([a-z][a-z0-9+.-]{0,20}):\/\/)?(.*)$/i.exec(word) ?? [];
  const protocol = scheme.toLowerCase();
  if (!['', 'http', 'https', 'docker', 'oci'].includes(protocol)) return undefined;
  const { address, hadSecret } = withoutUser(rest);
  const isAddress = protocol === 'http' || protocol === 'https';
  const place = placeOf(address, isAddress);
  return place && { ...place, plain: protocol === 'http', hadSecret };
}

/** What stands before an `@` of the host; the `@` of a digest comes later. */
function withoutUser(rest: string): { readonly address: string; readonly hadSecret: boolean } {
  const host = rest.split('/', 1)[0] ?? '';
  const at = /@[a-z0-9]+:[a-f0-9]{32,}$/.test(host) ? -1 : host.lastIndexOf('@');
  return { address: rest.slice(at + 1), hadSecret: at >= 0 };
}

function placeOf(address: string, isAddress: boolean): Place | undefined {
  const url = URL.canParse(`https://${address}`) ? new URL(`https://${address}`) : undefined;
  const page = url && imageOfPage(url);
  if (page !== undefined) return checked(page);
  const [first = '', ...path] = address.replace(/[?#].*$/, '').split('/');
  if (path.length === 0 && !isAddress && !isHost(first)) return ofReference(first);
  const rest = path.join('/');
  const isReference = !isAddress && rest !== '' && !/^v[12]\/?/.test(rest) && !rest.endsWith('/');
  return (isReference && ofReference(address)) || inApi(first, rest, isAddress);
}

/** A single word that is no image of Docker Hub: it has a dot in its name, a number for a port, or is this machine. */
function isHost(word: string): boolean {
  const [, name = '', port = ''] = /^(\[[0-9a-f:]+\]|[^:]*)(?::(\d{1,5}))?$/i.exec(word) ?? [];
  return name === 'localhost' || name.startsWith('[') || name.includes('.') || Number(port) >= 1000;
}

function ofReference(text: string): Place | undefined {
  const reference = parseReference(text);
  if (reference === undefined) return undefined;
  const { registry, repository, tag } = reference;
  const host = normaliseHost(registry);
  if (host === undefined) return undefined;
  return { host, repository, ...(tag !== undefined && { tag }) };
}

/** A host, with what of the path may be a repository: `/v2/team/app/tags/list`, or `/team/app:1.2` where people wrote it. */
function inApi(first: string, path: string, isAddress: boolean): Place | undefined {
  const host = normaliseHost(first);
  if (host === undefined) return undefined;
  const api = /^v2\/(.+)\/(?:tags|manifests|blobs|referrers)\//.exec(path)?.[1];
  if (api !== undefined) return checked({ host, repository: api });
  if (/^v[12](?:\/|$)/.test(path)) return { host };
  const [, repository = '', tag] = /^([^:@]+?)\/?(?::([^:@/]+))?(?:@[^@]+)?$/.exec(path) ?? [];
  return isAddress && host === dockerHub ? { host } : checked({ host, repository, ...(tag !== undefined && { tag }) });
}

/** What cannot be a repository or a tag is left out. */
function checked({ host, repository, tag }: Place): Place | undefined {
  if (!isRegistryHost(host)) return undefined;
  if (repository === undefined || !isRepository(repository)) return { host };
  return { host, repository, ...(tag !== undefined && isTag(tag) && { tag }) };
}
