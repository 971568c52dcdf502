/** The pages that registries have for people, and what image each is about. */
import { dockerHub } from '../../../common/reference.ts';
import type { Place } from './pasted.ts';

/** A path's parts, decoded, without empty ones. */
type Parts = readonly string[];

/** One page a function; undefined for a page of the site that says nothing but its registry. */
type Read = (parts: Parts, url: URL) => Place | undefined;

/** Undefined for what is none of the known sites. */
export function imageOfPage(url: URL): Place | undefined {
  const host = url.hostname.replace(/^www\./, '');
  const site = sites.find(([pattern]) => pattern.test(host));
  if (site === undefined) return undefined;
  return site[1](partsOf(url.pathname), url);
}

const sites: readonly (readonly [RegExp, Read])[] = [
  [/^hub\.docker\.com$/, hub],
  [/^mcr\.microsoft\.com$/, mcr],
  [/^github\.com$/, github],
  [/^quay\.io$/, quay],
  [/^gitlab\.com$/, gitlab],
  [/^portal\.azure\.(?:com|cn|us)$/, azure],
  [/\.console\.aws\.amazon\.com$/, aws],
  [/^gallery\.ecr\.aws$/, (parts) => at('public.ecr.aws', parts.slice(0, 2))],
  [/^console\.cloud\.google\.com$/, google],
];

function partsOf(path: string): Parts {
  return path
    .split('/', 50)
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    })
    .filter((part) => part !== '');
}

function at(host: string, parts: Parts, tag?: string | null): Place {
  return { host, ...(parts.length > 0 && { repository: parts.join('/').toLowerCase() }), ...(tag && { tag }) };
}

/** `/_/nginx`, `/r/team/app/tags`, `/repository/docker/team/app`, `/layers/library/nginx/1.27/…`. */
function hub([kind, ...rest]: Parts): Place {
  if (kind === '_' && rest[0] !== undefined) return at(dockerHub, ['library', rest[0]]);
  if (kind === 'r' && rest.length >= 2) return at(dockerHub, rest.slice(0, 2));
  if (kind === 'repository' && rest.length >= 3) return at(dockerHub, rest.slice(1, 3));
  if (kind === 'layers' && rest.length >= 3) return at(dockerHub, rest.slice(0, 2), rest[2]);
  return { host: dockerHub };
}

/** `/en-us/artifact/mar/dotnet/sdk/tags`, `/product/dotnet/sdk/about`; else a reference may have been typed. */
function mcr(parts: Parts): Place | undefined {
  const start = parts.findIndex((part) => part === 'artifact' || part === 'product');
  if (start < 0 || start > 1) return undefined;
  const rest = parts.slice(start + 1);
  const named = rest[0] === 'mar' ? rest.slice(1) : rest;
  const isTab = ['about', 'tags', 'documentation'].includes(named.at(-1) ?? '');
  return at('mcr.microsoft.com', isTab ? named.slice(0, -1) : named);
}

/** `/owner/repo/pkgs/container/name/1234?tag=v1`, `/orgs/owner/packages/container/package/name`. */
function github(parts: Parts, { searchParams }: URL): Place | undefined {
  const [first = '', second = '', third = '', fourth, ...rest] = parts;
  if (third === 'pkgs' && fourth === 'container' && rest[0] !== undefined) {
    return at('ghcr.io', [first, rest[0]], searchParams.get('tag'));
  }
  if ((first === 'orgs' || first === 'users') && third === 'packages') {
    const named = rest[0] === 'package' ? rest[1] : rest[0];
    return named === undefined ? { host: 'ghcr.io' } : at('ghcr.io', [second, named], searchParams.get('tag'));
  }
  return { host: 'ghcr.io' };
}

/** `/repository/team/app`; else a reference may have been typed. */
function quay([kind, ...rest]: Parts, { searchParams }: URL): Place | undefined {
  if (kind === 'organization' || kind === 'user') return { host: 'quay.io' };
  if (kind !== 'repository') return undefined;
  return at('quay.io', rest.slice(0, 2), searchParams.get('tag'));
}

/** `/group/project/container_registry`. */
function gitlab(parts: Parts): Place {
  const end = parts.findIndex((part) => part === 'container_registry' || part === '-');
  return at('registry.gitlab.com', end > 0 ? parts.slice(0, end) : []);
}

/** The registry's name stands in what follows the `#`. */
function azure(_: Parts, { hash, hostname }: URL): Place | undefined {
  const name = /\/microsoft\.containerregistry\/registries\/([a-z0-9]{5,50})(?:\/|$)/i.exec(hash)?.[1];
  const cloud = hostname.endsWith('.com') ? 'io' : hostname.slice(-2);
  return name === undefined ? undefined : { host: `${name.toLowerCase()}.azurecr.${cloud}` };
}

/** `/ecr/repositories/private/123456789012/app`. */
function aws(parts: Parts, { hostname, searchParams }: URL): Place | undefined {
  const start = parts.indexOf('private');
  const account = parts[start + 1] ?? '';
  const region = searchParams.get('region') ?? hostname.split('.', 1)[0] ?? '';
  if (parts[0] !== 'ecr' || start < 0 || !/^\d{12}$/.test(account) || !/^[a-z0-9-]{1,30}$/.test(region))
    return undefined;
  return at(`${account}.dkr.ecr.${region}.amazonaws.com`, parts.slice(start + 2));
}

/** `/artifacts/docker/project/region/repository/image`, `/gcr/images/project/image`. */
function google([kind, second, project = '', ...rest]: Parts): Place | undefined {
  if (kind === 'artifacts' && second === 'docker' && /^[a-z0-9-]{1,40}$/.test(rest[0] ?? '')) {
    return at(
      `${rest[0]}-docker.pkg.dev`,
      [project, ...rest.slice(1)].map((part) => part.replace(/:.*$/, '')),
    );
  }
  return kind === 'gcr' && second === 'images' ? at('gcr.io', project === '' ? [] : [project, ...rest]) : undefined;
}
