/** One registry of the emulator: its origin, what it keeps, who may enter, and a way to put images into it. */
import type { ImageContents } from '../imageContents.ts';
import type { Origin } from '../origin.ts';
import { type Access, createAccess, givesOauthToken, givesToken } from './access.ts';
import { createQuirks, distributionRoutes, type Quirks, type Registry } from './distribution.ts';
import { type Handler, json, type Routes, serves, text } from './routes.ts';
import { createStore, type PushOptions, push, type Store } from './store.ts';
import { startIn, type World } from './world.ts';

export interface RegistryOrigin extends Origin, Registry {
  push(repository: string, tags: string | readonly string[], contents: ImageContents, options?: PushOptions): void;
}

export interface RegistryPlan {
  readonly name: string;
  readonly store?: Store;
  readonly access?: Partial<Access>;
  readonly quirks?: Partial<Quirks>;
  /** Before the routes of the distribution API; they may replace some. */
  readonly routes?: (registry: Registry, distribution: Routes) => Routes;
  readonly otherwise?: Handler;
}

export async function startRegistry(world: World, plan: RegistryPlan): Promise<RegistryOrigin> {
  const store = plan.store ?? createStore(world.clock);
  const access = createAccess(world.clock, plan.access);
  const quirks = createQuirks(plan.quirks);
  const registry = { store, access, quirks };
  const distribution = distributionRoutes(registry);
  const own = plan.routes?.(registry, distribution) ?? {};
  const origin = await startIn(
    world,
    plan.name,
    serves({ ...own, ...withoutThose(distribution, own) }, plan.otherwise),
  );
  return {
    ...origin,
    ...registry,
    push: (repository, tags, contents, options) => void push(store, repository, tags, contents, options),
  };
}

const withoutThose = (routes: Routes, own: Routes): Routes =>
  Object.fromEntries(Object.entries(routes).filter(([route]) => !(route in own)));

/** A token server that is an origin of its own; `access` names it as its realm from now on. */
export async function startTokens(world: World, name: string, access: Access, path = '/token'): Promise<Origin> {
  const origin = await startIn(world, name, serves(tokenRoutes(access, path)));
  access.realm = `${origin.url}${path}`;
  return origin;
}

export const tokenRoutes = (access: Access, path: string): Routes => ({
  [`GET ${path}`]: (ask) => givesToken(access, ask),
  [`POST ${path}`]: (ask) => givesOauthToken(access, ask),
});

/**
 * Where the blobs are that a registry redirects to. A signed address is its own permission: storage refuses whoever brings
 * another besides, as S3 does.
 */
export function startStorage(world: World, name: string, store: Store): Promise<Origin> {
  return startIn(
    world,
    name,
    serves({
      'GET /{digest}': ({ headers, query, params: { digest = '' } }) => {
        if (headers.authorization !== undefined) return json(400, { Code: 'InvalidArgument', Message: onlyOne });
        if (!query.has('signature')) return text(403, 'AccessDenied');
        const bytes = [...store.repositories.values()].map(({ blobs }) => blobs.get(digest)).find((blob) => blob);
        const headersOf = { 'content-type': 'application/octet-stream' };
        return bytes ? { status: 200, headers: headersOf, body: bytes } : text(404, 'NoSuchKey');
      },
    }),
  );
}

const onlyOne = 'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter should be specified';

export async function stopAll(origins: readonly Origin[]): Promise<void> {
  await Promise.all(origins.map((origin) => origin.stop()));
}
