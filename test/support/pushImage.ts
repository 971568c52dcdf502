import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** A repository of a real registry, and who pushes to it. */
export interface Target {
  /** host:port */
  readonly registry: string;
  readonly repository: string;
  readonly account?: { readonly user: string; readonly password: string };
}

export interface Pushed {
  readonly digest: string;
  /** Compressed bytes of the layers, by platform as it is written (`linux/arm64`). */
  readonly compressedBytes: ReadonlyMap<string, number>;
}

/**
 * Pushes an image of one layer under these tags, one manifest a platform and an index over them, by the plain HTTP of
 * the distribution spec: no code of Gantry's takes part. `files` is what the layer holds, by path.
 */
export async function pushImage(
  target: Target,
  tags: readonly string[],
  files: Readonly<Record<string, Buffer>>,
  platforms: readonly string[] = ['linux/amd64'],
  labels: Readonly<Record<string, string>> = {},
): Promise<Pushed> {
  const archive = pack();
  for (const [name, content] of Object.entries(files))
    archive.entry({ name, mtime: new Date(0), mode: 0o755 }, content);
  archive.finalize();
  const tar = await buffer(archive);
  const compressedBytes = new Map<string, number>();
  const manifests: object[] = [];
  for (const [index, name] of platforms.entries()) {
    const [os, architecture, variant] = name.split('/');
    // Each platform has a layer of its own size.
    const layer = await putBlob(
      target,
      gzipSync(Buffer.concat([tar, Buffer.alloc(index * 512)]), { level: 9 - index }),
    );
    const diffId = sha256(Buffer.concat([tar, Buffer.alloc(index * 512)]));
    const config = await putBlob(
      target,
      json({
        os,
        architecture,
        ...(variant && { variant }),
        created: '2026-01-02T03:04:05Z',
        config: { Cmd: ['sh'], Labels: labels },
        rootfs: { type: 'layers', diff_ids: [diffId] },
      }),
    );
    compressedBytes.set(name, layer.size);
    const manifest = json({
      schemaVersion: 2,
      mediaType: manifestType,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...layer }],
    });
    await putManifest(target, sha256(manifest), manifestType, manifest);
    manifests.push({
      mediaType: manifestType,
      digest: sha256(manifest),
      size: manifest.length,
      platform: { os, architecture, ...(variant && { variant }) },
    });
  }
  const index = json({ schemaVersion: 2, mediaType: indexType, manifests });
  for (const tag of tags) await putManifest(target, tag, indexType, index);
  return { digest: sha256(index), compressedBytes };
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const sha256 = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

async function putBlob(target: Target, content: Buffer): Promise<{ digest: string; size: number }> {
  const digest = sha256(content);
  const started = await send(target, 'POST', `/v2/${target.repository}/blobs/uploads/`);
  const upload = new URL(started.headers.get('location')!, `http://${target.registry}`);
  upload.searchParams.set('digest', digest);
  await send(target, 'PUT', `${upload.pathname}${upload.search}`, content, 'application/octet-stream');
  return { digest, size: content.length };
}

async function putManifest(target: Target, reference: string, type: string, content: Buffer): Promise<void> {
  await send(target, 'PUT', `/v2/${target.repository}/manifests/${reference}`, content, type);
}

async function send(target: Target, method: string, path: string, body?: Buffer, type?: string): Promise<Response> {
  const { account } = target;
  const answer = await fetch(`http://${target.registry}${path}`, {
    method,
    headers: {
      ...(type && { 'content-type': type }),
      ...(account && { authorization: `Basic ${btoa(`${account.user}:${account.password}`)}` }),
    },
    ...(body && { body: new Uint8Array(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}
