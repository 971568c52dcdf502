/** ACR's own API, `/acr/v1/`. Source: Azure/azure-rest-api-specs, containerregistry data-plane, 2021-07-01. */
import { challenged, refusal, repositoryScope, type Scope } from './access.ts';
import type { Registry } from './distribution.ts';
import { unknownName } from './distribution.ts';
import { createListManners, listed, sliceOf } from './lists.ts';
import { type Answer, type Ask, empty, failure, fieldsOf, json, type Routes, withHeaders } from './routes.ts';
import { contentOf, imagesOf, type Repository, type StoredManifest, tagsOn } from './store.ts';
import { isoOf } from './world.ts';

export interface Attributes {
  readonly deleteEnabled?: boolean;
  readonly writeEnabled?: boolean;
  readonly readEnabled?: boolean;
  readonly listEnabled?: boolean;
}

const open = { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true };
const timed = ['timedesc', 'timeasc'];

export function acrDataRoutes({ store, access, quirks }: Registry, locks: Map<string, Attributes>): Routes {
  const within =
    (action: string, handler: (repository: Repository, ask: Ask) => Answer) =>
    (ask: Ask): Answer => {
      const { name = '' } = ask.params;
      const refused = refusal(access, ask, repositoryScope(name, action));
      const repository = store.repositories.get(name);
      return withCorrelation(refused ?? (repository ? handler(repository, ask) : unknownName(name)));
    };
  const locksAt = (key: string) => ({ ...open, ...locks.get(key) });
  const unlessLocked = (keys: readonly string[], remove: () => Answer) =>
    keys.every((key) => locksAt(key).deleteEnabled) ? remove() : failure(405, 'UNSUPPORTED', disallowed);
  const tag = (repository: Repository, name: string) => {
    const { digest, createdAtMs, pushedAtMs } = repository.tags.get(name)!;
    return {
      name,
      digest,
      createdTime: isoOf(createdAtMs),
      lastUpdateTime: isoOf(pushedAtMs),
      signed: false,
      changeableAttributes: locksAt(`${repository.name}:${name}`),
    };
  };
  const manifest = (repository: Repository, stored: StoredManifest) => ({
    ...manifestRow(repository, stored),
    changeableAttributes: { ...locksAt(`${repository.name}@${stored.digest}`), quarantineState: 'Passed' },
  });
  const head = ({ name }: Repository) => ({ registry: access.service, imageName: name });
  return {
    'GET /acr/v1/_catalog': (ask) => {
      const scope: Scope = { type: 'registry', name: 'catalog', actions: ['*'] };
      if (quirks.catalog !== 'open') return withCorrelation(challenged(access, scope, 'insufficient_scope'));
      const slice = sliceOf(ask, [...store.repositories.keys()], quirks.repositories);
      const answer =
        'status' in slice
          ? slice
          : json(200, { repositories: listed(slice.names, quirks.repositories) }, slice.headers);
      return withCorrelation(refusal(access, ask, scope) ?? answer);
    },
    'GET /acr/v1/{name+}/_tags': within('metadata_read', (repository, ask) => {
      const digest = ask.query.get('digest');
      const names = digest ? tagsOn(repository, digest) : [...repository.tags.keys()];
      const at = (name: string) => repository.tags.get(name)?.pushedAtMs ?? 0;
      const slice = sliceOf(ask, names, byTime(ask, quirks.tags, at));
      if ('status' in slice) return slice;
      const tags = slice.names.map((name) => tag(repository, name));
      return json(200, { ...head(repository), tags: listed(tags, quirks.tags) }, slice.headers);
    }),
    'GET /acr/v1/{name+}/_tags/{tag}': within('metadata_read', (repository, { params }) =>
      repository.tags.has(params.tag ?? '')
        ? json(200, { ...head(repository), tag: tag(repository, params.tag ?? '') })
        : unknownTag(),
    ),
    'PATCH /acr/v1/{name+}/_tags/{tag}': within('metadata_write', (repository, ask) => {
      if (!repository.tags.has(ask.params.tag ?? '')) return unknownTag();
      locks.set(`${repository.name}:${ask.params.tag}`, fieldsOf(ask));
      return json(200, { ...head(repository), tag: tag(repository, ask.params.tag ?? '') });
    }),
    // Removes the name only: the manifest stays.
    'DELETE /acr/v1/{name+}/_tags/{tag}': within('delete', (repository, { params: { tag: name = '' } }) =>
      repository.tags.has(name)
        ? unlessLocked([repository.name, `${repository.name}:${name}`], () => {
            repository.tags.delete(name);
            return empty(202);
          })
        : unknownTag(),
    ),
    'GET /acr/v1/{name+}/_manifests': within('metadata_read', (repository, ask) => {
      const at = (digest: string) => repository.manifests.get(digest)?.pushedAtMs ?? 0;
      const slice = sliceOf(ask, [...repository.manifests.keys()], byTime(ask, quirks.tags, at));
      if ('status' in slice) return slice;
      const manifests = slice.names.map((digest) => manifest(repository, repository.manifests.get(digest)!));
      return json(200, { ...head(repository), manifests: listed(manifests, quirks.tags) }, slice.headers);
    }),
    'GET /acr/v1/{name+}/_manifests/{digest}': within('metadata_read', (repository, { params }) => {
      const stored = repository.manifests.get(params.digest ?? '');
      if (stored === undefined) return failure(404, 'MANIFEST_UNKNOWN', 'manifest tagged by it is not found');
      const references = contentOf(stored).manifests?.map(({ digest, platform }) => ({ digest, ...platform }));
      const described = { ...manifest(repository, stored), ...(references && { references }) };
      return json(200, { ...head(repository), manifest: described });
    }),
    'GET /acr/v1/{name+}': within('metadata_read', (repository) =>
      json(200, {
        ...head(repository),
        createdTime: isoOf(repository.createdAtMs),
        lastUpdateTime: isoOf(repository.createdAtMs),
        manifestCount: repository.manifests.size,
        tagCount: repository.tags.size,
        changeableAttributes: { ...locksAt(repository.name), teleportEnabled: false },
      }),
    ),
    'DELETE /acr/v1/{name+}': within('delete', (repository) =>
      unlessLocked([repository.name], () => {
        store.repositories.delete(repository.name);
        const { manifests, tags } = repository;
        return json(202, { manifestsDeleted: [...manifests.keys()], tagsDeleted: [...tags.keys()] });
      }),
    ),
    'DELETE /v2/{name+}/manifests/{reference}': within('delete', (repository, { params: { reference = '' } }) => {
      if (!reference.includes(':')) return failure(405, 'UNSUPPORTED', 'The operation is unsupported.');
      const tags = tagsOn(repository, reference);
      const keys = [`${repository.name}@${reference}`, ...tags.map((name) => `${repository.name}:${name}`)];
      return unlessLocked([repository.name, ...keys], () => {
        for (const name of tags) repository.tags.delete(name);
        return repository.manifests.delete(reference)
          ? empty(202)
          : failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
      });
    }),
  };
}

/** By name, or by time where the query says so. */
function byTime(ask: Ask, manners: Registry['quirks']['tags'], at: (name: string) => number) {
  const orderby = ask.query.get('orderby') ?? '';
  if (!timed.includes(orderby)) return manners;
  const sign = orderby === 'timedesc' ? -1 : 1;
  const order = (names: readonly string[]) => [...names].sort((a, b) => sign * (at(a) - at(b)));
  return createListManners({ ...manners, order });
}

/** Of an index, `imageSize` is the size of the document: it says nothing of the images. */
function manifestRow(repository: Repository, stored: StoredManifest) {
  const { manifests, config } = contentOf(stored);
  const [image] = manifests ? [] : imagesOf(repository, stored.digest);
  return {
    digest: stored.digest,
    imageSize: image?.bytes ?? stored.bytes.length,
    createdTime: isoOf(stored.pushedAtMs),
    lastUpdateTime: isoOf(stored.pushedAtMs),
    ...(image && { architecture: image.architecture, os: image.os }),
    mediaType: stored.mediaType,
    ...(config && { configMediaType: config.mediaType }),
    tags: tagsOn(repository, stored.digest),
  };
}

const unknownTag = () => failure(404, 'TAG_UNKNOWN', 'the specified tag does not exist');
const disallowed = 'The operation is disallowed on this registry, repository or image.';

const withCorrelation = (answer: Answer) =>
  withHeaders(answer, {
    'x-ms-correlation-request-id': '00000000-0000-0000-0000-000000000002',
    'x-ms-ratelimit-remaining-calls-per-second': '166.65',
  });
