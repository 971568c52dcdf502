/** The API that every registry has, `/v2/`. Source: distribution-spec 1.1 and, for refusals, distribution 2.8 and 3. */
import { type Access, challenged, refusal, repositoryScope, type Scope } from './access.ts';
import { createListManners, type ListManners, listed, orders, sliceOf } from './lists.ts';
import { manifestAnswer, putsManifest } from './manifests.ts';
import { type Answer, type Ask, empty, failure, json, type Routes, text } from './routes.ts';
import { manifestAt, type Repository, referrersOf, removeManifest, type Store, tagsOn } from './store.ts';
import { uploadRoutes } from './uploads.ts';

export interface Quirks {
  tags: ListManners;
  repositories: ListManners;
  /** `never` grants nobody the scope; `absent` knows no such path. */
  catalog: 'open' | 'denied' | 'never' | 'absent';
  deletion: 'byDigest' | 'byTagToo' | 'untaggedOnly' | 'tagsFirst' | 'off';
  /** Refuses or converts what `Accept` does not name, as docker-registry 2.8 does. */
  strictAccept: boolean;
  digestHeader: boolean;
  referrers: boolean;
  /** Filters referrers by type and says so. */
  filtersReferrers: boolean;
  /** Where blobs are: an origin to redirect to. */
  blobsAt: string | undefined;
}

export interface Registry {
  readonly store: Store;
  readonly access: Access;
  readonly quirks: Quirks;
}

export const createQuirks = (changes: Partial<Quirks> = {}): Quirks => ({
  tags: createListManners(),
  repositories: createListManners(),
  catalog: 'open',
  deletion: 'byTagToo',
  strictAccept: false,
  digestHeader: true,
  referrers: true,
  filtersReferrers: true,
  blobsAt: undefined,
  ...changes,
});

/** docker-registry 2.8.2, as Debian has it: every line was seen there. */
export const distribution28 = (): Partial<Quirks> => ({
  tags: createListManners({ ignoresPaging: true, order: orders.unsorted }),
  deletion: 'byDigest',
  strictAccept: true,
  referrers: false,
});

const name = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

export function distributionRoutes(registry: Registry): Routes {
  const { store, access, quirks } = registry;
  /** A route of one repository: what it needs, then whether there is such a repository. */
  const within =
    (actions: readonly string[], handler: (repository: Repository, ask: Ask) => Answer) =>
    (ask: Ask): Answer => {
      const { name: repository = '' } = ask.params;
      if (!name.test(repository)) return text(404, '404 page not found\n');
      const refused = refusal(access, ask, repositoryScope(repository, ...actions));
      if (refused) return refused;
      const existing = store.repositories.get(repository);
      return existing ? handler(existing, ask) : unknownName(repository);
    };
  return {
    'GET /v2/': (ask) => refusal(access, ask) ?? json(200, {}, { 'docker-distribution-api-version': 'registry/2.0' }),
    'GET /v2/_catalog': (ask) => catalog(registry, ask),
    'GET /v2/{name+}/tags/list': within(['pull'], (repository, ask) => {
      const slice = sliceOf(ask, [...repository.tags.keys()], quirks.tags);
      if ('status' in slice) return slice;
      return json(200, { name: repository.name, tags: listed(slice.names, quirks.tags) }, slice.headers);
    }),
    'GET /v2/{name+}/manifests/{reference}': within(['pull'], (repository, ask) =>
      manifestAnswer(repository, ask, quirks),
    ),
    'PUT /v2/{name+}/manifests/{reference}': (ask) => putsManifest(registry, ask),
    'DELETE /v2/{name+}/manifests/{reference}': within(['delete'], (repository, ask) => {
      return deletes(repository, ask.params.reference ?? '', quirks);
    }),
    'GET /v2/{name+}/referrers/{digest}': within(['pull'], (repository, ask) => referrers(repository, ask, quirks)),
    ...uploadRoutes(registry),
    'GET /v2/{name+}/blobs/{digest}': within(['pull'], ({ blobs }, { params: { digest = '' } }) => {
      const bytes = blobs.get(digest);
      if (bytes === undefined) return failure(404, 'BLOB_UNKNOWN', 'blob unknown to registry', { digest });
      if (quirks.blobsAt !== undefined) return empty(307, { location: `${quirks.blobsAt}/${digest}?signature=x` });
      const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest };
      return { status: 200, headers, body: bytes };
    }),
  };
}

export const unknownName = (repository: string): Answer =>
  failure(404, 'NAME_UNKNOWN', 'repository name not known to registry', { name: repository });

/** Not of the specification: an extension of docker's. */
function catalog(registry: Registry, ask: Ask): Answer {
  const { access, quirks } = registry;
  const scope: Scope = { type: 'registry', name: 'catalog', actions: ['*'] };
  if (quirks.catalog === 'absent') return text(404, '404 page not found\n');
  if (quirks.catalog === 'denied') {
    return refusal(access, ask) ?? failure(403, 'DENIED', 'requested access to the resource is denied');
  }
  if (quirks.catalog === 'never') return challenged(access, scope, 'insufficient_scope');
  return refusal(access, ask, scope) ?? catalogPage(registry, ask);
}

/** For whoever may see it. */
export function catalogPage({ store, quirks }: Registry, ask: Ask): Answer {
  const slice = sliceOf(ask, [...store.repositories.keys()], quirks.repositories);
  if ('status' in slice) return slice;
  return json(200, { repositories: listed(slice.names, quirks.repositories) }, slice.headers);
}

function deletes(repository: Repository, reference: string, { deletion }: Quirks): Answer {
  const isTag = !reference.includes(':');
  const manifest = manifestAt(repository, reference);
  if (deletion === 'off' || (isTag && deletion === 'untaggedOnly')) {
    return failure(405, 'UNSUPPORTED', 'The operation is unsupported.');
  }
  if (isTag && deletion === 'byDigest') return failure(400, 'DIGEST_INVALID', 'provided digest did not match');
  if (manifest === undefined) return failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown', { reference });
  if (isTag) {
    repository.tags.delete(reference);
    return empty(202);
  }
  const isTagged = tagsOn(repository, reference).length > 0;
  if (deletion === 'untaggedOnly' && isTagged) {
    return failure(403, 'DENIED', 'requested access to the resource is denied');
  }
  if (deletion === 'tagsFirst' && isTagged) {
    const tag = tagsOn(repository, reference)[0];
    return failure(400, 'GOOGLE_MANIFEST_DANGLING_TAG', `Manifest is still referenced by tag: ${tag}`);
  }
  removeManifest(repository, reference);
  return empty(202);
}

/** Source: distribution-spec, "Listing Referrers". */
function referrers(repository: Repository, ask: Ask, { referrers: known, filtersReferrers }: Quirks): Answer {
  if (!known) return text(404, '404 page not found\n');
  const wanted = filtersReferrers ? ask.query.get('artifactType') : null;
  const manifests = referrersOf(repository, ask.params.digest ?? '').filter(
    (entry) => wanted === null || ('artifactType' in entry && entry.artifactType === wanted),
  );
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  return json(
    200,
    { schemaVersion: 2, mediaType, manifests },
    { 'content-type': mediaType, ...(wanted !== null && { 'oci-filters-applied': 'artifactType' }) },
  );
}
