import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createEngine, type Engine } from '../../server/engine/engine.ts';
import { ProblemError } from '../../server/util/problemError.ts';
import { silentLog } from '../support/changes.ts';
import { json } from '../support/fakeEngine.ts';

const never = new AbortController().signal;
const run = promisify(execFile);

describe('engine over TLS', () => {
  let folder: string;
  let server: Server;
  let host: string;
  const engines: Engine[] = [];

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), 'gantry-tls-'));
    try {
      await makeCertificate(folder);
    } catch (error) {
      console.log(`      skipped, openssl made no certificate: ${error instanceof Error ? error.message : error}`);
      return this.skip();
    }
    const [cert, key] = await Promise.all(['cert.pem', 'key.pem'].map((name) => readFile(join(folder, name))));
    server = createServer(
      { cert, key, ca: cert, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        const { authorized } = request.socket as import('node:tls').TLSSocket;
        if (request.url?.startsWith('/_ping')) response.end('OK');
        else json(response, { Version: authorized ? 'known client' : 'unknown client', ApiVersion: '1.45' });
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    for (const engine of engines) engine.dispose();
    server?.close();
    await rm(folder, { recursive: true });
  });

  function engineWith(env: Record<string, string>): Engine {
    const engine = createEngine({ env: { DOCKER_HOST: host, ...env }, home: folder, log: silentLog });
    engines.push(engine);
    return engine;
  }

  it('shows the certificates of DOCKER_CERT_PATH', async () => {
    const { version } = await engineWith({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder }).status(never);
    assert.equal(version, 'known client');
  });

  it('does not trust a certificate that ca.pem does not know', async () => {
    const other = await mkdtemp(join(tmpdir(), 'gantry-tls-'));
    try {
      await makeCertificate(other);
      const engine = engineWith({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: other });
      await assert.rejects(
        engine.status(never),
        (error) => error instanceof ProblemError && error.problem.kind === 'certificate',
      );
    } finally {
      await rm(other, { recursive: true });
    }
  });

  it('trusts any when docker was told to (DOCKER_TLS without DOCKER_TLS_VERIFY)', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'gantry-tls-'));
    try {
      const { version } = await engineWith({ DOCKER_TLS: '1', DOCKER_CERT_PATH: empty }).status(never);
      assert.equal(version, 'unknown client');
    } finally {
      await rm(empty, { recursive: true });
    }
  });
});

/** ca.pem, cert.pem and key.pem: one certificate that is its own authority. */
async function makeCertificate(folder: string): Promise<void> {
  const subject = ['-subj', '/CN=gantry-test', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    ...subject,
    ...files,
  ]);
  await run('cp', [join(folder, 'cert.pem'), join(folder, 'ca.pem')]);
}
