/** What a registry answers to who has not signed in: whether it is one, which, and what it asks for. */
import { refusal } from '../address.ts';
import { answerProblem } from '../answerProblem.ts';
import { type Challenge, chooseChallenge, parseChallenges } from '../challenge.ts';
import type { HttpResponse } from '../http.ts';
import { recognise } from '../products/products.ts';
import { signsOf } from '../signs.ts';
import { type Finding, failed, ok, plain } from './steps.ts';

/** Of `/v2/`, unsigned. */
export function registryFinding(response: HttpResponse, host: string, now: number): Finding {
  const { status, url, headers } = response;
  const product = recognise(signsOf(response));
  const name = product && (product.software ?? product.name ?? product.kind);
  const what = name === undefined ? '' : ` It is ${name}.`;
  const isPage = /html/i.test(plain(headers['content-type']));
  const isRegistrys = headers['docker-distribution-api-version'] !== undefined;
  const asks = parseChallenges(headers['www-authenticate']).length > 0;
  if (status === 200 && !isPage) return ok(`${url.href} answers as a registry does.${what}`);
  if (status === 401 && asks) return ok(`${url.href} answers as a registry does, and asks who we are.${what}`);
  if (status === 403 || status === 429 || status >= 500 || isRegistrys) {
    return failed(answerProblem(response, host, 'the registry protocol (/v2/)', now), host);
  }
  return {
    state: 'failed',
    detail: `${url.href} answers with ${isPage ? 'a page for people' : `status ${status}`}, which is not how a registry answers.`,
    next: 'Check the address, and that no proxy answers in its place.',
  };
}

export interface Asked {
  readonly finding: Finding;
  /** Where tokens come from, without what may be a secret there. */
  readonly realm?: URL;
  readonly scheme?: 'bearer' | 'basic';
}

export function challengeFinding({ status, url, headers }: HttpResponse): Asked {
  const challenge = chooseChallenge(parseChallenges(headers['www-authenticate']));
  if (status !== 401 || challenge === undefined)
    return { finding: ok('None: it lets anybody in, as far as this goes.') };
  if (challenge.scheme === 'basic') {
    const realm = plain(challenge.parameters.get('realm'));
    const finding = ok(`Basic${realm === '' ? '' : ` (${realm})`}: it wants a name and a password with each request.`);
    return { scheme: 'basic', finding };
  }
  return tokenServer(challenge, url);
}

function tokenServer({ parameters }: Challenge, registry: URL): Asked {
  const written = parameters.get('realm') ?? '';
  const realm = URL.canParse(written, registry.href) ? new URL(written, registry) : undefined;
  const reason = realm === undefined ? 'it is not an address' : refusal(realm, registry);
  if (realm === undefined || reason !== undefined) {
    return {
      scheme: 'bearer',
      finding: {
        state: 'failed',
        detail: `It wants tokens to be fetched from ${realm?.origin ?? 'a place that cannot be read'}, and ${reason}: nothing is sent there.`,
        next: 'Whoever runs the registry has to correct the address of its token server.',
      },
    };
  }
  const service = plain(parameters.get('service'));
  const of = service === '' ? '' : ` for the service ${service}`;
  return {
    scheme: 'bearer',
    realm,
    finding: ok(`Bearer: it wants tokens from ${realm.origin}${realm.pathname}${of}.`),
  };
}
