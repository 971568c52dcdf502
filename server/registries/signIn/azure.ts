/**
 * The Azure registries that a Microsoft account leads to, through every directory and subscription it belongs to.
 * Source: Azure/azure-rest-api-specs, subscription 2020-01-01 and Microsoft.ContainerRegistry 2023-07-01.
 */

import { managementOf } from '../../../common/azureClouds.ts';
import { isRegistryHost } from '../../../common/reference.ts';
import type { AzureCloud, DiscoveredRegistry, Discovery } from '../../../common/registry.ts';
import type { ClientStores, EditorSession } from '../../util/clientStores.ts';
import { array, fields, text } from '../../util/json.ts';
import { Limiter } from '../../util/limiter.ts';
import { isAbort, ProblemError, problemOf } from '../../util/problemError.ts';
import type { Http } from '../http.ts';
import { jsonOf } from '../jsonOf.ts';
import { directoryOf, microsoftScopes } from './sessions.ts';

export interface AzureRoom {
  readonly http: Http;
  readonly stores: ClientStores;
  readonly now: () => number;
  /** Where Azure's management API is, if not where the cloud has it. */
  readonly management?: string;
}

interface Directory {
  readonly id: string;
  readonly name: string;
}

interface Subscription extends Directory {
  readonly directory: string;
  readonly token: string;
}

const maximumBytes = 8 << 20;
const maximumPages = 50;
const subscriptionsAtOnce = 4;

/**
 * Asks the user to choose an account, once; directories that want another sign-in are told of as problems, as are
 * subscriptions that may not be listed. Throws where nothing can be asked at all, or when the user thinks better of it.
 */
export async function discoverAzure(room: AzureRoom, cloud: AzureCloud, signal: AbortSignal): Promise<Discovery> {
  const management = managementOf(cloud);
  const base = new URL(room.management ?? management);
  const home = await sessionOf(room, management, undefined, true, signal);
  if (home === undefined) throw Object.assign(new Error('no account was chosen'), { name: 'AbortError' });
  const problems: ReturnType<typeof problemOf>[] = [];
  const partial = async <T>(subject: string, work: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await work();
    } catch (error) {
      if (isAbort(error)) throw error;
      problems.push(problemOf(error, subject));
      return [];
    }
  };

  // 1. The directories. The one that the account itself is of needs no other token.
  const homeId = directoryOf(home);
  const told = await partial(base.host, () =>
    list(room, base, '/tenants?api-version=2020-01-01', home.accessToken, signal),
  );
  const directories = told.map(directoryIn).filter(({ id }) => id !== '');
  // 2. Their subscriptions.
  const subscriptions: Subscription[] = [];
  const only = directories.length <= 1;
  for (const directory of directories.length > 0 ? directories : [{ id: homeId ?? '', name: home.account }]) {
    subscriptions.push(
      ...(await partial(directory.name, async () => {
        const isHome = only || directory.id === homeId;
        const session = isHome ? home : await sessionOf(room, management, directory.id, false, signal);
        if (session === undefined) throw needsSignIn(home, directory);
        const path = '/subscriptions?api-version=2020-01-01';
        const found = await list(room, base, path, session.accessToken, signal);
        return found.flatMap((item) => subscriptionIn(item, directory, session));
      })),
    );
  }
  // 3. Their registries.
  const limiter = new Limiter({ concurrency: subscriptionsAtOnce, now: room.now });
  const found = await Promise.all(
    [...new Map(subscriptions.map((each) => [each.id, each])).values()].map((subscription) =>
      partial(subscription.name, () =>
        limiter.run('azure', () => registriesOf(room, base, subscription, signal), signal),
      ),
    ),
  );
  const registries = new Map(found.flat().map((registry) => [registry.host, registry]));
  return { registries: [...registries.values()].sort((a, b) => a.host.localeCompare(b.host)), problems };
}

async function sessionOf(
  { stores }: AzureRoom,
  management: string,
  tenant: string | undefined,
  interactive: boolean,
  signal: AbortSignal,
): Promise<EditorSession | undefined> {
  if (stores.sessions !== undefined) {
    return stores.sessions({ provider: 'microsoft', scopes: microsoftScopes(management, tenant), interactive }, signal);
  }
  throw new ProblemError({
    kind: 'unsupported',
    subject: 'Azure',
    message: `${stores.editor} has no Microsoft account that Gantry can ask for.`,
    next: 'Add the registry by the name of its login server: contoso.azurecr.io.',
  });
}

async function registriesOf(
  room: AzureRoom,
  base: URL,
  { id, name: subscription, directory, token }: Subscription,
  signal: AbortSignal,
): Promise<readonly DiscoveredRegistry[]> {
  const resource = 'providers/Microsoft.ContainerRegistry/registries?api-version=2023-07-01';
  const found = await list(room, base, `/subscriptions/${encodeURIComponent(id)}/${resource}`, token, signal);
  return found.flatMap((item) => {
    const registry = fields(item);
    const host = text(fields(registry['properties'])['loginServer']).toLowerCase();
    const location = text(registry['location']);
    if (!isRegistryHost(host)) return [];
    return [
      { host, name: text(registry['name']) || host, subscription, tenant: directory, ...(location && { location }) },
    ];
  });
}

/** All pages. A next link that leads elsewhere, or back, ends the list with an error: the rest would be missing silently. */
async function list(
  { http, now }: AzureRoom,
  base: URL,
  path: string,
  token: string,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  const seen = new Set<string>();
  for (let url = new URL(path, base); ; ) {
    seen.add(url.href);
    const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
    const response = await http.send({ method: 'GET', url, headers, maximumBytes }, signal);
    const answer = fields(jsonOf(response, base.host, 'this list', now()));
    items.push(...array(answer['value']));
    const next = text(answer['nextLink']);
    if (next === '') return items;
    const target = URL.canParse(next, url.href) ? new URL(next, url) : undefined;
    if (target === undefined || target.origin !== base.origin || seen.has(target.href) || seen.size >= maximumPages) {
      throw badLink(base.host);
    }
    url = target;
  }
}

function directoryIn(item: unknown): Directory {
  const tenant = fields(item);
  const id = text(tenant['tenantId']);
  return { id, name: text(tenant['displayName']) || text(tenant['defaultDomain']) || id };
}

/** None for one that is switched off: nothing of it can be listed. */
function subscriptionIn(item: unknown, { id: directory }: Directory, { accessToken: token }: EditorSession) {
  const subscription = fields(item);
  const id = text(subscription['subscriptionId']);
  const state = text(subscription['state']);
  if (id === '' || state === 'Disabled' || state === 'Deleted') return [];
  const own = text(subscription['tenantId']) || directory;
  return [{ id, name: text(subscription['displayName']) || id, directory: own, token }];
}

function needsSignIn({ account }: EditorSession, { id, name }: Directory): ProblemError {
  return new ProblemError({
    kind: 'unauthorized',
    subject: name,
    message: `The directory ${name} wants ${account} to sign in to it on its own.`,
    next: `Sign in to one of its registries by the name of its login server, in the directory ${id}.`,
  });
}

function badLink(host: string): ProblemError {
  return new ProblemError({
    kind: 'badAnswer',
    subject: host,
    message: `${host} names a next page that is none of its own, or does not end; the list is not complete.`,
    next: 'Add what is missing by the name of its login server: contoso.azurecr.io.',
  });
}
