import assert from 'node:assert/strict';
import { engineText, serverText } from '../../../../client/status/texts.ts';
import { failed, known } from '../../../../common/known.ts';
import type { EngineStatus } from '../../../../common/protocol.ts';

const status: EngineStatus = {
  origin: 'context colima',
  address: 'unix:///home/me/.colima/docker.sock',
  product: 'docker',
  version: '26.1.5',
  apiVersion: '1.45',
  platform: { os: 'linux', architecture: 'amd64' },
  buildkit: true,
};

describe('engineText', () => {
  it('names the engine, where it is and how it was found', () => {
    const { text, detail } = engineText(known(status, 0));
    assert.equal(text, 'Docker Engine 26.1.5');
    assert.equal(detail, 'unix:///home/me/.colima/docker.sock · context colima');
  });

  it('says what an engine lacks', () => {
    const podman = engineText(known({ ...status, product: 'podman', version: '4.3.1', buildkit: false }, 0));
    assert.equal(podman.text, 'Podman 4.3.1');
    assert.match(podman.detail, /without BuildKit$/);
  });

  it('warns with the reason and the next step when there is none', () => {
    const problem = {
      kind: 'unreachable',
      subject: 'engine',
      message: 'Nothing answers.',
      next: 'Start Docker.',
    } as const;
    assert.deepEqual(engineText(failed(problem)), {
      text: 'engine: Nothing answers.',
      detail: 'Start Docker.',
      severity: 'warning',
    });
  });
});

describe('serverText', () => {
  it('speaks only when the server ended without being told to', () => {
    assert.equal(serverText('running'), undefined);
    assert.equal(serverText('starting'), undefined);
    assert.equal(serverText('stopped'), undefined);
    assert.equal(serverText('crashed')?.severity, 'error');
  });
});
