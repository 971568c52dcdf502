import assert from 'node:assert/strict';
import { readManifest } from '../../../../server/registries/manifest.ts';
import { ProblemError } from '../../../../server/util/problemError.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const ociIndex = 'application/vnd.oci.image.index.v1+json';
const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digest('c'), size: 100 };

const fails = (kind: string, work: () => unknown) =>
  assert.throws(work, (error) => error instanceof ProblemError && error.problem.kind === kind);

describe('readManifest', () => {
  it('lists the images of an index and leaves the attestations out', () => {
    const manifest = readManifest(
      ociIndex,
      bytes({
        manifests: [
          { digest: digest('a'), platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
          {
            digest: digest('b'),
            platform: { os: 'unknown', architecture: 'unknown' },
            annotations: {
              'vnd.docker.reference.type': 'attestation-manifest',
              'vnd.docker.reference.digest': digest('a'),
            },
          },
          { digest: digest('d'), platform: { os: 'windows', architecture: 'amd64', 'os.version': '10.0.20348.2700' } },
        ],
        annotations: { 'org.opencontainers.image.created': '2026-01-02T03:04:05Z' },
      }),
      'r/a:1',
    );
    assert.deepEqual(manifest, {
      kind: 'index',
      mediaType: ociIndex,
      images: [
        { digest: digest('a'), platform: { os: 'linux', architecture: 'arm64' } },
        { digest: digest('d'), platform: { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.2700' } },
      ],
      attestations: [{ digest: digest('b'), of: digest('a') }],
      created: Date.parse('2026-01-02T03:04:05Z'),
    });
  });

  it('adds up the layers of an image, one that comes twice once', () => {
    const layers = [
      { digest: digest('1'), size: 10 },
      { digest: digest('2'), size: 5 },
      { digest: digest('1'), size: 10 },
    ];
    const manifest = readManifest(ociManifest, bytes({ config, layers }), 'r/a:1');
    assert.deepEqual(manifest, {
      kind: 'image',
      mediaType: ociManifest,
      configDigest: digest('c'),
      layers: layers.map((layer) => ({ digest: layer.digest, mediaType: '', compressedBytes: layer.size })),
      compressedBytes: 15,
    });
  });

  it('believes the Content-Type first, then mediaType, then the shape', () => {
    const image = { config, layers: [] };
    assert.equal(readManifest(`${ociManifest}; charset=utf-8`, bytes(image), 'r').kind, 'image');
    assert.equal(readManifest('application/json', bytes({ mediaType: ociManifest, ...image }), 'r').kind, 'image');
    assert.equal(readManifest(undefined, bytes(image), 'r').kind, 'image');
    assert.equal(readManifest('text/plain', bytes({ manifests: [] }), 'r').kind, 'index');
  });

  it('tells artifacts from images', () => {
    const helm = { ...config, mediaType: 'application/vnd.cncf.helm.config.v1+json' };
    assert.equal(readManifest(ociManifest, bytes({ config: helm, layers: [] }), 'r').kind, 'artifact');
    assert.equal(readManifest(ociManifest, bytes({ artifactType: 'x/y', config, layers: [] }), 'r').kind, 'artifact');
  });

  it('knows the config of an artifact where it says something', () => {
    const configOf = (mediaType: string) => {
      const manifest = readManifest(ociManifest, bytes({ config: { ...config, mediaType }, layers: [] }), 'r');
      return manifest.kind === 'artifact' ? manifest.configDigest : 'an image';
    };
    assert.equal(configOf('application/vnd.cncf.helm.config.v1+json'), config.digest);
    assert.equal(configOf('application/vnd.oci.empty.v1+json'), undefined);
  });

  it('says that schema 1 is too old', () => {
    const old = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    fails('unsupported', () => readManifest(old, bytes({ fsLayers: [] }), 'r'));
    fails('unsupported', () => readManifest(undefined, bytes({ fsLayers: [] }), 'r'));
  });

  it('takes nothing that is not a manifest', () => {
    const bad = [
      Buffer.from('<html>'),
      bytes([]),
      bytes({}),
      bytes({ config, layers: [{ digest: digest('1'), size: -1 }] }),
      bytes({ config, layers: [{ digest: digest('1'), size: '10' }] }),
      bytes({ config, layers: [{ digest: 'sha256:../../etc', size: 1 }] }),
      bytes({ config: { ...config, digest: 7 }, layers: [] }),
      bytes({ manifests: [{ digest: 'x' }] }),
    ];
    for (const body of bad) fails('badAnswer', () => readManifest(undefined, body, 'r'));
  });

  it('does not show what a platform cannot be called', () => {
    const manifest = readManifest(
      ociIndex,
      bytes({ manifests: [{ digest: digest('a'), platform: { os: '[click](command:x)', architecture: 'amd64' } }] }),
      'r',
    );
    assert(manifest.kind === 'index');
    assert.equal(manifest.images[0]?.platform, undefined);
  });
});
