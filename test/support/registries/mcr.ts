/**
 * Microsoft's registry: `mcr` is mcr.microsoft.com with its catalog of everything, `mcr.storage` its data host, and
 * `mcr.portal` the API behind its web pages. Sources: microsoft/containerregistry#57, #96, #168; the portal from clients.
 */
import type { Origin } from '../origin.ts';
import { createListManners, orders } from './lists.ts';
import { type Answer, json, type Routes, serves } from './routes.ts';
import { type RegistryOrigin, startRegistry, startStorage, stopAll } from './service.ts';
import { createStore, imagesOf, type Repository, type Store } from './store.ts';
import { isoOf, startIn, type World } from './world.ts';

export interface Mcr extends RegistryOrigin {
  readonly storage: Origin;
  readonly portal: Origin;
  /** Listed in the catalog, with nothing behind it any more. */
  readonly retired: Set<string>;
}

export async function startMcr(world: World): Promise<Mcr> {
  const store = createStore(world.clock);
  const retired = new Set<string>();
  const storage = await startStorage(world, 'mcr.storage', store);
  const everything = createListManners({ ignoresPaging: true, order: orders.lexical });
  const registry = await startRegistry(world, {
    name: 'mcr',
    store,
    access: { mode: 'none' },
    quirks: { tags: everything, repositories: everything, deletion: 'off', referrers: true, blobsAt: storage.url },
    routes: (_, distribution) => {
      const route = 'GET /v2/{name+}/tags/list';
      const isGone = (name: string) => retired.has(name) || !store.repositories.has(name);
      return {
        'GET /v2/_catalog': () =>
          json(200, { repositories: [...new Set([...store.repositories.keys(), ...retired])].sort() }),
        [route]: (ask) =>
          isGone(ask.params.name ?? '') ? blobNotFound() : (distribution[route]?.(ask) ?? blobNotFound()),
      };
    },
  });
  const portal = await startIn(
    world,
    'mcr.portal',
    serves(portalRoutes(store), () => json(404, { message: 'Not Found' })),
  );
  return { ...registry, storage, portal, retired, stop: () => stopAll([registry, storage, portal]) };
}

/** The words are those of the storage behind it. */
function blobNotFound(): Answer {
  const xml = '\uFEFF<?xml version="1.0" encoding="utf-8"?>';
  const message = 'The specified blob does not exist.\nRequestId:00000000-0000-0000-0000-000000000000';
  return {
    status: 404,
    headers: { 'content-type': 'application/xml', 'x-ms-error-code': 'BlobNotFound' },
    body: `${xml}<Error><Code>BlobNotFound</Code><Message>${message}</Message></Error>`,
  };
}

/** Undocumented; the shapes are those that clients read (RSSHub, Version Lens). */
function portalRoutes({ repositories }: Store): Routes {
  return {
    'GET /api/v1/catalog/{name+}/details': ({ params: { name = '' } }) => {
      const repository = repositories.get(name);
      return repository ? json(200, detailsOf(repository)) : json(404, { message: 'Not Found' });
    },
    'GET /api/v1/catalog/{name+}/tags': ({ params: { name = '' } }) => {
      const repository = repositories.get(name);
      return repository ? json(200, rowsOf(repository)) : json(404, { message: 'Not Found' });
    },
  };
}

const detailsOf = ({ name, description, tags, createdAtMs }: Repository) => ({
  name,
  publisher: 'Microsoft',
  shortDescription: description,
  imagePath: '',
  projectWebsite: '',
  categories: [],
  lastModifiedDate: isoOf(Math.max(createdAtMs, ...[...tags.values()].map(({ pushedAtMs }) => pushedAtMs))),
  supportedTags: [...tags.keys()],
});

/** One row for each tag and platform. */
const rowsOf = (repository: Repository) =>
  [...repository.tags].flatMap(([name, { digest, createdAtMs, pushedAtMs }]) =>
    imagesOf(repository, digest)
      .filter(({ os }) => os !== 'unknown')
      .map(({ architecture, os, bytes }) => ({
        name,
        digest,
        architecture,
        operatingSystem: os,
        createdDate: isoOf(createdAtMs),
        lastModifiedDate: isoOf(pushedAtMs),
        size: bytes,
      })),
  );
