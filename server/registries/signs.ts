/** What a registry's answer shows of the product behind it, before it is known which one that is. */
import { parseChallenges } from './challenge.ts';
import type { HttpResponse } from './http.ts';

export interface Signs {
  /** Where its tokens come from, of a Bearer challenge: `https://gitlab.example/jwt/auth`. */
  readonly tokenUrl?: URL;
  /** What a Bearer challenge calls the registry: `container_registry`. */
  readonly service?: string;
  /** Of a Basic challenge: `Sonatype Nexus Repository Manager`. */
  readonly basicRealm?: string;
  /** One of the answer's headers, by its lower-case name. */
  header(name: string): string | undefined;
}

/** Never throws: what cannot be read is no sign. */
export function signsOf({ headers, url }: Pick<HttpResponse, 'headers' | 'url'>): Signs {
  const challenges = parseChallenges(headers['www-authenticate']);
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer')?.parameters;
  const basicRealm = challenges.find(({ scheme }) => scheme === 'basic')?.parameters.get('realm');
  const realm = bearer?.get('realm');
  const service = bearer?.get('service');
  return {
    ...(realm !== undefined && URL.canParse(realm, url.href) && { tokenUrl: new URL(realm, url) }),
    ...(service !== undefined && { service }),
    ...(basicRealm !== undefined && { basicRealm }),
    header(name) {
      const value = headers[name];
      return typeof value === 'object' ? value[0] : value;
    },
  };
}
