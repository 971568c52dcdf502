/** Reaching a registry step by step, so that a person sees where it ends. No secret is in what the steps say. */
import type { DiagnoseStep } from '../../../common/registry.ts';
import type { Credentials } from '../../util/credential.ts';
import { isAbort, problemOf } from '../../util/problemError.ts';
import { parseChallenges } from '../challenge.ts';
import { endpointOf, onTermsOf } from '../endpoint.ts';
import type { Http, HttpResponse } from '../http.ts';
import { recognise } from '../products/products.ts';
import type { Registries } from '../registries.ts';
import { signsOf } from '../signs.ts';
import { connectSteps } from './connect.ts';
import { proxyFor } from './proxy.ts';

export interface DiagnosisWorld {
  readonly env: NodeJS.ProcessEnv;
  readonly registries: Registries;
  readonly http: Http;
  readonly credentials: Credentials;
  /** What the engine says of a repository there; rejects with the reason. Undefined where there is no engine. */
  readonly askEngine?: (name: string, signal: AbortSignal) => Promise<void>;
}

/** The steps in order, each told to `onStep` as it ends. What cannot be tried after a failure is skipped, and said to be. */
export async function diagnose(
  host: string,
  repository: string | undefined,
  world: DiagnosisWorld,
  onStep: (step: DiagnoseStep) => void,
  signal: AbortSignal,
): Promise<readonly DiagnoseStep[]> {
  const steps: DiagnoseStep[] = [];
  const add = (step: DiagnoseStep): DiagnoseStep => {
    steps.push(step);
    onStep(step);
    return step;
  };
  const timed = async (name: string, work: () => Promise<Omit<DiagnoseStep, 'name' | 'ms'>>) => {
    const from = performance.now();
    const step = await work().catch((error: unknown) => failure(error, host));
    signal.throwIfAborted();
    return add({ name, ...step, ms: Math.round(performance.now() - from) });
  };

  const { registries, credentials } = world;
  const setting = registries.settingOf(host);
  const endpoint = endpointOf(setting, registries.productOf(host).address);
  const [base] = endpoint.bases;
  const where = base.origin === `https://${host}` ? '' : `, for ${host}`;
  const terms = [setting.insecure && 'any certificate will do', setting.caFile && `trusting ${setting.caFile}`];
  add({ name: 'Address', state: 'ok', detail: [base.href + where, ...terms.filter(Boolean)].join('; ') });

  const proxy = proxyFor(base, world.env);
  add({ name: 'Proxy', ...proxy.step });
  let reached = true;
  const fallsBack = endpoint.bases.length > 1;
  for await (const step of connectSteps(base, setting, proxy.address, world.env, signal)) {
    const isLast = step.state !== 'failed' || !fallsBack || step.name !== 'TLS';
    add(isLast ? step : { ...step, state: 'warning', next: 'Plain HTTP is tried, as docker does there.' });
    if (step.state === 'failed') reached = false;
  }
  if (!reached && !fallsBack) {
    for (const name of ['Registry', 'Credentials', 'Access'])
      add({ name, state: 'skipped', detail: 'It cannot be reached.' });
  } else {
    await timed('Registry', async () =>
      registryStep(await answerOf(endpoint.bases, onTermsOf(setting, endpoint, world.http), signal)),
    );
    await timed('Credentials', async () => {
      const credential = await credentials.find(host, repository, signal);
      if (credential === undefined) return { state: 'ok', detail: 'None: asked as anybody may.' };
      const who = 'username' in credential && credential.username ? ` for ${credential.username}` : '';
      return { state: 'ok', detail: `${kinds[credential.kind]}${who}.` };
    });
    await timed('Access', async () => {
      if (repository === undefined) {
        const { value } = await registries.repositories(host, {}, signal);
        return { state: 'ok', detail: `It lists its repositories (${value.total ?? `${value.items.length} so far`}).` };
      }
      const { value } = await registries.tags(host, repository, {}, signal);
      return {
        state: 'ok',
        detail: `It lists the tags of ${repository} (${value.total ?? `${value.items.length} so far`}).`,
      };
    });
  }
  const { askEngine } = world;
  if (askEngine === undefined) add({ name: 'Engine', state: 'skipped', detail: 'No engine is there to ask.' });
  else await timed('Engine', () => engineStep(host, repository, askEngine, signal));
  return steps;
}

const kinds = {
  basic: 'A name and a password or token',
  identityToken: 'An identity token',
  registryToken: 'A registry token',
} as const;

async function answerOf(bases: readonly URL[], http: Http, signal: AbortSignal): Promise<HttpResponse> {
  let failed: unknown;
  for (const base of bases) {
    try {
      return await http.send({ method: 'GET', url: new URL('v2/', base), maximumBytes: 1 << 20, retries: 0 }, signal);
    } catch (error) {
      signal.throwIfAborted();
      failed ??= error;
    }
  }
  throw failed;
}

function registryStep(response: HttpResponse): Omit<DiagnoseStep, 'name'> {
  const { status, url, headers } = response;
  const product = recognise(signsOf(response));
  const what = product === undefined ? '' : ` It is ${product.software ?? product.name ?? product.kind}.`;
  const challenges = parseChallenges(headers['www-authenticate']).map(({ scheme, parameters }) => {
    const realm = parameters.get('realm') ?? '';
    const from = URL.canParse(realm, url.href) ? ` from ${new URL(realm, url).origin}` : '';
    return scheme === 'bearer' ? `tokens${from}` : scheme;
  });
  const wants = challenges.length > 0 ? ` It asks for ${challenges.join(' or ')}.` : '';
  if (status === 200) return { state: 'ok', detail: `It answers ${url.href} and lets anybody in.${what}` };
  if (status === 401 && challenges.length > 0) return { state: 'ok', detail: `It answers ${url.href}.${wants}${what}` };
  return {
    state: 'failed',
    detail: `${url.href} answers with status ${status}, which is not how a registry answers.`,
    next: 'Check the address, and that no proxy answers in its place.',
  };
}

async function engineStep(
  host: string,
  repository: string | undefined,
  askEngine: NonNullable<DiagnosisWorld['askEngine']>,
  signal: AbortSignal,
): Promise<Omit<DiagnoseStep, 'name'>> {
  if (repository === undefined) {
    return { state: 'skipped', detail: 'The engine can be asked for a repository only: diagnose one of them.' };
  }
  try {
    await askEngine(`${host}/${repository}`, signal);
    return { state: 'ok', detail: 'The engine reaches it too.' };
  } catch (error) {
    if (isAbort(error)) throw error;
    const { message } = problemOf(error, 'engine');
    return { state: 'warning', detail: `The engine does not get there: ${message}`, ...engineAdvice(message, host) };
  }
}

/** The engine has a network and a list of trusted authorities of its own. */
function engineAdvice(message: string, host: string): { readonly next?: string } {
  if (/x509|certificate/i.test(message)) {
    return { next: `Give the engine the authority's certificate: /etc/docker/certs.d/${host}/ca.crt on its machine.` };
  }
  if (/HTTP response to HTTPS client/i.test(message)) {
    return { next: `Add ${host} to insecure-registries in the engine's configuration (daemon.json).` };
  }
  if (/no such host|connection refused|timeout|unreachable/i.test(message)) {
    return { next: "Check the network and the proxy of the engine's machine: they are not those of VS Code." };
  }
  return {};
}

function failure(error: unknown, subject: string): Omit<DiagnoseStep, 'name' | 'ms'> {
  if (isAbort(error)) throw error;
  const { message, next } = problemOf(error, subject);
  return { state: 'failed', detail: message, ...(next !== undefined && { next }) };
}
