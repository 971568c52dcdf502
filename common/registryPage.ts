/** Where people look at registries, repositories and tags in a browser. */
import { cloudOf, portalOf } from './azureClouds.ts';
import { dockerHub } from './reference.ts';
import type { Registry } from './registry.ts';

/**
 * The page of a registry, of a repository or of a tag there; undefined where the product has none that a name leads to, in which
 * case the registry's own page is the answer for all of them.
 * Source: what the products' own pages link to.
 */
export function pageOf(
  registry: Pick<Registry, 'host' | 'kind' | 'webUrl'>,
  repository?: string,
  tag?: string,
): string | undefined {
  const { host, kind } = registry;
  const web = webOf(registry);
  if (repository === undefined) return web;
  const path = repository.split('/').map(encodeURIComponent).join('/');
  const wanted = tag === undefined ? undefined : encodeURIComponent(tag);
  switch (kind) {
    case 'hub': {
      const official = /^library\/([^/]+)$/.exec(path)?.[1];
      const page = official === undefined ? `${web}/r/${path}` : `${web}/_/${official}`;
      return wanted === undefined ? page : `${page}/tags?name=${wanted}`;
    }
    case 'mcr':
      return `${web}/artifact/mar/${path}${wanted === undefined ? '' : '/tags'}`;
    case 'quay':
      return `${web}/repository/${path}${wanted === undefined ? '' : '?tab=tags'}`;
    case 'dtr':
      return `${web}/repositories/${path}/${wanted === undefined ? 'info' : 'tags'}`;
    // These lead a browser that asks for an image to its page.
    case 'ghcr':
    case 'gar':
      return `https://${host}/${path}`;
    case 'ecr':
      return ecrPage(host, path) ?? web;
    default:
      return web;
  }
}

function webOf({ host, kind, webUrl }: Pick<Registry, 'host' | 'kind' | 'webUrl'>): string | undefined {
  const usual = usualPages[kind];
  const web = webUrl ?? (kind === 'hub' && host !== dockerHub ? undefined : usual) ?? ownPage(host, kind);
  return web?.replace(/\/+$/, '');
}

const usualPages: Readonly<Partial<Record<Registry['kind'], string>>> = {
  hub: 'https://hub.docker.com',
  mcr: 'https://mcr.microsoft.com/en-us',
  ghcr: 'https://github.com',
  gar: 'https://console.cloud.google.com/artifacts',
};

/** Products whose pages are where their registry is. */
function ownPage(host: string, kind: Registry['kind']): string | undefined {
  if (kind === 'gitlab' && host === 'registry.gitlab.com') return 'https://gitlab.com';
  if (kind === 'acr') return `${portalOf(cloudOf(host))}/#browse/Microsoft.ContainerRegistry%2Fregistries`;
  return kind === 'quay' || kind === 'harbor' || kind === 'dtr' ? `https://${host}` : undefined;
}

/** Of `123456789012.dkr.ecr.eu-west-1.amazonaws.com`; Amazon's public gallery for `public.ecr.aws`. */
function ecrPage(host: string, path: string): string | undefined {
  if (host === 'public.ecr.aws') return `https://gallery.ecr.aws/${path}`;
  const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host);
  if (match === null) return undefined;
  const [, account, region] = match;
  return `https://${region}.console.aws.amazon.com/ecr/repositories/private/${account}/${path}?region=${region}`;
}
