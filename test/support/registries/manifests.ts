/** Manifests, out and in. Source: distribution-spec; for `Accept`, distribution 2.8, registry/handlers/manifests.go. */
import { createHash } from 'node:crypto';
import { digestOf, type Manifest } from '../imageContents.ts';
import { refusal, repositoryScope } from './access.ts';
import type { Quirks, Registry } from './distribution.ts';
import { type Answer, type Ask, empty, failure } from './routes.ts';
import { contentOf, manifestAt, putManifest, putTag, type Repository, repositoryAt } from './store.ts';

const docker = {
  list: 'application/vnd.docker.distribution.manifest.list.v2+json',
  image: 'application/vnd.docker.distribution.manifest.v2+json',
  /** What no tool writes any more; docker-registry 2.8 still makes it for those who do not ask for better. */
  signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
};

export function manifestAnswer(repository: Repository, ask: Ask, quirks: Quirks): Answer {
  const { reference = '' } = ask.params;
  const stored = manifestAt(repository, reference);
  if (stored === undefined) {
    return failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown', { name: repository.name, revision: reference });
  }
  const manifest = quirks.strictAccept ? acceptable(repository, stored, ask) : stored;
  if ('status' in manifest) return manifest;
  const digest = { 'docker-content-digest': manifest.digest };
  const headers = { 'content-type': manifest.mediaType, ...(quirks.digestHeader && digest) };
  return { status: 200, headers, body: manifest.bytes };
}

/** What docker-registry 2.8 makes of a manifest whose type `Accept` does not name: nothing, or another manifest. */
function acceptable(repository: Repository, manifest: Manifest, { headers, params }: Ask): Manifest | Answer {
  const accepted = (headers.accept ?? '').split(',').map((type) => type.trim().split(';')[0]);
  if (accepted.includes(manifest.mediaType)) return manifest;
  const oci = /oci\.image\.(index|manifest)/.exec(manifest.mediaType)?.[1];
  if (oci !== undefined) {
    const plural = oci === 'index' ? 'indexes' : 'manifests';
    const message = `OCI ${oci} found, but accept header does not support OCI ${plural}`;
    return failure(404, 'MANIFEST_UNKNOWN', message);
  }
  if (params.reference?.includes(':')) return manifest;
  if (manifest.mediaType === docker.list) {
    const isDefault = (p?: { os: string; architecture: string }) => p?.os === 'linux' && p.architecture === 'amd64';
    const child = contentOf(manifest).manifests?.find(({ platform }) => isDefault(platform));
    const image = child && repository.manifests.get(child.digest);
    if (image === undefined) return failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
    return accepted.includes(docker.image) ? image : schema1(repository, image, params.reference ?? '');
  }
  return manifest.mediaType === docker.image ? schema1(repository, manifest, params.reference ?? '') : manifest;
}

/** The old format, made anew from a newer manifest: so its digest is another. */
function schema1(repository: Repository, manifest: Manifest, tag: string): Manifest {
  const { layers = [], config } = contentOf(manifest);
  const { architecture, created } = JSON.parse(repository.blobs.get(config?.digest ?? '')?.toString() || '{}');
  const id = createHash('sha256').update(manifest.digest).digest('hex');
  const content = {
    schemaVersion: 1,
    name: repository.name,
    tag,
    architecture,
    fsLayers: layers.map(({ digest }) => ({ blobSum: digest })).reverse(),
    history: layers.map(() => ({ v1Compatibility: JSON.stringify({ id, created, architecture, os: 'linux' }) })),
  };
  const bytes = Buffer.from(JSON.stringify(content, undefined, 3));
  return { bytes, mediaType: docker.signed, digest: digestOf(bytes) };
}

export function putsManifest({ store, access, quirks }: Registry, ask: Ask): Answer {
  const { name = '', reference = '' } = ask.params;
  const refused = refusal(access, ask, repositoryScope(name, 'pull', 'push'));
  if (refused) return refused;
  const bytes = ask.bytes;
  const digest = digestOf(bytes);
  if (reference.includes(':') && reference !== digest) {
    return failure(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content', { digest });
  }
  const repository = repositoryAt(store, name);
  const manifest = { digest, bytes, mediaType: ask.headers['content-type'] ?? '' };
  const invalid = invalidity(repository, manifest);
  if (invalid) return invalid;
  putManifest(store, repository, manifest);
  if (!reference.includes(':')) putTag(repository, reference, digest, store.clock.nowMs);
  const subject = quirks.referrers ? contentOf(manifest).subject?.digest : undefined;
  return empty(201, {
    location: `/v2/${name}/manifests/${digest}`,
    'docker-content-digest': digest,
    ...(subject !== undefined && { 'oci-subject': subject }),
  });
}

/** A registry takes only what is whole: the blobs and children first, then the manifest that names them. */
function invalidity({ blobs, manifests }: Repository, manifest: Manifest): Answer | undefined {
  let content: ReturnType<typeof contentOf>;
  try {
    content = contentOf(manifest);
  } catch {
    return failure(400, 'MANIFEST_INVALID', 'manifest invalid');
  }
  const isKnown = /^application\/vnd\.(?:oci\.image|docker\.distribution)\./.test(manifest.mediaType);
  if (!isKnown) return failure(400, 'MANIFEST_INVALID', 'manifest invalid', { mediaType: manifest.mediaType });
  const parts = [...(content.config ? [content.config] : []), ...(content.layers ?? [])];
  const missing =
    parts.find(({ digest }) => !blobs.has(digest)) ?? content.manifests?.find(({ digest }) => !manifests.has(digest));
  return missing && failure(400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', { digest: missing.digest });
}
