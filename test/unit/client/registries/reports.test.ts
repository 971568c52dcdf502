import assert from 'node:assert/strict';
import { comparisonText } from '../../../../client/registries/comparison.ts';
import { diagnosisText } from '../../../../client/registries/diagnosis.ts';
import type { ImageLayers, LayerRow } from '../../../../common/registry.ts';

const layer = (digest: string, compressedBytes: number, createdBy: string): LayerRow => ({
  digest,
  mediaType: 'x',
  compressedBytes,
  createdBy,
});
const image = (...layers: readonly LayerRow[]): ImageLayers => ({
  digest: 'sha256:x',
  platform: { os: 'linux', architecture: 'amd64' },
  created: Date.UTC(2026, 0, 2),
  config: {},
  layers,
});

describe('comparisonText', () => {
  it('says what is shared, what is not, and what a download costs', () => {
    const base = layer('sha256:b', 30_000_000, 'ADD rootfs.tar /');
    const text = comparisonText('app:1', 'app:1.1', {
      first: image(base, layer('sha256:1', 4_000_000, 'COPY . .')),
      second: image(base, layer('sha256:2', 5_000_000, 'COPY\r\n. .')),
      shared: ['sha256:b'],
      downloadBytes: 5_000_000,
    });
    assert.equal(
      text,
      `First   app:1    linux/amd64     34 MB  2026-01-02
Second  app:1.1  linux/amd64     35 MB  2026-01-02

Who has the first downloads 5 MB of 35 MB for the second.

In both: 1 layer, 30 MB
     30 MB  ADD rootfs.tar /

Only in the first: 1 layer, 4 MB
      4 MB  COPY . .

Only in the second: 1 layer, 5 MB
      5 MB  COPY . .
`,
    );
  });
});

describe('diagnosisText', () => {
  it('marks each step, with what to do next, and says what it comes to', () => {
    const text = diagnosisText(
      { host: 'registry.example' },
      [
        { name: 'DNS', state: 'ok', detail: '10.0.0.1', ms: 3.4 },
        { name: 'TLS', state: 'failed', detail: 'Nobody vouches\nfor it.', next: 'Set caFile.' },
      ],
      true,
    );
    assert.equal(
      text,
      `Connection to registry.example

✓ DNS  10.0.0.1 (3 ms)
✗ TLS  Nobody vouches for it.
       → Set caFile.

It fails at: TLS.
`,
    );
  });

  it('says that it works on while there are steps to come', () => {
    assert.match(diagnosisText({ host: 'h' }, [], false), /… working/);
  });
});
