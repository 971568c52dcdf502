import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createHttp, type Http, type HttpWorld } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { selfSigned } from '../support/certificate.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { addTags, type FakeRegistry, startFakeRegistry } from '../support/fakeRegistry.ts';
import { names } from '../support/names.ts';
import { answers, drips, hangs, sendJson, truncates } from '../support/origin.ts';
import { problemFrom } from '../support/problem.ts';

const never = new AbortController().signal;
const html = '<!doctype html><html><script>alert(1)</script><h1>502 Bad Gateway</h1></html>';

describe('a registry that misbehaves', () => {
  let now: number;
  let registry: FakeRegistry;
  let http: Http;
  let registries: Registries;
  const use = async (world: HttpWorld = {}) => {
    await http?.close();
    http = createHttp({ env: {}, retryDelayMs: 1, now: () => now, ...world });
    registries = new Registries({ http, credentials: fakeCredentials(), now: () => now });
  };
  beforeEach(async () => {
    now = Date.parse('2026-01-01T00:00:00Z');
    registry = await startFakeRegistry();
    addTags(registry, 'team/app', ['a']);
    await use();
  });
  afterEach(async () => {
    await http.close();
    await registry.stop();
    for (const server of extraServers.splice(0)) server.close();
  });
  const extraServers: { close(): unknown }[] = [];
  const tags = async (signal = never) =>
    names((await registries.tags(registry.host, 'team/app', {}, signal)).value.items);

  it('is asked again after it failed: a failure is not kept', async () => {
    registry.misbehave(answers(403));
    await problemFrom('denied', tags());
    assert.deepEqual(await tags(), ['a']);
  });

  it('has no such repository', async () => {
    const work = registries.tags(registry.host, 'team/none', {}, never);
    const problem = await problemFrom('notFound', work);
    assert.match(problem.message, /the tags of team\/none, or hides it/);
  });

  it('is left alone for as long as it asked, and others are not', async () => {
    registry.misbehave(answers(429, { 'retry-after': '30' }));
    assert.equal((await problemFrom('rateLimited', tags())).retryAfterMs, 30_000);
    now += 10_000;
    assert.equal((await problemFrom('rateLimited', tags())).retryAfterMs, 20_000);
    assert.equal(registry.seen.length, 1, 'asked once');
    const other = await startFakeRegistry();
    addTags(other, 'tool', ['b']);
    assert.deepEqual(names((await registries.tags(other.host, 'tool', {}, never)).value.items), ['b']);
    await other.stop();
    now += 20_000;
    assert.deepEqual(await tags(), ['a']);
  });

  it('may stumble twice', async () => {
    registry.misbehave(answers(503), 2);
    assert.deepEqual(await tags(), ['a']);
    assert.equal(registry.seen.length, 3);
  });

  it('may not stumble for ever', async () => {
    registry.misbehave(answers(502, { 'content-type': 'text/html' }, html), 100);
    const problem = await problemFrom('unreachable', tags());
    assert.match(problem.message, /status 502/);
    assert(!/<|alert/.test(JSON.stringify(problem)), 'no HTML is shown');
    assert.equal(registry.seen.length, 3);
  });

  it('may break the connection once', async () => {
    registry.misbehave((_, response) => void response.destroy());
    assert.deepEqual(await tags(), ['a']);
  });

  it('sends half an answer', async () => {
    registry.misbehave(truncates, 100);
    const problem = await problemFrom('unreachable', tags());
    assert.match(problem.message, /before its answer was complete/);
  });

  for (const [name, body] of [
    ['HTML', html],
    ['nothing', ''],
    ['half of JSON', '{"tags":["a"'],
    ['a list of something else', '{"tags":{"a":1}}'],
    ['JSON that is no object', 'null'],
    ['bytes', '\u0000\u0001\u0002'],
  ] as const) {
    it(`sends ${name} where tags should be`, async () => {
      registry.misbehave(answers(200, { 'content-type': 'application/json' }, body));
      const problem = await problemFrom('badAnswer', tags());
      assert(!/html|alert/.test(problem.message));
    });
  }

  it('says why, in its own words', async () => {
    const error = { errors: [{ code: 'DENIED', message: 'your plan\r\nhas ended.' }] };
    registry.misbehave((_, response) => sendJson(response, 403, error));
    assert.match(
      (await problemFrom('denied', tags())).message,
      /refuses the tags of team\/app: your plan has ended\.$/,
    );
  });

  it('says too much: only the beginning is read', async () => {
    registry.misbehave((_, response) => {
      response.writeHead(403, { 'content-type': 'text/html' });
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const problem = await problemFrom('denied', tags());
    assert(problem.message.length < 500);
  });

  it('sends a list without end', async () => {
    registry.misbehave((_, response) => {
      response.write('{"tags":["');
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(1 << 20)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    assert.match((await problemFrom('badAnswer', tags())).message, /more than 32 MiB/);
  });

  it('never answers', async () => {
    await use({ timeouts: { headersMs: 100 } });
    registry.misbehave(hangs, 100);
    await problemFrom('timeout', tags());
    assert.equal(registry.seen.length, 1, 'a time-out is not repeated: somebody waits');
  });

  it('never ends its answer', async () => {
    await use({ timeouts: { bodyMs: 100 } });
    registry.misbehave((_, response) => void response.write('{"tags":['));
    await problemFrom('timeout', tags());
  });

  it('never ends its answer, though it always says a little more', async () => {
    await use({ timeouts: { wholeMs: 150 } });
    registry.misbehave(drips(`{"tags":[${' '.repeat(1000)}`, 5));
    await problemFrom('timeout', tags());
    assert.equal(registry.seen.length, 1);
  });

  it('lets go of the socket when nobody waits any more', async () => {
    const gone = new Promise<void>((resolve) => {
      registry.misbehave((request) => {
        request.socket.once('close', resolve);
        controller.abort();
      });
    });
    const controller = new AbortController();
    await assert.rejects(tags(controller.signal), { name: 'AbortError' });
    await gone;
  });

  it('stops waiting for a retry when nobody waits any more', async () => {
    await use({ retryDelayMs: 3_600_000 });
    const controller = new AbortController();
    registry.misbehave((_, response) => {
      response.writeHead(503).end();
      setImmediate(() => controller.abort());
    }, 100);
    await assert.rejects(tags(controller.signal), { name: 'AbortError' });
    assert.equal(registry.seen.length, 1);
  });

  it('is not there', async () => {
    await registry.stop();
    const problem = await problemFrom('unreachable', tags());
    assert.match(problem.message, /nothing listens there/);
    assert.match(problem.next ?? '', /try again/);
  });

  it('is a name that does not exist', async () => {
    const work = registries.tags('registry.invalid', 'team/app', {}, never);
    assert.match((await problemFrom('unreachable', work)).message, /registry\.invalid cannot be reached/);
  });

  it('is no registry but something that talks first', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end('220 mail.example ESMTP\r\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    extraServers.push(server);
    await problemFrom('badAnswer', registries.tags(host, 'team/app', {}, never));
  });

  it('has a certificate that nobody vouches for', async function () {
    const pair = selfSigned();
    if (pair === undefined) return this.skip(); // no openssl here to make one
    const server = createTlsServer(pair, (_, response) => response.end('{"tags":["a"]}')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    extraServers.push(server);
    const problem = await problemFrom('certificate', registries.tags(host, 'team/app', {}, never));
    assert.match(problem.message, /not trusted/);
  });

  it('has a certificate that nobody vouches for, and the user says that none need be', async function () {
    const pair = selfSigned();
    if (pair === undefined) return this.skip(); // no openssl here to make one
    // It signs in at itself, as self-hosted registries do.
    const server = createTlsServer(pair, (request, response) => {
      if (request.url?.startsWith('/token')) response.end('{"token":"t"}');
      else if (request.headers.authorization === 'Bearer t') response.end('{"tags":["a"]}');
      else response.writeHead(401, { 'www-authenticate': `Bearer realm="https://${host}/token"` }).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    extraServers.push(server);
    registries.configure([{ host, insecure: true }]);
    const { value } = await registries.tags(host, 'team/app', {}, never);
    assert.deepEqual(names(value.items), ['a']);
  });

  it('is trusted once its issuer is', async function () {
    const pair = selfSigned();
    if (pair === undefined) return this.skip(); // no openssl here to make one
    const server = createTlsServer(pair, (_, response) => response.end('{"tags":["a"]}')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    extraServers.push(server);
    const folder = mkdtempSync(path.join(tmpdir(), 'gantry-tls-'));
    writeFileSync(path.join(folder, 'ca.pem'), pair.cert);
    // Node reads its certificates once, at start: so this takes a process of its own.
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/v2/`;
    const script = `const { createHttp } = await import(process.argv[1]);
      const request = { method: 'GET', url: new URL(process.argv[2]), maximumBytes: 100 };
      console.log((await createHttp({ env: {} }).send(request, new AbortController().signal)).body.toString());
      process.exit();`;
    const module = new URL('../../server/registries/http.ts', import.meta.url).href;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: path.join(folder, 'ca.pem') };
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, module, url], { env });
    const { stdout } = await run.finally(() => rmSync(folder, { recursive: true }));
    assert.equal(stdout.trim(), '{"tags":["a"]}');
  });

  describe('behind a proxy', () => {
    let connects: string[];
    let proxy: ReturnType<typeof createServer>;
    let proxyUrl: string;
    const sockets = new Set<Socket>();
    beforeEach(async () => {
      connects = [];
      proxy = createServer((client) => {
        sockets.add(client);
        client.on('error', () => {});
        client.once('data', (head) => {
          connects.push(/^CONNECT (\S+)/.exec(head.toString())?.[1] ?? head.toString());
          const [, port] = registry.host.split(':');
          const upstream = connect(Number(port), '127.0.0.1', () => {
            client.write('HTTP/1.1 200 Connection established\r\n\r\n');
            client.pipe(upstream).pipe(client);
          });
          sockets.add(upstream);
          upstream.on('error', () => client.destroy());
        });
      }).listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    });
    afterEach(() => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    });

    it('is reached through it', async () => {
      await use({ env: { HTTPS_PROXY: proxyUrl, http_proxy: proxyUrl } });
      registries.configure([{ host: 'registry.example', insecure: true }]);
      const { value } = await registries.tags('registry.example', 'team/app', {}, never);
      assert.deepEqual(names(value.items), ['a']);
      assert.deepEqual(connects, ['registry.example:443', 'registry.example:80']);
    });

    it('is reached through one that is written without http://', async () => {
      await use({ env: { HTTPS_PROXY: proxyUrl.replace('http://', ''), HTTP_PROXY: proxyUrl } });
      registries.configure([{ host: 'registry.example', insecure: true }]);
      const { value } = await registries.tags('registry.example', 'team/app', {}, never);
      assert.deepEqual(names(value.items), ['a']);
    });

    it('is not reached through what is no proxy, whose variable is named and whose password is not', async () => {
      await use({ env: { https_proxy: 'ftp://ann:s3cret@127.0.0.1:1' } });
      const work = registries.tags('registry.example', 'team/app', {}, never);
      const problem = await problemFrom('unsupported', work);
      assert.equal(problem.subject, 'https_proxy');
      assert(!JSON.stringify(problem).includes('s3cret'));
      assert.deepEqual(await tags(), ['a']);
    });

    it('is not looked for there when it is on this machine or named in NO_PROXY', async () => {
      await use({ env: { HTTPS_PROXY: proxyUrl, HTTP_PROXY: proxyUrl, NO_PROXY: 'registry.invalid' } });
      assert.deepEqual(await tags(), ['a']);
      await problemFrom('unreachable', registries.tags('registry.invalid', 'team/app', {}, never));
      assert.deepEqual(connects, []);
    });
  });

  it('speaks plain HTTP only where that is allowed', async () => {
    // A name that means this machine, but is not one of those that docker trusts with plain HTTP, cannot be had without a
    // resolver of our own; through a proxy any name can.
    const seen: string[] = [];
    const proxy = createServer((client) => {
      client.on('error', () => {});
      client.once('data', (head) => {
        seen.push(head.toString().split('\r\n')[0] ?? '');
        client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      });
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    extraServers.push(proxy);
    await use({ env: { https_proxy: url, http_proxy: url } });
    await problemFrom('unreachable', registries.tags('registry.example', 'team/app', {}, never));
    assert(seen.length > 0);
    assert(
      seen.every((line) => line.includes(':443')),
      seen.join(),
    );
  });
});
