import assert from 'node:assert/strict';
import { fromPage, keptSubject } from '../../../../client/layers/messages.ts';

describe('a message of the page', () => {
  const understood = [
    { kind: 'ready' },
    { kind: 'pull' },
    { kind: 'openLine', layer: 3 },
    { kind: 'files', image: 'sha256:a', layer: 0, folder: '/app' },
    { kind: 'files', image: 'sha256:a', layer: 0, folder: '/', filter: 'node' },
  ];
  for (const message of understood) {
    it(`is understood: ${JSON.stringify(message)}`, () => {
      assert.deepEqual(fromPage({ ...message, more: 'is left out' }), message);
    });
  }

  const refused = [
    undefined,
    null,
    'ready',
    {},
    { kind: 'eval', layer: 1 },
    { kind: 'openLine' },
    { kind: 'openLine', layer: -1 },
    { kind: 'openLine', layer: 1.5 },
    { kind: 'openLine', layer: '1' },
    { kind: 'files', image: 'sha256:a', layer: 0 },
    { kind: 'files', image: '', layer: 0, folder: '/' },
    { kind: 'files', image: 'sha256:a', layer: 0, folder: '/'.repeat(5000) },
    { kind: 'files', image: 'sha256:a', layer: 0, folder: '/', filter: 7 },
  ];
  for (const message of refused) {
    it(`is refused: ${JSON.stringify(message)?.slice(0, 60)}`, () => assert.equal(fromPage(message), undefined));
  }
});

describe('what a page kept of its panel', () => {
  it('is what the panel is about, and nothing else', () => {
    const analysis = { kind: 'analysis', source: 'registry', reference: 'a/b:1' } as const;
    assert.deepEqual(keptSubject({ subject: { ...analysis, first: 'x' }, view: {} }), analysis);
    const comparison = { kind: 'comparison', source: 'engine', first: 'a', second: 'b' } as const;
    assert.deepEqual(keptSubject({ subject: comparison }), comparison);
    const ofPlatform = { ...comparison, source: 'registry', platform: 'linux/arm64' } as const;
    assert.deepEqual(keptSubject({ subject: ofPlatform }), ofPlatform);
    assert.deepEqual(keptSubject({ subject: { ...comparison, platform: 7 } }), comparison);
  });

  for (const state of [
    undefined,
    {},
    { subject: 'x' },
    { subject: { kind: 'analysis', source: 'disk', reference: 'a' } },
    { subject: { kind: 'analysis', source: 'engine' } },
    { subject: { kind: 'comparison', source: 'engine', first: 'a', second: 1 } },
    { subject: { kind: 'analysis', source: 'engine', reference: 'a'.repeat(5000) } },
  ]) {
    it(`is nothing where it makes no sense: ${JSON.stringify(state)?.slice(0, 80)}`, () => {
      assert.equal(keptSubject(state), undefined);
    });
  }
});
