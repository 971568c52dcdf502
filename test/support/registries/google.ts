/**
 * Google's registries, gcr.io and Artifact Registry: a list of tags that says everything, and what is below it.
 * Sources: google/go-containerregistry, pkg/v1/google/list.go, and apple/container#2274 for the challenge.
 */
import { refusal, repositoryScope } from './access.ts';
import { challenges } from './challenges.ts';
import { unknownName } from './distribution.ts';
import { createListManners } from './lists.ts';
import { json } from './routes.ts';
import { type RegistryOrigin, startRegistry, tokenRoutes } from './service.ts';
import { createStore, imagesOf, type Repository, type Store, tagsOn } from './store.ts';
import type { World } from './world.ts';

export async function startGoogle(world: World): Promise<RegistryOrigin> {
  const store = createStore(world.clock);
  const registry = await startRegistry(world, {
    name: 'google',
    store,
    access: {
      accounts: [
        { username: 'oauth2accesstoken', password: 'ya29.token' },
        { username: '_json_key', password: '{"type":"service_account"}' },
      ],
      anonymous: (type, name, action) =>
        type === 'repository' && action === 'pull' && store.repositories.get(name)?.isPrivate === false,
      challenge: challenges.withoutService,
    },
    quirks: {
      // No n, no pages.
      tags: createListManners({ ignoresPaging: true }),
      catalog: 'denied',
      deletion: 'tagsFirst',
    },
    routes: ({ access }) => ({
      ...tokenRoutes(access, '/v2/token'),
      'GET /v2/{name+}/tags/list': (ask) => {
        const { name = '' } = ask.params;
        const child = childrenOf(store, name);
        const repository = store.repositories.get(name);
        const refused = refusal(access, ask, repositoryScope(name, 'pull'));
        if (refused) return refused;
        if (repository === undefined && child.length === 0) return unknownName(name);
        return json(200, { child, ...(repository ? listOf(repository) : { manifest: {}, tags: [] }), name });
      },
    }),
  });
  registry.access.realm = `${registry.url}/v2/token`;
  return registry;
}

/** One step down: a project, which holds nothing itself, has its repositories for children. */
function childrenOf({ repositories }: Store, parent: string): readonly string[] {
  const below = [...repositories.keys()].filter((name) => name.startsWith(`${parent}/`));
  return [...new Set(below.map((name) => name.slice(parent.length + 1).split('/')[0] ?? ''))].sort();
}

/** The numbers are strings, and an index has no size and no date of its own. */
function listOf(repository: Repository) {
  const rows = [...repository.manifests.values()].map(({ digest, mediaType, pushedAtMs }) => {
    const isIndex = /index|manifest\.list/.test(mediaType);
    const [image] = isIndex ? [] : imagesOf(repository, digest);
    const row = {
      imageSizeBytes: String(image?.bytes ?? 0),
      layerId: '',
      mediaType,
      tag: tagsOn(repository, digest),
      timeCreatedMs: String(image?.created === undefined ? 0 : Date.parse(image.created)),
      timeUploadedMs: String(pushedAtMs),
    };
    return [digest, row] as const;
  });
  return { manifest: Object.fromEntries(rows), tags: [...repository.tags.keys()].sort() };
}
