/** Where a registry answers, and on whose terms. */
import type { RegistrySetting } from '../../common/registry.ts';
import { isLoopback } from './address.ts';
import type { Http, HttpRequest, OriginTerms } from './http.ts';

export interface Endpoint {
  /** What references name. */
  readonly host: string;
  /** Where it may answer, the first to be tried first, each with a slash at its end. What answered is kept. */
  readonly bases: readonly [URL, ...URL[]];
}

/**
 * `address`: where the product answers, if not at the host. HTTPS first. Plain HTTP only where the user allows it or the
 * registry is on this machine, as docker does; a `url` of the setting that names plain HTTP allows it.
 */
export function endpointOf({ host, url, insecure }: RegistrySetting, address = host): Endpoint {
  const first = new URL(url ?? `https://${address}`);
  if (!first.pathname.endsWith('/')) first.pathname += '/';
  if (first.protocol === 'http:' || !(insecure || isLoopback(first.hostname))) return { host, bases: [first] };
  const plain = new URL(first);
  plain.protocol = 'http:';
  return { host, bases: [first, plain] };
}

/**
 * Requests on behalf of one registry. What its setting says of certificates holds for the registry itself, also where it
 * gives out its tokens; the authorities of `caFile` are also trusted for the product's API, where the setting names it. The
 * headers go to where the registry answers, and nowhere else.
 */
export function onTermsOf(setting: RegistrySetting, { host, bases }: Endpoint, http: Http): Http {
  const { insecure = false, caFile, headers, webUrl } = setting;
  if (!insecure && caFile === undefined && headers === undefined) return http;
  const origins = new Set(bases.map(({ origin }) => origin));
  const hosts = new Set([host, ...bases.map((base) => base.host)]);
  const trusted = new Set([...hosts, ...(webUrl ? [webUrl] : [])].map(hostnameOf));
  const termsAt = (url: URL): OriginTerms => ({
    ...(insecure && hosts.has(url.host) && { unverified: true }),
    ...(caFile !== undefined && trusted.has(url.hostname) && { caFile }),
    ...(headers !== undefined && origins.has(url.origin) && { headers }),
  });
  return {
    send: (request: HttpRequest, signal) => http.send({ ...request, origin: termsAt(request.url) }, signal),
    close: () => http.close(),
  };
}

const hostnameOf = (text: string): string => new URL(text.includes('://') ? text : `https://${text}`).hostname;
