import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { formatAddress } from '../../../../server/engine/address.ts';
import { type EndpointWorld, findEndpoints } from '../../../../server/engine/endpoint.ts';
import { ProblemError } from '../../../../server/util/problemError.ts';

const id = (name: string) => createHash('sha256').update(name).digest('hex');
const meta = (name: string, docker: object) => ({
  [`/home/ann/.docker/contexts/meta/${id(name)}/meta.json`]: JSON.stringify({ Name: name, Endpoints: { docker } }),
});
const config = (text: string) => ({ '/home/ann/.docker/config.json': text });
const colima = meta('colima', { Host: 'unix:///home/ann/.colima/docker.sock' });
const remote = meta('remote', { Host: 'tcp://build.example:2376', SkipTLSVerify: false });

function world(files: Readonly<Record<string, string>>, env = {}, more: Partial<EndpointWorld> = {}): EndpointWorld {
  const readFile = async (path: string) => files[path];
  return { host: undefined, env, platform: 'linux', home: '/home/ann', readFile, ...more };
}

async function found(where: EndpointWorld): Promise<readonly string[]> {
  const { candidates } = await findEndpoints(where);
  return candidates.map(({ origin, address }) => `${origin} -> ${formatAddress(address)}`);
}

async function problemIn(where: EndpointWorld) {
  const error: unknown = await findEndpoints(where).catch((error: unknown) => error);
  assert.ok(error instanceof ProblemError, String(error));
  return error.problem;
}

describe('findEndpoints', () => {
  const everything = { ...config('{"currentContext":"colima"}'), ...colima, ...remote };

  it('prefers the setting to all else', async () => {
    const env = { DOCKER_HOST: 'tcp://a:1', DOCKER_CONTEXT: 'remote' };
    assert.deepEqual(await found(world(everything, env, { host: 'ssh://ann@far:22' })), [
      'setting gantry.engine.host -> ssh://ann@far:22',
    ]);
  });
  it('prefers DOCKER_HOST to DOCKER_CONTEXT', async () => {
    const env = { DOCKER_HOST: 'tcp://a:1', DOCKER_CONTEXT: 'remote' };
    assert.deepEqual(await found(world(everything, env)), ['DOCKER_HOST -> tcp://a:1']);
  });
  it('prefers DOCKER_CONTEXT to the current context', async () => {
    assert.deepEqual(await found(world(everything, { DOCKER_CONTEXT: 'remote' })), [
      'context remote -> tcp://build.example:2376',
    ]);
  });
  it('follows the current context', async () => {
    assert.deepEqual(await found(world(everything)), ['context colima -> unix:///home/ann/.colima/docker.sock']);
  });
  it('looks in DOCKER_CONFIG for it', async () => {
    const files = {
      '/etc/d/config.json': '{"currentContext":"x"}',
      [`/etc/d/contexts/meta/${id('x')}/meta.json`]: '{"Endpoints":{"docker":{"Host":"unix:///x"}}}',
    };
    assert.deepEqual(await found(world(files, { DOCKER_CONFIG: '/etc/d' })), ['context x -> unix:///x']);
  });
  it('takes an empty variable for an absent one', async () => {
    const env = { DOCKER_HOST: '', DOCKER_CONTEXT: '', XDG_RUNTIME_DIR: '' };
    assert.equal((await found(world({}, env)))[0], '/var/run/docker.sock -> unix:///var/run/docker.sock');
  });
  it('tries the usual sockets, docker before podman, when nobody chose', async () => {
    assert.deepEqual(
      (await findEndpoints(world({}, { XDG_RUNTIME_DIR: '/run/user/7' }))).candidates.map(({ origin }) => origin),
      [
        '/var/run/docker.sock',
        '/home/ann/.docker/run/docker.sock',
        '/run/user/7/docker.sock',
        '/run/user/7/podman/podman.sock',
        '/run/podman/podman.sock',
      ],
    );
  });
  it('takes the context named default for no choice', async () => {
    assert.equal((await found(world(config('{"currentContext":"default"}')))).length, 3);
  });
  it('tries pipes on Windows', async () => {
    const [first] = await found(world({}, {}, { platform: 'win32', home: 'C:\\Users\\ann' }));
    assert.equal(first, '//./pipe/docker_engine -> npipe:////./pipe/docker_engine');
  });
  it('goes on without a broken config.json and notes it', async () => {
    const { candidates, notes } = await findEndpoints(world(config('{"currentContext":')));
    assert.equal(candidates.length, 3);
    assert.match(String(notes[0]), /^\/home\/ann\/\.docker\/config\.json: /);
  });
  for (const text of ['null', '[]', '"x"', '{"currentContext":7}', '{"currentContext":""}']) {
    it(`makes nothing of ${text} in config.json`, async () => {
      assert.equal((await found(world(config(text)))).length, 3);
    });
  }
  it('does not quietly use another engine when the chosen context is missing', async () => {
    const problem = await problemIn(world({}, { DOCKER_CONTEXT: '../../etc' }));
    assert.equal(problem.subject, 'context ../../etc');
    assert.match(problem.message, /no context of this name/);
  });
  it('says when a context has no docker endpoint or a broken file', async () => {
    assert.match((await problemIn(world(meta('k', {}), { DOCKER_CONTEXT: 'k' }))).message, /no docker endpoint/);
    const file = `/home/ann/.docker/contexts/meta/${id('k')}/meta.json`;
    assert.match((await problemIn(world({ [file]: '{' }, { DOCKER_CONTEXT: 'k' }))).message, /not JSON/);
  });
  it('reads the certificates of a context', async () => {
    const tls = `/home/ann/.docker/contexts/tls/${id('remote')}/docker`;
    const files = { ...remote, [`${tls}/ca.pem`]: 'CA', [`${tls}/cert.pem`]: 'CERT', [`${tls}/key.pem`]: 'KEY' };
    const { candidates } = await findEndpoints(world(files, { DOCKER_CONTEXT: 'remote' }));
    const address = candidates[0]?.address;
    assert.deepEqual(address?.kind === 'tcp' && address.tls, { ca: 'CA', cert: 'CERT', key: 'KEY', skipVerify: false });
  });
  it('reads the certificates of DOCKER_CERT_PATH, and asks for a ca.pem when it shall verify', async () => {
    const env = { DOCKER_HOST: 'tcp://a', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    const address = (await findEndpoints(world({ '/certs/ca.pem': 'CA' }, env))).candidates[0]?.address;
    assert.deepEqual(address, {
      kind: 'tcp',
      host: 'a',
      port: 2376,
      basePath: '',
      tls: { ca: 'CA', skipVerify: false },
    });
    assert.equal((await problemIn(world({}, env))).kind, 'certificate');
  });
});
