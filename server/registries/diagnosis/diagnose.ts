/** Reaching a registry step by step, so that a person sees where it ends. No secret is in what the steps say. */
import { isRegistryHost, isRepository } from '../../../common/reference.ts';
import type { DiagnoseStep } from '../../../common/registry.ts';
import { ProblemError } from '../../util/problemError.ts';
import { endpointOf } from '../endpoint.ts';
import { proxiesIn } from '../proxy.ts';
import { type Connecting, connectionSteps, connectSteps } from './connect.ts';
import { type AskEngine, engineFinding } from './engine.ts';
import { portOf } from './sockets.ts';
import { type Finding, failed, ok, skip, timed } from './steps.ts';
import { type Sighting, type Talking, talking, talkSteps } from './talk.ts';

export interface DiagnosisWorld extends Talking {
  readonly env: NodeJS.ProcessEnv;
  readonly askEngine: AskEngine;
}

/** The steps in order, each told to `onStep` as it ends. What cannot be tried after a failure is skipped, and said to be. */
export async function diagnose(
  host: string,
  repository: string | undefined,
  world: DiagnosisWorld,
  onStep: (step: DiagnoseStep) => void,
  signal: AbortSignal,
): Promise<readonly DiagnoseStep[]> {
  if (!isRegistryHost(host) || (repository !== undefined && !isRepository(repository)))
    throw notAName(host, repository);
  const steps: DiagnoseStep[] = [];
  for await (const step of stepsOf(host, repository, world, signal)) {
    steps.push(step);
    onStep(step);
  }
  return steps;
}

async function* stepsOf(
  host: string,
  repository: string | undefined,
  world: DiagnosisWorld,
  signal: AbortSignal,
): AsyncGenerator<DiagnoseStep> {
  const { registries, env, now, askEngine } = world;
  const setting = registries.settingOf(host);
  const { bases } = endpointOf(setting, registries.productOf(host).address);
  yield { name: 'Address', ...addressFinding(host, bases[0], setting) };
  const connecting = { setting, proxies: proxiesIn(env), env, now };
  const isReached = yield* reach(bases, connecting, signal);
  const seen: Sighting = isReached ? yield* talkSteps(host, repository, world, signal) : {};
  if (!isReached) yield* skip(talking, 'It cannot be reached.');
  const named = repository ?? seen.repository;
  const reference = named === undefined ? undefined : `${host}/${named}${seen.tag === undefined ? '' : `:${seen.tag}`}`;
  const ask = () => engineFinding(host, reference, askEngine, signal);
  yield await timed('Engine', signal, ask, (error) => failed(error, 'engine'));
}

function addressFinding(
  host: string,
  base: URL,
  { insecure, caFile }: { readonly insecure?: boolean; readonly caFile?: string },
): Finding {
  const address = `${base.origin}${base.pathname}`;
  const where = base.origin === `https://${host}` ? address : `${address}, for ${host}`;
  const terms = [insecure && 'any certificate and plain HTTP will do', caFile && `${caFile} is trusted too`];
  return ok(`${[where, ...terms.filter(Boolean)].join('; ')}.`);
}

/** Whether something answers at one of the bases. What fails at the first is a remark where the second is left to be tried. */
async function* reach(
  [first, second]: readonly [URL, ...URL[]],
  connecting: Connecting,
  signal: AbortSignal,
): AsyncGenerator<DiagnoseStep, boolean> {
  for await (const step of connectSteps(first, connecting, signal)) {
    const isTransport = step.name === 'TCP' || step.name === 'TLS';
    if (step.state !== 'failed') yield step;
    else if (second === undefined || !isTransport || (step.name === 'TCP' && portOf(first) === portOf(second))) {
      yield step;
      return false;
    } else {
      yield { ...step, state: 'warning', next: 'Plain HTTP is tried, as docker does there.' };
      return yield* reachPlain(second, step.name, connecting, signal);
    }
  }
  return true;
}

async function* reachPlain(
  base: URL,
  failedAt: string,
  connecting: Connecting,
  signal: AbortSignal,
): AsyncGenerator<DiagnoseStep, boolean> {
  if (failedAt === 'TLS') return true; // something listens there, as was seen
  for await (const step of connectionSteps(base, undefined, connecting, signal)) {
    yield step;
    if (step.state === 'failed') return false;
  }
  return true;
}

function notAName(host: string, repository: string | undefined): ProblemError {
  const name = JSON.stringify(`${host}${repository === undefined ? '' : `/${repository}`}`.slice(0, 100));
  return new ProblemError({
    kind: 'notFound',
    subject: host.slice(0, 100),
    message: `${name} is no name of a registry or repository.`,
    next: 'Write the host, and a port where it has one: registry.example:5000.',
  });
}
