import assert from 'node:assert/strict';
import { RequestError } from '../../../../client/backend.ts';
import { addressOf, avoid, exposedPorts, publish } from '../../../../client/run/spec.ts';
import { start } from '../../../../client/run/start.ts';
import { failed, known } from '../../../../common/known.ts';
import type { Container, RunSpec } from '../../../../common/protocol.ts';
import { container, imageConfig } from '../../../support/samples.ts';

const signal = new AbortController().signal;
const hostPorts = (ports: RunSpec['ports']) => ports.map(({ hostPort }) => hostPort);

describe('exposedPorts', () => {
  it('reads what an image config may hold and leaves out the rest', () => {
    const config = imageConfig({
      exposedPorts: ['8080/tcp', '53/udp', '443', '9/sctp', 'http/tcp', '99999/tcp', '0/tcp'],
    });
    assert.deepEqual(exposedPorts(config), [
      { containerPort: 53, protocol: 'udp' },
      { containerPort: 443, protocol: 'tcp' },
      { containerPort: 8080, protocol: 'tcp' },
    ]);
  });
});

describe('publish', () => {
  const chosen = [
    { containerPort: 80, protocol: 'tcp' },
    { containerPort: 3000, protocol: 'tcp' },
  ] as const;

  it('keeps the number on this machine, but for privileged ports', () => {
    assert.deepEqual(hostPorts(publish(chosen)), [0, 3000]);
    assert.ok(publish(chosen).every(({ hostIp }) => hostIp === '127.0.0.1'));
  });

  it('leaves taken ports to the engine', () => {
    assert.deepEqual(hostPorts(avoid(publish(chosen), new Set([3000]))), [0, 0]);
    assert.deepEqual(hostPorts(avoid(publish(chosen), new Set([80, 4000]))), [0, 3000]);
  });
});

describe('start', () => {
  const spec: RunSpec = { image: 'app', ports: publish([{ containerPort: 3000, protocol: 'tcp' }]) };
  const backendOf = (containers: readonly Container[], refusals: readonly RequestError[]) => {
    const left = [...refusals];
    const asked: (readonly number[])[] = [];
    return {
      asked,
      containers: async () => known(containers, 0),
      run: async ({ ports }: RunSpec) => {
        asked.push(hostPorts(ports));
        const refusal = left.shift();
        if (refusal !== undefined) throw refusal;
        return { id: 'c', name: 'n', ports: [] };
      },
    };
  };
  const conflict = new RequestError({ kind: 'conflict', subject: 'app', message: 'port is in use' });

  it('avoids ports of other containers', async () => {
    const backend = backendOf(
      [container({ name: 'a', ports: [{ containerPort: 80, protocol: 'tcp', hostPort: 3000 }] })],
      [],
    );
    await start(backend, spec, signal);
    assert.deepEqual(backend.asked, [[0]]);
  });

  it('lets the engine choose when another program holds the port', async () => {
    const backend = backendOf([], [conflict]);
    await start(backend, spec, signal);
    assert.deepEqual(backend.asked, [[3000], [0]]);
  });

  it('gives up on a second conflict and on anything else', async () => {
    const twice = backendOf([], [conflict, conflict]);
    await assert.rejects(start(twice, spec, signal), conflict);
    const other = backendOf([], [new RequestError({ kind: 'notFound', subject: 'app', message: 'no such image' })]);
    await assert.rejects(start(other, spec, signal), /no such image/);
    assert.equal(other.asked.length, 1);
  });

  it('starts even when the list of containers is not to be had', async () => {
    const backend = { ...backendOf([], []), containers: async () => failed(conflict.problem) };
    await start(backend, spec, signal);
    assert.deepEqual(backend.asked, [[3000]]);
  });
});

describe('addressOf', () => {
  it('prefers the port where a page is likeliest', () => {
    const ports = [
      { containerPort: 1234, protocol: 'tcp', hostPort: 32768 },
      { containerPort: 3000, protocol: 'tcp', hostPort: 32769 },
      { containerPort: 80, protocol: 'udp', hostPort: 32770 },
    ] as const;
    assert.equal(addressOf({ ports }), 'http://localhost:32769');
    assert.equal(addressOf({ ports: [] }), undefined);
    assert.equal(addressOf({ ports: [{ containerPort: 80, protocol: 'tcp' }] }), undefined);
  });
});
