/**
 * Azure Container Registry: `acr` is the login server with its own token endpoints and its richer API, `acr.arm` Azure's
 * management API, which knows the subscriptions. Sources: Azure/acr, docs/AAD-OAuth.md and Token-BasicAuth.md; recordings in
 * Azure/azure-sdk-for-js, sdk/containerregistry/container-registry.
 */
import type { Origin } from '../origin.ts';
import { type Access, type Account, accountOf, identified, identityFor, issue } from './access.ts';
import { type Attributes, acrDataRoutes } from './acrData.ts';
import { type Arm, armRoutes, createArm } from './arm.ts';
import { createListManners, links } from './lists.ts';
import { type Answer, type Ask, failure, formOf, json, type Routes, serves, withHeaders } from './routes.ts';
import { type RegistryOrigin, startRegistry, stopAll } from './service.ts';
import { createStore } from './store.ts';
import { startIn, type World } from './world.ts';

export interface Acr extends RegistryOrigin {
  readonly arm: Origin & Arm;
  readonly azure: Azure;
  /** What is locked: by repository, `repository:tag` or `repository@digest`. */
  readonly locks: Map<string, Attributes>;
}

export interface Azure {
  /** The tenant that the registry belongs to. */
  tenant: string;
  /** By the access token that Azure's sign-in gave: whose it is, and for which tenant. */
  readonly users: Map<string, { readonly username: string; readonly tenant: string }>;
  anonymousPull: boolean;
  /** Refresh tokens live three hours. */
  refreshLifetimeS: number;
}

/** With it as user name, `docker login` takes a refresh token for a password. */
const nullGuid = '00000000-0000-0000-0000-000000000000';
const message = 'authentication required, visit https://aka.ms/acr/authorization for more information.';

export async function startAcr(world: World): Promise<Acr> {
  const azure: Azure = {
    tenant: 'tenant-1',
    users: new Map([
      ['aad-alice', { username: 'alice@contoso.example', tenant: 'tenant-1' }],
      ['aad-guest', { username: 'guest@fabrikam.example', tenant: 'tenant-2' }],
    ]),
    anonymousPull: false,
    refreshLifetimeS: 3 * 3600,
  };
  const locks = new Map<string, Attributes>();
  const read = ['pull', 'metadata_read'];
  const store = createStore(world.clock);
  const registry = await startRegistry(world, {
    name: 'acr',
    store,
    access: {
      mode: 'either',
      accounts: [
        { username: 'contoso', password: 'admin-password' },
        { username: 'pull-token', password: 'token-password', may: (_, name, action) => mayPull(name, action) },
      ],
      anonymous: (type, name, action) =>
        azure.anonymousPull && (type === 'registry' ? name === 'catalog' : read.includes(action)),
      identityUser: nullGuid,
      lifetimeS: 75 * 60,
      tellsLifetime: false,
      field: 'access_token',
      message,
    },
    quirks: {
      deletion: 'byDigest',
      tags: createListManners({ beyond: undefined, nullWhenEmpty: true, link: links.relative }),
      repositories: createListManners({ beyond: undefined, nullWhenEmpty: true }),
    },
    routes: (part) => ({ ...oauthRoutes(part.access, azure), ...acrDataRoutes(part, locks) }),
  });
  registry.access.service = registry.host;
  registry.access.realm = `${registry.url}/oauth2/token`;
  const arm = createArm(registry.host);
  const management = await startIn(world, 'acr.arm', serves(armRoutes(arm, azure)));
  return { ...registry, azure, locks, arm: { ...management, ...arm }, stop: () => stopAll([registry, management]) };
}

/** A token of the registry's own, for one repository. */
const mayPull = (name: string, action: string) => name === 'team/app' && ['pull', 'metadata_read'].includes(action);

/** Each answers with one field, and neither says how long its token lives: that is in the token. */
function oauthRoutes(access: Access, azure: Azure): Routes {
  const refused = () => failure(401, 'UNAUTHORIZED', message);
  const gives = (account: Account | undefined, scopes: readonly string[]) =>
    correlated(json(200, { access_token: issue(access, account, scopes) }));
  return {
    'POST /oauth2/exchange': (ask) => correlated(exchange(access, azure, ask)),
    'POST /oauth2/token': (ask) => {
      const form = formOf(ask);
      const scopes = form.getAll('scope').flatMap((scope) => scope.split(' '));
      if (form.get('service') !== access.service) return failure(400, 'UNSUPPORTED', 'The service is not known.');
      if (form.get('grant_type') === 'refresh_token') {
        const account = identified(access, form.get('refresh_token'));
        return account ? gives(account, scopes) : refused();
      }
      // The nameless say `password` and leave the rest empty.
      const account = access.accounts.find(
        ({ username, password }) => username === form.get('username') && password === form.get('password'),
      );
      return account || (azure.anonymousPull && !form.has('username')) ? gives(account, scopes) : refused();
    },
    'GET /oauth2/token': (ask) => {
      const account = accountOf(access, ask.headers.authorization);
      const isNameless = ask.headers.authorization === undefined && azure.anonymousPull;
      return account || isNameless ? gives(account, ask.query.getAll('scope')) : refused();
    },
  };
}

/** A token of Azure's for one of the registry's, if it is for the registry's tenant. */
function exchange(access: Access, azure: Azure, ask: Ask): Answer {
  const form = formOf(ask);
  if (form.get('grant_type') !== 'access_token') return failure(400, 'UNSUPPORTED', 'The grant type is not supported.');
  if (form.get('service') !== access.service) return failure(400, 'UNSUPPORTED', 'The service is not known.');
  const user = azure.users.get(form.get('access_token') ?? '');
  const tenant = form.get('tenant') ?? user?.tenant;
  if (user === undefined || user.tenant !== azure.tenant || tenant !== azure.tenant) {
    return failure(401, 'UNAUTHORIZED', message);
  }
  const { clock } = access;
  const token = identityFor(
    access,
    { username: user.username, password: '\0' },
    {
      expiresAtMs: clock.nowMs + azure.refreshLifetimeS * 1000,
      claims: { iss: 'Azure Container Registry', tenant, grant_type: 'refresh_token', aud: access.service },
    },
  );
  return json(200, { refresh_token: token });
}

const correlated = (answer: Answer) =>
  withHeaders(answer, { 'x-ms-correlation-request-id': '00000000-0000-0000-0000-000000000001' });
