import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiagnoseStep } from '../../common/registry.ts';
import { type DiagnosisWorld, diagnose } from '../../server/registries/diagnosis/diagnose.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { ProblemError } from '../../server/util/problemError.ts';
import { selfSigned, signedByAuthority } from '../support/certificate.ts';
import { type ConnectProxy, startConnectProxy } from '../support/connectProxy.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { makeImage } from '../support/imageContents.ts';
import { answers, hangs } from '../support/origin.ts';
import { problemFrom } from '../support/problem.ts';
import { type PlainRegistry, startPlain } from '../support/registries/plain.ts';
import { createWorld, manifestRequests, type World } from '../support/registries/world.ts';
import { until } from '../support/until.ts';

const never = new AbortController().signal;
const alice = { kind: 'basic', username: 'alice', password: 's3cr:et' } as const;
const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });

describe('the diagnosis of a connection', () => {
  let registry: PlainRegistry;
  let emulated: World;
  let http: Http;
  let registries: Registries;
  let proxy: ConnectProxy | undefined;
  let folder: string;
  const kept = fakeCredentials();
  const credentials = {
    ...kept,
    locate: async (host: string) => {
      const credential = kept.byRegistry[host];
      return credential && { credential, from: "docker's config.json" };
    },
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-diagnosis-'));
  });
  after(() => rm(folder, { recursive: true }));
  const start = async (tls?: World['tls'], env: NodeJS.ProcessEnv = {}) => {
    emulated = createWorld(tls);
    registry = await startPlain(emulated);
    registry.push('team/app', '1', image);
    http = createHttp({ env, retryDelayMs: 1 });
    kept.byRegistry = {};
    registries = new Registries({ http, credentials });
  };
  afterEach(async () => {
    await proxy?.stop();
    proxy = undefined;
    await http.close();
    await registry.stop();
  });

  const worldOf = (more: Partial<DiagnosisWorld> = {}): DiagnosisWorld => ({
    ...{ env: {}, registries, http, credentials, now: Date.now, askEngine: async () => 'Nobody is there.' },
    ...more,
  });
  const run = async (repository?: string, more: Partial<DiagnosisWorld> = {}, host = registry.host) => {
    const told: DiagnoseStep[] = [];
    const steps = await diagnose(host, repository, worldOf(more), (step) => told.push(step), never);
    assert.deepEqual(told, steps, 'each step is told as it ends');
    assert.equal(new Set(steps.map(({ name }) => name)).size, steps.length);
    return Object.fromEntries(steps.map((step) => [step.name, step]));
  };
  const states = (steps: Readonly<Record<string, DiagnoseStep>>) =>
    Object.entries(steps).map(([name, { state }]) => `${name} ${state}`);
  const openly = () => registries.configure([{ host: registry.host, url: registry.url }]);

  describe('goes all the way', () => {
    it('where everything is well', async () => {
      await start();
      openly();
      const asked: string[] = [];
      const askEngine = async (reference: string) => {
        asked.push(reference);
        return undefined;
      };
      const steps = await run('team/app', { askEngine });
      assert.deepEqual(states(steps), [
        ...['Address ok', 'Proxy ok', 'DNS ok', 'TCP ok', 'TLS warning', 'Registry ok', 'Challenge ok'],
        ...['Credentials ok', 'Token skipped', 'Access ok', 'Engine ok'],
      ]);
      assert.match(steps['Access']?.detail ?? '', /the tags of team\/app \(1\)/);
      assert.deepEqual(asked, [`${registry.host}/team/app:1`]);
      assert.deepEqual(manifestRequests(emulated.log), []);
    });

    it('to the list of a registry that is asked for nothing in particular', async () => {
      await start();
      openly();
      const { Access: access, Engine: engine } = await run(undefined, { askEngine: async () => undefined });
      assert.match(access?.detail ?? '', /lists what it holds \(1 on its first page\)/);
      assert.equal(engine?.state, 'ok');
    });

    it('over plain HTTP to a registry on this machine, as docker does', async () => {
      await start();
      const steps = await run('team/app');
      assert.equal(steps['TLS']?.state, 'warning');
      assert.match(`${steps['TLS']?.detail} ${steps['TLS']?.next}`, /does not speak HTTPS.+Plain HTTP is tried/);
      assert.equal(steps['Access']?.state, 'ok');
    });

    it('though nothing is listed, which is a remark', async () => {
      await start();
      openly();
      registry.quirks.catalog = 'absent';
      const { Access: access } = await run();
      assert.equal(access?.state, 'warning');
      assert.match(access?.detail ?? '', /does not list its repositories/);
    });

    it('by what is now, not by what was learned before', async () => {
      await start();
      openly();
      await registries.tags(registry.host, 'team/app', {}, never);
      registry.misbehave(answers(500), 9, /tags/);
      assert.equal((await run('team/app'))['Access']?.state, 'failed');
    });
  });

  describe('stops', () => {
    it('where a name leads nowhere, and tries nothing after it', async () => {
      await start();
      const steps = await run(undefined, {}, 'registry.invalid');
      assert.equal(steps['DNS']?.state, 'failed');
      assert.equal(steps['TCP'], undefined);
      assert.equal(steps['Access']?.state, 'skipped');
    });

    it('where nothing listens', async () => {
      await start();
      await registry.stop();
      const steps = await run();
      assert.equal(steps['TCP']?.state, 'failed');
      assert.match(steps['TCP']?.detail ?? '', /nothing listens there/);
      assert.equal(steps['Registry']?.state, 'skipped');
    });

    for (const [what, answer, told] of [
      ['a page for people', answers(200, { 'content-type': 'text/html' }, '<html>'), /a page for people/],
      ['nothing that a registry says', answers(404, {}, 'not found'), /not how a registry answers/],
      ['trouble of its own', answers(503), /a problem of its own \(status 503\)/],
      ['no to this address', answers(403, {}, '{"errors":[{"code":"DENIED","message":"client IP"}]}'), /client IP/],
    ] as const) {
      it(`where the answer is ${what}`, async () => {
        await start();
        openly();
        registry.misbehave(answer, 9, /v2/);
        const steps = await run();
        assert.equal(steps['Registry']?.state, 'failed');
        assert.match(steps['Registry']?.detail ?? '', told);
        assert.equal(steps['Access']?.state, 'skipped');
      });
    }

    it('when nobody wants it any more, down to the socket', async () => {
      await start();
      openly();
      const asking = new AbortController();
      const gone = new Promise<void>((resolve) => {
        registry.misbehave((request, response, body) => {
          request.socket.once('close', resolve);
          asking.abort();
          return hangs(request, response, body);
        });
      });
      await assert.rejects(
        diagnose(registry.host, undefined, worldOf(), () => {}, asking.signal),
        { name: 'AbortError' },
      );
      await gone;
    });

    it('before it begins, for what is no name', async () => {
      await start();
      for (const [host, repository] of [
        ['no host', undefined],
        [registry.host, '../x'],
      ] as const) {
        await problemFrom(
          'notFound',
          diagnose(host, repository, worldOf(), () => assert.fail(), never),
        );
      }
    });
  });

  describe('of a certificate', () => {
    const issued = signedByAuthority(60);
    const signed = issued && { key: issued.key, cert: issued.cert };
    const trusted = async () => {
      const caFile = join(folder, 'ca.pem');
      await writeFile(caFile, issued?.authority ?? '');
      return caFile;
    };
    before(function () {
      if (issued === undefined) this.skip();
    });

    it('names the chain, and whose word counts', async () => {
      await start(signed);
      const caFile = await trusted();
      registries.configure([{ host: registry.host, caFile }]);
      const { TLS: tls, Access: access } = await run('team/app');
      assert.equal(tls?.state, 'ok');
      assert.match(
        tls?.detail ?? '',
        /^TLSv1\.\d; registry < Test Authority; until .+ GMT\. Trusted because of .+ca\.pem\.$/,
      );
      assert.equal(access?.state, 'ok');
    });

    it('warns before it ends', async () => {
      await start(signed);
      registries.configure([{ host: registry.host, caFile: await trusted() }]);
      const inSevenWeeks = () => Date.now() + 50 * 24 * 3600_000;
      const { TLS: tls } = await run(undefined, { now: inSevenWeeks });
      assert.deepEqual([tls?.state, tls?.next], ['warning', 'It ends soon: tell whoever runs the registry.']);
    });

    it('says who is not known, and what to do', async () => {
      await start(signed);
      registries.configure([{ host: 'r.example', url: registry.url.replace('127.0.0.1', '0.0.0.0') }]);
      const { TLS: tls, Registry: answered } = await run(undefined, {}, 'r.example');
      assert.equal(tls?.state, 'failed');
      assert.match(tls?.detail ?? '', /Nobody here knows Test Authority, who vouches for registry/);
      assert.match(tls?.next ?? '', /"caFile" of this registry/);
      assert.equal(answered?.state, 'skipped');
    });

    it('says for whom it is', async () => {
      await start(signed);
      const url = registry.url.replace('127.0.0.1', '0.0.0.0');
      registries.configure([{ host: 'r.example', url, caFile: await trusted() }]);
      const { TLS: tls } = await run(undefined, {}, 'r.example');
      assert.match(tls?.detail ?? '', /It is not for 0\.0\.0\.0, but for 127\.0\.0\.1, registry\.example\./);
    });

    it('lets go what the settings allow', async () => {
      await start(selfSigned());
      const { TLS: tls, Registry: answered } = await run();
      assert.equal(tls?.state, 'warning', 'plain HTTP is left to be tried');
      assert.match(tls?.detail ?? '', /vouched for by itself/);
      assert.equal(answered?.state, 'failed');
      registries.configure([{ host: registry.host, insecure: true }]);
      const allowed = await run();
      assert.match(allowed['TLS']?.detail ?? '', /The settings allow that/);
      assert.equal(allowed['Access']?.state, 'ok');
    });

    it('names a file of authorities that cannot be read', async () => {
      await start(signed);
      registries.configure([{ host: registry.host, caFile: join(folder, 'none.pem') }]);
      const { TLS: tls } = await run();
      assert.match(tls?.detail ?? '', /none\.pem cannot be used: it cannot be read \(ENOENT\)/);
    });

    it('looks at it through the proxy, which a password opens that nobody is told', async () => {
      await start(signed);
      proxy = await startConnectProxy({ port: Number(new URL(registry.url).port) });
      const https_proxy = proxy.url.replace('http://', 'http://bob:hu%3Ash@');
      await http.close();
      http = createHttp({ env: { https_proxy }, retryDelayMs: 1 });
      registries = new Registries({ http, credentials });
      registries.configure([{ host: 'registry.example', caFile: await trusted() }]);
      const steps = await run('team/app', { env: { https_proxy }, http, registries }, 'registry.example');
      assert.match(steps['Proxy']?.detail ?? '', /^http:\/\/127\.0\.0\.1:\d+, named by https_proxy, with a sign-in\.$/);
      assert.equal(steps['TLS']?.state, 'ok');
      assert.match(steps['TLS']?.detail ?? '', /registry < Test Authority/);
      assert.equal(steps['Access']?.state, 'ok');
      const [first] = proxy.asked;
      assert.match(first ?? '', /^CONNECT registry\.example:443 HTTP\/1\.1\r\n/);
      assert.match(first ?? '', new RegExp(`Basic ${Buffer.from('bob:hu:sh').toString('base64')}`));
      assert.doesNotMatch(JSON.stringify(steps), /hu%3Ash|hu:sh/);
    });

    it('says that the proxy wants to know us', async () => {
      await start(signed);
      proxy = await startConnectProxy({ port: 1 });
      proxy.refuse('HTTP/1.1 407 Proxy Authentication Required');
      const { TLS: tls } = await run(undefined, { env: { HTTPS_PROXY: proxy.url } }, 'registry.example');
      assert.equal(tls?.state, 'failed');
      assert.match(
        `${tls?.detail} ${tls?.next}`,
        /does not let us through to registry\.example \(status 407\).+sign-in/,
      );
    });
  });

  describe('of the proxy', () => {
    for (const [what, env, told] of [
      ['none', {}, /^None: no environment variable names one/],
      [
        'that of http where there is no other',
        { http_proxy: 'p.invalid:3128' },
        /^http:\/\/p\.invalid:3128, named by http_proxy/,
      ],
      ['none where the lower-case one is empty', { https_proxy: '', HTTPS_PROXY: 'http://p.invalid' }, /^None/],
      [
        'none for whom it excepts',
        { https_proxy: 'http://p.invalid', no_proxy: 'x, .invalid' },
        /^None: registry\.invalid is excepted by no_proxy \(x, \.invalid\)/,
      ],
      [
        'one for another port than it excepts',
        { https_proxy: 'http://p.invalid', no_proxy: 'registry.invalid:5000' },
        /p\.invalid/,
      ],
    ] as const) {
      it(`says ${what}`, async () => {
        await start();
        const { Proxy: step } = await run(undefined, { env }, 'registry.invalid');
        assert.match(step?.detail ?? '', told);
      });
    }

    it('names the variable that means nothing', async () => {
      await start();
      const env = { https_proxy: 'ftp://bob:hush@p.invalid' };
      const steps = await run(undefined, { env }, 'registry.invalid');
      assert.equal(steps['Proxy']?.state, 'failed');
      assert.equal(steps['DNS'], undefined);
      assert.doesNotMatch(JSON.stringify(steps), /hush/);
    });
  });

  describe('of who we are', () => {
    const signedIn = async (credential: (typeof kept.byRegistry)[string] | undefined = alice) => {
      await start();
      registry.access.mode = 'bearer';
      if (credential !== undefined) kept.byRegistry = { [registry.host]: credential };
      openly();
    };

    it('names account, place, token server and what the token allows, and nothing that is secret', async () => {
      await signedIn();
      const steps = await run('team/app');
      assert.match(
        steps['Challenge']?.detail ?? '',
        /tokens from http:\/\/127\.0\.0\.1:\d+\/token for the service registry\.example/,
      );
      assert.equal(
        steps['Credentials']?.detail,
        "A name and a password or token for alice, from docker's config.json.",
      );
      assert.equal(steps['Token']?.detail, 'It allows pull of team/app.');
      assert.equal(steps['Access']?.state, 'ok');
      assert.doesNotMatch(JSON.stringify(steps), /s3cr/);
      for (const token of registry.access.issued.keys()) assert.equal(JSON.stringify(steps).includes(token), false);
    });

    it('says that a token allows less than was asked for', async () => {
      await signedIn();
      registry.access.accounts[0] = { ...alice, may: () => false };
      const { Token: token, Access: access } = await run('team/app');
      assert.equal(token?.state, 'warning');
      assert.match(`${token?.detail} ${token?.next}`, /does not allow to pull team\/app.+alice may not read it/);
      assert.equal(access?.state, 'failed');
    });

    it('says that the token server refuses us', async () => {
      await signedIn({ ...alice, password: 'wr0ng' });
      const steps = await run('team/app');
      assert.equal(steps['Token']?.state, 'failed');
      assert.match(steps['Token']?.detail ?? '', /are not accepted/);
      assert.equal(steps['Access']?.state, 'skipped');
      assert.doesNotMatch(JSON.stringify(steps), /wr0ng/);
    });

    it('says that the token server cannot be reached', async () => {
      await signedIn();
      await registry.tokens.stop();
      const { Token: token } = await run('team/app');
      assert.equal(token?.state, 'failed');
      assert.match(token?.detail ?? '', /nothing listens there/);
    });

    it('does not take the trouble of the registry for that of its token server', async () => {
      await signedIn();
      registry.misbehave(answers(500), 9, /tags/);
      const { Token: token, Access: access } = await run('team/app');
      assert.deepEqual([token?.state, token?.detail], ['skipped', 'Nothing has asked for one.']);
      assert.equal(access?.state, 'failed');
    });

    it('says that a token server stands where none may', async () => {
      await signedIn();
      registry.access.realm = 'http://169.254.169.254/token';
      const { Challenge: challenge } = await run('team/app');
      assert.equal(challenge?.state, 'failed');
      assert.match(
        challenge?.detail ?? '',
        /169\.254\.169\.254, and it is an address inside a network: nothing is sent/,
      );
    });

    it('knows Basic, and who is refused', async () => {
      await start();
      registry.access.mode = 'basic';
      openly();
      kept.byRegistry = { [registry.host]: { ...alice, password: 'wr0ng' } };
      const steps = await run();
      assert.match(steps['Challenge']?.detail ?? '', /^Basic/);
      assert.equal(steps['Token']?.state, 'skipped');
      assert.equal(steps['Access']?.state, 'failed');
    });

    it('names the store that cannot be read', async () => {
      await start();
      openly();
      const broken = new ProblemError({
        kind: 'credentials',
        subject: 'x',
        message: 'docker-credential-x is missing.',
      });
      const locate = () => Promise.reject(broken);
      const { Credentials: step } = await run(undefined, { credentials: { ...credentials, locate } });
      assert.deepEqual([step?.state, step?.detail], ['failed', 'docker-credential-x is missing.']);
    });
  });

  describe('of the engine', () => {
    const engineSays = async (kind: ProblemError['problem']['kind'], message: string) => {
      await start();
      openly();
      const askEngine = async () => {
        throw new ProblemError({ kind, subject: 'r', message });
      };
      const { Engine: engine } = await run('team/app', { askEngine });
      return engine;
    };

    for (const [kind, message, state, told] of [
      [
        'internal',
        'Get "https://r/v2/": tls: failed to verify certificate: x509: unknown authority.',
        'warning',
        /certs\.d\/127/,
      ],
      ['internal', 'http: server gave HTTP response to HTTPS client.', 'warning', /insecure-registries/],
      ['internal', 'dial tcp: lookup r: no such host.', 'warning', /not those of VS Code/],
      ['timeout', 'It did not answer within 20 seconds.', 'warning', /not those of VS Code/],
      ['denied', 'denied: requested access to the resource is denied.', 'warning', /the same sign-in/],
      ['notFound', 'manifest unknown: manifest unknown.', 'ok', /gets there too/],
    ] as const) {
      it(`takes "${message}" for ${state}`, async () => {
        const engine = await engineSays(kind, message);
        assert.equal(engine?.state, state);
        assert.match(`${engine?.detail} ${engine?.next}`, told);
      });
    }

    it('says why it is not asked', async () => {
      await start();
      openly();
      const { Engine: engine } = await run();
      assert.deepEqual([engine?.state, engine?.detail], ['skipped', 'Nobody is there.']);
    });
  });

  it('gives up on who takes connections and says nothing only when it is told to', async () => {
    await start();
    const silent = createServer(() => {});
    silent.listen(0, '127.0.0.1');
    await until(() => silent.listening);
    const { port } = silent.address() as { readonly port: number };
    const asking = new AbortController();
    const onStep = ({ name }: DiagnoseStep) => {
      if (name === 'TCP') setImmediate(() => asking.abort());
    };
    const work = diagnose(`127.0.0.1:${port}`, undefined, worldOf(), onStep, asking.signal);
    await assert.rejects(work, { name: 'AbortError' });
    silent.close();
  });
});
