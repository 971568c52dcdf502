/**
 * Azure Resource Manager, as far as it knows of registries. Sources: Azure/azure-rest-api-specs, subscription 2020-01-01 and
 * Microsoft.ContainerRegistry 2023-07-01.
 */
import type { Azure } from './acr.ts';
import { type Answer, type Ask, json, type Routes } from './routes.ts';

export interface Arm {
  readonly subscriptions: Subscription[];
  /** How many come in a page; the rest is behind `nextLink`. */
  readonly paging: { pageSize: number };
}

export interface Subscription {
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
  readonly registries: readonly { readonly name: string; readonly loginServer: string; readonly admin?: boolean }[];
  /** Whether listing its registries is refused, as it may be for one of many. */
  isForbidden?: boolean;
}

export const createArm = (loginServer: string): Arm => ({
  subscriptions: [
    {
      id: '11111111-1111-1111-1111-111111111111',
      name: 'Production',
      tenant: 'tenant-1',
      registries: [{ name: 'contoso', loginServer, admin: true }],
    },
  ],
  paging: { pageSize: 100 },
});

export function armRoutes({ subscriptions, paging }: Arm, { users }: Azure): Routes {
  /** A token sees the subscriptions of its tenant; of others it does not even hear. */
  const signedIn = (handler: (ask: Ask, seen: readonly Subscription[], tenant: string) => Answer) => (ask: Ask) => {
    const user = users.get((ask.headers.authorization ?? '').replace(/^Bearer /i, ''));
    if (user === undefined) return problem(401, 'InvalidAuthenticationToken', 'The access token is invalid.');
    if (!ask.query.has('api-version')) return problem(400, 'MissingApiVersionParameter', 'api-version is required.');
    return handler(
      ask,
      subscriptions.filter(({ tenant }) => tenant === user.tenant),
      user.tenant,
    );
  };
  const page = (ask: Ask, value: readonly object[]) => {
    const start = Number(ask.query.get('$skiptoken') ?? 0);
    const end = start + paging.pageSize;
    const query = new URLSearchParams(ask.query);
    query.set('$skiptoken', String(end));
    const nextLink = end < value.length ? { nextLink: `${ask.origin}${ask.path}?${query}` } : {};
    return json(200, { value: value.slice(start, end), ...nextLink });
  };
  const registries = 'subscriptions/{id}/providers/Microsoft.ContainerRegistry/registries';
  return {
    'GET /tenants': signedIn((ask, _, tenant) => page(ask, [{ id: `/tenants/${tenant}`, tenantId: tenant }])),
    'GET /subscriptions': signedIn((ask, seen) =>
      page(
        ask,
        seen.map(({ id, name, tenant }) => ({
          id: `/subscriptions/${id}`,
          subscriptionId: id,
          displayName: name,
          tenantId: tenant,
          state: 'Enabled',
        })),
      ),
    ),
    [`GET /${registries}`]: signedIn((ask, seen) => {
      const subscription = seen.find(({ id }) => id === ask.params.id);
      if (subscription === undefined) return problem(404, 'SubscriptionNotFound', 'The subscription was not found.');
      if (subscription.isForbidden) return problem(403, 'AuthorizationFailed', 'The client has no authorization.');
      return page(
        ask,
        subscription.registries.map(({ name, loginServer, admin = false }) => ({
          id: `/subscriptions/${subscription.id}/resourceGroups/main/providers/Microsoft.ContainerRegistry/registries/${name}`,
          name,
          type: 'Microsoft.ContainerRegistry/registries',
          location: 'westeurope',
          sku: { name: 'Standard', tier: 'Standard' },
          properties: { loginServer, adminUserEnabled: admin, provisioningState: 'Succeeded' },
        })),
      );
    }),
    'POST /subscriptions/{id}/resourceGroups/{group}/providers/Microsoft.ContainerRegistry/registries/{name}/listCredentials':
      signedIn(({ params }, seen) => {
        const registry = seen.find(({ id }) => id === params.id)?.registries.find(({ name }) => name === params.name);
        if (registry === undefined) return problem(404, 'ResourceNotFound', 'The registry was not found.');
        if (!registry.admin) return problem(400, 'UnAuthorizedForCredentialOperations', 'Admin user is disabled.');
        return json(200, { username: registry.name, passwords: [{ name: 'password', value: 'admin-password' }] });
      }),
  };
}

const problem = (status: number, code: string, message: string) => json(status, { error: { code, message } });
