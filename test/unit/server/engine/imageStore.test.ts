import assert from 'node:assert/strict';
import type { EngineStatus } from '../../../../common/protocol.ts';
import { countedOn } from '../../../../server/engine/imageStore.ts';

const never = new AbortController().signal;

describe('the size of a layer', () => {
  for (const [counted, what, product, info] of [
    ['files', 'of an engine with a store of its own', 'docker', { DriverStatus: [['Backing Filesystem', 'extfs']] }],
    ['files', 'of an engine that tells nothing of its store', 'docker', {}],
    [
      'blocks',
      "of an engine with containerd's store",
      'docker',
      { DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] },
    ],
    ['archives', 'of Podman', 'podman', {}],
  ] as const) {
    it(`${what} is counted in ${counted}`, async () => {
      const engine = {
        status: async () => ({ product }) as EngineStatus,
        json: async () => info,
      };
      assert.equal(await countedOn(engine, never), counted);
    });
  }
});
