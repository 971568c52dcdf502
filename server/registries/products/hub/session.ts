/** Who we are at Docker Hub's web API. Source: docker/docs, content/reference/api/hub/latest.yaml. */
import { createHash } from 'node:crypto';
import { dockerHub } from '../../../../common/reference.ts';
import { Cache } from '../../../util/cache.ts';
import type { Credential } from '../../../util/credential.ts';
import { fields, text } from '../../../util/json.ts';
import { ProblemError } from '../../../util/problemError.ts';
import type { HttpResponse } from '../../http.ts';
import { jsonOf } from '../../jsonOf.ts';
import type { ApiRequest, ProductRoom } from '../product.ts';

export interface HubSession {
  /** As who we are known, as far as we are; any answer is returned. */
  send(request: ApiRequest, signal: AbortSignal): Promise<HttpResponse>;
  /** The name that we sign in with; undefined where we have none. */
  identifier(signal: AbortSignal): Promise<string | undefined>;
}

/** Tokens live ten minutes. */
const renewAfterMs = 8 * 60_000;
/** A password that was refused is not sent again for so long. */
const rejectedMs = 60_000;

export const tokenPage = 'https://app.docker.com/settings/personal-access-tokens';

type Basic = Extract<Credential, { readonly kind: 'basic' }>;

export function createHubSession({ api, credentials, now }: ProductRoom): HubSession {
  const tokens = new Cache<string>({ ttlMs: renewAfterMs, maximum: 10, now });
  let rejected: { readonly key: string; readonly at: number; readonly problem: ProblemError } | undefined;

  /** Only a name with its secret opens the web API: other credentials are for the registry alone. */
  const credential = async (signal: AbortSignal): Promise<Basic | undefined> => {
    const found = await credentials.find(dockerHub, undefined, signal);
    return found?.kind === 'basic' ? found : undefined;
  };

  const signIn = async (basic: Basic, key: string, signal: AbortSignal): Promise<string> => {
    if (rejected?.key === key && now() - rejected.at < rejectedMs) throw rejected.problem;
    const { username, password } = basic;
    let response = await api(
      { method: 'POST', path: '/v2/auth/token', json: { identifier: username, secret: password } },
      signal,
    );
    if (isGone(response)) {
      response = await api({ method: 'POST', path: '/v2/users/login', json: { username, password } }, signal);
    }
    if (response.status === 401) {
      const problem = refused(response, username);
      rejected = { key, at: now(), problem };
      throw problem;
    }
    const answer = fields(jsonOf(response, dockerHub, 'a sign-in', now()));
    const token = text(answer['access_token']) || text(answer['token']);
    // It is sent on in a header: blanks and controls in it could add others.
    if (/^[\x21-\x7e]+$/.test(token)) return token;
    throw new ProblemError({
      kind: 'badAnswer',
      subject: dockerHub,
      message: 'Docker Hub answered a sign-in without a token.',
    });
  };

  const authorization = async (signal: AbortSignal, forget?: string): Promise<string | undefined> => {
    const basic = await credential(signal);
    if (basic === undefined) return undefined;
    const key = createHash('sha256').update(JSON.stringify(basic)).digest('hex');
    // Only the token that was refused: meanwhile somebody else may have fetched another.
    if (forget !== undefined && tokens.last(key)?.value === forget.slice('Bearer '.length)) tokens.forget();
    return `Bearer ${(await tokens.get(key, (flight) => signIn(basic, key, flight), signal)).value}`;
  };

  return {
    async send(request, signal) {
      const first = await authorization(signal);
      const response = await api(signed(request, first), signal);
      if (response.status !== 401 || first === undefined) return response;
      return api(signed(request, await authorization(signal, first)), signal);
    },
    identifier: async (signal) => (await credential(signal))?.username,
  };
}

/** What is deprecated is asked only where its successor is not. */
export const isGone = ({ status }: HttpResponse): boolean => status === 404 || status === 410;

const signed = (request: ApiRequest, authorization: string | undefined): ApiRequest =>
  authorization === undefined ? request : { ...request, headers: { ...request.headers, authorization } };

function refused({ body }: HttpResponse, username: string): ProblemError {
  const wantsSecond = /secondary authentication|login_2fa_token/.test(body.toString('utf8'));
  return new ProblemError({
    kind: 'unauthorized',
    subject: dockerHub,
    message: wantsSecond
      ? `Docker Hub wants a second factor of ${username}, which a password alone is not.`
      : `Docker Hub does not accept the password or token of ${username}.`,
    next: wantsSecond
      ? `Make a personal access token at ${tokenPage} and sign in with it in place of the password.`
      : 'Sign in again, in the Registries view or with: docker login',
  });
}
