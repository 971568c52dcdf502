/**
 * A registry of nobody in particular: the distribution API, with a token server beside it, and storage for those who want
 * redirects. It begins as distribution 3 with nobody to ask who you are; `access.mode` and `quirks` change it while it runs.
 */
import type { Origin } from '../origin.ts';
import { type RegistryOrigin, startRegistry, startStorage, startTokens, stopAll, tokenRoutes } from './service.ts';
import { createStore } from './store.ts';
import type { World } from './world.ts';

export interface PlainRegistry extends RegistryOrigin {
  readonly tokens: Origin;
  /** In use once `quirks.blobsAt` is its address. */
  readonly storage: Origin;
}

export async function startPlain(world: World, name = 'plain'): Promise<PlainRegistry> {
  const store = createStore(world.clock);
  const registry = await startRegistry(world, {
    name,
    store,
    access: { mode: 'none' },
    // Here too, for a realm that is relative.
    routes: ({ access }) => tokenRoutes(access, '/token'),
  });
  const tokens = await startTokens(world, `${name}.tokens`, registry.access);
  const storage = await startStorage(world, `${name}.storage`, store);
  return { ...registry, tokens, storage, stop: () => stopAll([registry, tokens, storage]) };
}
