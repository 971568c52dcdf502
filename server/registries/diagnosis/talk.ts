/** What a registry that can be reached says: whether it is one, whom it takes us for, and what it lets us see. */
import type { DiagnoseStep } from '../../../common/registry.ts';
import type { Located, SignIns } from '../../util/credential.ts';
import { ProblemError, problemOf } from '../../util/problemError.ts';
import type { Distribution } from '../distribution.ts';
import type { Http } from '../http.ts';
import { meet } from '../meet.ts';
import type { Registries } from '../registries.ts';
import { type Asked, challengeFinding, registryFinding } from './answer.ts';
import { type Exchange, recording } from './recorder.ts';
import { type Finding, failed, ok, skip, skipped, timed } from './steps.ts';
import { tokenFinding } from './token.ts';

export interface Talking {
  readonly registries: Registries;
  readonly http: Http;
  readonly credentials: Omit<SignIns, 'keep' | 'drop'>;
  readonly now: () => number;
}

/** Something that is there, for the engine to be asked about. */
export interface Sighting {
  readonly repository?: string;
  readonly tag?: string;
}

/** The steps, in order. */
export const talking = ['Registry', 'Challenge', 'Credentials', 'Token', 'Access'] as const;

/** As one who meets the registry for the first time: nothing that is remembered of it hides what is wrong now. */
export async function* talkSteps(
  host: string,
  repository: string | undefined,
  { registries, http, credentials, now }: Talking,
  signal: AbortSignal,
): AsyncGenerator<DiagnoseStep, Sighting> {
  const explain = (error: unknown) => failed(error, host);
  const recorded = recording(http);
  const meeting = { http: recorded.http, credentials, now };
  const { distribution } = meet(registries.settingOf(host), registries.productOf(host), meeting);

  let asked: Asked | undefined;
  const answered = async () => {
    const response = await distribution.request({ path: '/v2/', unsigned: true }, signal);
    asked = challengeFinding(response);
    return registryFinding(response, host, now());
  };
  const registry = await timed('Registry', signal, answered, explain);
  yield registry;
  if (registry.state === 'failed' || asked === undefined) {
    yield* skip(talking.slice(1), 'It does not answer as a registry.');
    return {};
  }
  yield { name: 'Challenge', ...asked.finding };

  let located: Located | undefined;
  const looked = async () => {
    located = await credentials.locate(host, repository, signal);
    return ok(located === undefined ? 'None: asked as anybody may.' : `${describe(located)}.`);
  };
  yield await timed('Credentials', signal, looked, explain);

  const before = recorded.exchanges.length;
  let tags: readonly string[] = [];
  const tried = async () => {
    if (repository === undefined) return ping(distribution, located, signal);
    const { items, next } = await distribution.tags(repository, undefined, 100, signal);
    tags = items;
    return ok(`It lists the tags of ${repository} (${items.length}${next === undefined ? '' : ' and more'}).`);
  };
  const access = await timed('Access', signal, tried, explain);
  const exchanges = withTokenServer(recorded.exchanges.slice(before), asked.realm);
  const token = tokenFinding({ host, scheme: asked.scheme, located, exchanges, repository, now: now() });
  const { name: _, ms = 0, ...outcome } = access;
  const tokenMs = Math.round(exchanges.reduce((sum, exchange) => sum + exchange.ms, 0));
  // What ended with the registry asking for a token, or with the token server, did not get as far as the registry's answer.
  const wasAsked = exchanges.length > 0 || recorded.exchanges.at(-1)?.response.status === 401;
  if (token === undefined && wasAsked) {
    yield { name: 'Token', ...outcome, ms };
    if (outcome.state === 'failed') {
      yield { name: 'Access', ...skipped('There is no token to get in with.') };
      return {};
    }
  } else yield { name: 'Token', ...(token ?? skipped('Nothing has asked for one.')), ms: tokenMs };
  const tag = tags.includes('latest') ? 'latest' : tags[0];
  if (repository !== undefined || access.state === 'failed') {
    yield { ...access, ms: Math.max(0, ms - tokenMs) };
    return tag === undefined ? {} : { tag };
  }
  const seen: { repository?: string } = {};
  yield await timed('Access', signal, () => listing(registries, host, seen, signal), explain);
  return seen;
}

const withTokenServer = (exchanges: readonly Exchange[], realm: URL | undefined): readonly Exchange[] =>
  exchanges.filter(({ request: { url } }) => url.origin === realm?.origin && url.pathname === realm.pathname);

/** Whether it takes us at all. A registry may let anybody read what is public, and nobody in for nothing in particular. */
async function ping(distribution: Distribution, located: Located | undefined, signal: AbortSignal): Promise<Finding> {
  try {
    await distribution.ping(signal);
    return ok('It lets us in.');
  } catch (error) {
    const { kind, message, next } = problemOf(error, 'registry');
    if (located !== undefined || (kind !== 'unauthorized' && kind !== 'denied')) throw error;
    return { state: 'warning', detail: message, ...(next !== undefined && { next }) };
  }
}

/** By the product's own list, which is what the tree shows. Not every registry has one. */
async function listing(
  registries: Registries,
  host: string,
  seen: { repository?: string },
  signal: AbortSignal,
): Promise<Finding> {
  try {
    const { items } = await registries.ask(host, (client) => client.repositories({ n: 100 }, signal));
    const first = items.find(({ folder }) => folder !== true);
    if (first !== undefined) seen.repository = first.name;
    return ok(`It lists what it holds (${items.length === 0 ? 'nothing' : `${items.length} on its first page`}).`);
  } catch (error) {
    if (!(error instanceof ProblemError) || !['unsupported', 'denied', 'unauthorized'].includes(error.problem.kind)) {
      throw error;
    }
    const next = 'Open repositories by their names, in the Registries view, or sign in.';
    return { state: 'warning', detail: error.problem.message, next };
  }
}

const kinds = {
  basic: 'A name and a password or token',
  identityToken: 'An identity token',
  registryToken: 'A registry token',
} as const;

function describe({ credential, from }: Located): string {
  const account = 'username' in credential ? credential.username : undefined;
  return `${kinds[credential.kind]}${account ? ` for ${account}` : ''}, from ${from}`;
}
