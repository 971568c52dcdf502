import type { RegistrySetting } from '../../common/registry.ts';
import type { Credentials } from '../util/credential.ts';
import { Auth } from './auth.ts';
import { Distribution } from './distribution.ts';
import { endpointOf, onTermsOf } from './endpoint.ts';
import type { Http, HttpResponse } from './http.ts';
import type { Product } from './products/product.ts';

export interface Meeting {
  readonly http: Http;
  readonly credentials: Credentials;
  readonly now: () => number;
  /** By registry, the origin that passwords for it went to; nothing is remembered without it. */
  readonly realms?: Map<string, string>;
  /** Sees what the registry's own origin answers, refusals included. */
  readonly onAnswer?: (response: HttpResponse) => void;
}

/** A registry on the terms of its setting, met as whoever `credentials` says. */
export function meet(
  setting: RegistrySetting,
  { address }: Pick<Product, 'address'>,
  { credentials, now, realms, onAnswer, ...meeting }: Meeting,
): { readonly distribution: Distribution; readonly http: Http } {
  const endpoint = endpointOf(setting, address);
  const http = onTermsOf(setting, endpoint, meeting.http);
  const auth = new Auth(setting.host, http, credentials, now, realms);
  return { distribution: new Distribution(endpoint, http, auth, now, onAnswer), http };
}
