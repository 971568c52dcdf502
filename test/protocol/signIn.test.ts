import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ResponseError } from 'vscode-languageserver-protocol/node';
import type { Problem } from '../../common/known.ts';
import type { ClientRequests } from '../../common/protocol.ts';
import type { SignIn } from '../../common/registry.ts';
import { type Editor, startEditor } from '../support/editor.ts';
import { answerStores, type EditorStores } from '../support/editorStores.ts';
import { makeImage } from '../support/imageContents.ts';
import { type Acr, startAcr } from '../support/registries/acr.ts';
import { type PlainRegistry, startPlain } from '../support/registries/plain.ts';
import { createWorld, originsTold, type World } from '../support/registries/world.ts';

const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });
const alice: SignIn = { kind: 'password', username: 'alice', password: 's3cr:et' };

describe('signing in with Gantry', () => {
  let world: World;
  let plain: PlainRegistry;
  let home: string;
  let editor: Editor;
  let stores: EditorStores;
  let close: () => Promise<void>;
  beforeEach(async () => {
    world = createWorld();
    plain = await startPlain(world);
    plain.access.mode = 'bearer';
    plain.access.anonymous = () => false;
    plain.access.anonymousTokens = false;
    plain.push('team/app', ['1'], image);
    home = await mkdtemp(path.join(tmpdir(), 'gantry-sign-in-'));
    await mkdir(path.join(home, 'bin'));
  });
  afterEach(async () => {
    await close();
    await plain.stop();
    await rm(home, { recursive: true, force: true });
  });

  /** `answers`: what the editor says that it has. */
  const open = async (answers: readonly string[] = ['secrets', 'sessions'], registries: readonly object[] = []) => {
    const started = await startEditor({
      configuration: { registries },
      initializationOptions: { answers },
      clientInfo: { name: 'Visual Studio Code' },
      world: {
        env: {
          PATH: `${path.join(home, 'bin')}${path.delimiter}/bin`,
          DOCKER_CONFIG: home,
          XDG_CONFIG_HOME: home,
        },
        now: () => world.clock.nowMs,
      },
    });
    ({ editor, close } = started);
    stores = answerStores(editor.connection);
  };
  const ask = <M extends keyof ClientRequests>(method: M, params: ClientRequests[M]['params']) =>
    editor.connection.sendRequest<ClientRequests[M]['result']>(method, params);
  const problemOf = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail('nothing failed'),
      (reason: ResponseError<Problem>) => reason,
    );
    assert(error.data, String(error));
    return error.data;
  };
  const signIn = (by: SignIn = alice, host = plain.host) => ask('gantry/registries/signIn', { host, signIn: by });
  const tags = async (host = plain.host) => {
    const answer = await ask('gantry/registries/tags', { host, repository: 'team/app' });
    return answer.state === 'known' ? answer.value.items.map(({ name }) => name) : answer;
  };
  const rowOf = async (host = plain.host) =>
    (await ask('gantry/registries/list', {})).registries.find((row) => row.host === host);
  const config = (value: object) => writeFile(path.join(home, 'config.json'), JSON.stringify(value));
  const helper = (name: string, script: string) => {
    const log = path.join(home, `${name}.log`);
    const text = `#!/bin/sh\ninput=$(cat)\necho "$1 $input" >> '${log}'\n${script}\n`;
    return writeFile(path.join(home, 'bin', `docker-credential-${name}`), text, { mode: 0o755 });
  };
  const helperLog = async (name: string) => (await readFile(path.join(home, `${name}.log`), 'utf8')).trim().split('\n');
  /** Keeps what it is given in a file, as a keychain does. */
  const keychain = (name: string) => {
    const kept = path.join(home, `${name}.kept`);
    return helper(
      name,
      `case $1 in
store) printf '%s' "$input" > '${kept}';;
erase) rm -f '${kept}';;
get) if [ -f '${kept}' ]; then cat '${kept}'; else echo 'credentials not found in native keychain'; exit 1; fi;;
esac`,
    );
  };

  it("keeps a password in the editor's store, uses it, and shows whose it is", async () => {
    await open();
    assert.deepEqual(await signIn(), { account: 'alice', keptIn: 'the secret storage of Visual Studio Code' });
    assert.deepEqual([...stores.secrets.keys()], [`registry:${plain.host}`]);
    assert.deepEqual(await tags(), ['1']);
    const row = await rowOf();
    assert.equal(row?.account, 'alice');
    assert.equal(row?.origin, 'gantry');
  });

  it('finds it again in the next session, by one question to the store', async () => {
    await open();
    await signIn();
    const kept = new Map(stores.secrets);
    await close();
    await open(undefined, [{ host: plain.host }]);
    for (const [key, value] of kept) stores.secrets.set(key, value);
    assert.deepEqual(await tags(), ['1']);
    assert.deepEqual(await tags(), ['1']);
    assert.deepEqual(stores.read, [`registry:${plain.host}`]);
    assert.equal((await rowOf())?.account, 'alice');
    assert.equal((await rowOf())?.origin, 'settings');
  });

  it('keeps nothing of a wrong password, and says so without it', async () => {
    await open();
    const problem = await problemOf(signIn({ kind: 'password', username: 'alice', password: 'hunter2' }));
    assert.equal(problem.kind, 'unauthorized');
    assert.match(problem.message, /not accepted/);
    assert(!JSON.stringify(problem).includes('hunter2'));
    assert.equal(stores.secrets.size, 0);
    const answer = await ask('gantry/registries/tags', { host: plain.host, repository: 'team/app' });
    assert.equal(answer.state, 'failed');
    assert(!editor.logged.some((line) => line.includes('hunter2')));
  });

  it('leaves the sign-in that was there when the next one fails', async () => {
    await open();
    await signIn();
    await problemOf(signIn({ kind: 'password', username: 'alice', password: 'wrong' }));
    assert.deepEqual(await tags(), ['1']);
  });

  it('says that a registry which asks for nothing could not tell whether it is right', async () => {
    plain.access.mode = 'none';
    await open();
    assert.match((await signIn()).notes?.[0] ?? '', /could not be tried/);
  });

  it('forgets on signing out', async () => {
    await open();
    await signIn();
    await ask('gantry/registries/signOut', { host: plain.host });
    assert.equal(stores.secrets.size, 0);
    assert.notDeepEqual(await tags(), ['1']);
    assert.equal(await rowOf(), undefined);
  });

  for (const [name, answers, isBroken, reason] of [
    ['has no store', [], false, /keeps no secrets/],
    ['has a store without a keyring', ['secrets'], true, /does not work/],
  ] as const) {
    it(`keeps it for as long as the server lives where the editor ${name}, and says so`, async () => {
      await open(answers);
      stores.isBroken = isBroken;
      const { keptIn } = await signIn();
      assert.match(keptIn, /^memory, until Gantry's server ends/);
      assert.match(keptIn, reason);
      await ask('gantry/registries/refresh', {});
      assert.deepEqual(await tags(), ['1']);
      assert.equal((await rowOf())?.account, 'alice');
    });
  }

  it('does without a store that fails for registries that nobody signed in to', async () => {
    plain.access.mode = 'none';
    await open(['secrets']);
    stores.isBroken = true;
    assert.deepEqual(await tags(), ['1']);
    const { problems } = await ask('gantry/registries/list', {});
    assert.deepEqual(
      problems.map(({ kind, message }) => [kind, message]),
      [
        [
          'credentials',
          'The secret storage of Visual Studio Code does not work: what you signed in to with Gantry is not known.',
        ],
      ],
      'told once, however many registries there are',
    );
  });

  describe("with docker's helper", () => {
    it('hands it the password, keeps none itself, and uses it from there', async () => {
      await keychain('chain');
      await config({ credsStore: 'chain' });
      await open();
      assert.deepEqual(await signIn(), { account: 'alice', keptIn: 'docker-credential-chain' });
      const [store] = (await helperLog('chain')).filter((line) => line.startsWith('store '));
      assert.deepEqual(JSON.parse(store?.slice('store '.length) ?? ''), {
        ServerURL: plain.host,
        Username: 'alice',
        Secret: 's3cr:et',
      });
      assert(![...stores.secrets.values()].some((value) => value.includes('s3cr:et')));
      assert.deepEqual(await tags(), ['1']);
      assert.equal((await rowOf())?.account, 'alice');
      assert.equal(JSON.parse(await readFile(path.join(home, 'config.json'), 'utf8')).auths, undefined);
    });

    it('takes the helper of the host before that for all', async () => {
      await keychain('one');
      await keychain('all');
      await config({ credsStore: 'all', credHelpers: { [plain.host]: 'one' } });
      await open();
      assert.equal((await signIn()).keptIn, 'docker-credential-one');
    });

    it('lets it forget on signing out, but only what Gantry gave it', async () => {
      await keychain('chain');
      await config({ credsStore: 'chain' });
      await open();
      await signIn();
      await ask('gantry/registries/signOut', { host: plain.host });
      assert.notDeepEqual(await tags(), ['1']);
      const erased = async () => (await helperLog('chain')).filter((line) => line.startsWith('erase ')).length;
      assert.equal(await erased(), 1);
      await ask('gantry/registries/signOut', { host: plain.host });
      assert.equal(await erased(), 1);
    });

    for (const [name, script, told] of [
      ['is missing', undefined, /docker-credential-broken.*PATH/],
      [
        'does not take it',
        'echo "not implemented"; exit 1',
        /docker-credential-broken did not keep .*: not implemented/,
      ],
      ['repeats the secret', 'echo "cannot keep $input"; exit 1', /did not keep .*: ended with code 1/],
    ] as const) {
      it(`keeps it in the editor's store when the helper ${name}, and tells of that`, async () => {
        if (script !== undefined) await helper('broken', script);
        await config({ credsStore: 'broken' });
        await open();
        const { keptIn, notes = [] } = await signIn();
        assert.match(keptIn, /secret storage/);
        assert.match(notes.join(' '), told);
        assert(!notes.join(' ').includes('s3cr:et'));
        assert.deepEqual(await tags(), ['1']);
      });
    }

    it('is a problem that names it, where nobody signed in with Gantry', async () => {
      await config({ credsStore: 'broken' });
      await open();
      const answer = await ask('gantry/registries/tags', { host: plain.host, repository: 'team/app' });
      assert(answer.state === 'failed');
      assert.equal(answer.problem.kind, 'credentials');
      assert.match(answer.problem.message, /docker-credential-broken/);
    });
  });

  describe("beside docker's own sign-in", () => {
    const auths = (login: string) => ({ auths: { [plain.host]: { auth: Buffer.from(login).toString('base64') } } });

    it("uses docker's first, and says so", async () => {
      plain.access.accounts.push({ username: 'bob', password: 'b' });
      await config(auths('bob:b'));
      await open();
      const { keptIn, notes = [] } = await signIn();
      assert.match(keptIn, /secret storage/);
      assert.match(notes.join(' '), /docker's config\.json has a sign-in .* comes first/);
      const read = stores.read.length;
      assert.deepEqual(await tags(), ['1']);
      assert.equal(stores.read.length, read);
      assert.equal((await rowOf())?.account, 'bob');
    });

    // A token server is asked a second time, for nothing in particular: that tells a wrong password from a wrong repository.
    for (const [mode, times] of [
      ['bearer', 2],
      ['basic', 1],
    ] as const) {
      it(`goes on to Gantry's where the registry refuses docker's (${mode}), which is not sent again`, async () => {
        plain.access.mode = mode;
        await config(auths('alice:old'));
        await open();
        await signIn();
        world.log.length = 0;
        assert.deepEqual(await tags(), ['1']);
        const old = `Basic ${Buffer.from('alice:old').toString('base64')}`;
        const sent = () => world.log.filter(({ authorization }) => authorization === old).length;
        assert.equal(sent(), times);
        await ask('gantry/registries/repositories', { host: plain.host });
        assert.equal(sent(), times);
      });
    }
  });

  describe('with an account of the editor', () => {
    let acr: Acr;
    beforeEach(async () => {
      acr = await startAcr(world);
      acr.push('team/app', ['1'], image);
    });
    afterEach(() => acr.stop());
    const microsoft = { kind: 'session', provider: 'microsoft' } as const;
    const openAzure = async () => {
      await open(undefined, [{ host: acr.host, kind: 'acr' }]);
      stores.accounts.set('microsoft', { accessToken: 'aad-alice', account: 'alice@contoso.example' });
    };
    const exchanges = () => world.log.filter(({ path }) => path === '/oauth2/exchange');

    it("exchanges a Microsoft account's token, keeps none of them, and reads with what it got", async () => {
      await openAzure();
      const signedIn = await signIn(microsoft, acr.host);
      assert.deepEqual(signedIn, {
        account: 'alice@contoso.example',
        keptIn: 'your Microsoft account in Visual Studio Code',
      });
      assert.deepEqual(await tags(acr.host), ['1']);
      const [kept = ''] = stores.secrets.values();
      assert.deepEqual(JSON.parse(kept), { ...microsoft, account: 'alice@contoso.example' });
      assert.deepEqual(stores.asked[0], {
        provider: 'microsoft',
        scopes: ['https://management.azure.com/.default'],
        interactive: true,
      });
      assert.equal(stores.asked.at(-1)?.interactive, false);
      assert.deepEqual(originsTold(world.log), ['acr']);
      assert.equal((await rowOf(acr.host))?.account, 'alice@contoso.example');
    });

    for (const [cloud, host, management] of [
      ['China', 'contoso.azurecr.cn', 'https://management.chinacloudapi.cn'],
      ['the government of the USA', 'contoso.azurecr.us', 'https://management.usgovcloudapi.net'],
    ] as const) {
      it(`knows a registry of Azure for ${cloud} by its host, and exchanges an account of that cloud there`, async () => {
        acr.access.service = host;
        await open(undefined, [{ host, url: acr.url }]);
        stores.accounts.set('microsoft', { accessToken: 'aad-alice', account: 'alice@contoso.example' });
        assert.equal((await rowOf(host))?.kind, 'acr');
        await signIn(microsoft, host);
        assert.deepEqual(stores.asked[0]?.scopes, [`${management}/.default`]);
        assert.equal(new URLSearchParams(exchanges()[0]?.body).get('service'), host);
        assert.deepEqual(await tags(host), ['1']);
        assert.ok(world.log.some(({ path, method }) => method === 'POST' && path === '/oauth2/token'));
        assert.deepEqual(originsTold(world.log), ['acr']);
      });
    }

    it('gives no account to a host that only looks like one of Azure', async () => {
      await open();
      for (const host of ['contoso.azurecr.de', 'contoso.azurecr.cn.example.com', 'azurecr.cn']) {
        const problem = await problemOf(signIn(microsoft, host));
        assert.equal(problem.kind, 'unsupported');
      }
      assert.deepEqual(stores.asked, []);
    });

    it('asks for the directory that the user chose', async () => {
      await openAzure();
      acr.azure.tenant = 'tenant-2';
      stores.accounts.set('microsoft tenant-2', { accessToken: 'aad-guest', account: 'guest@fabrikam.example' });
      const problem = await problemOf(signIn(microsoft, acr.host));
      assert.equal(problem.kind, 'unauthorized');
      assert.match(problem.message, /does not take the Microsoft account alice@contoso\.example/);
      await signIn({ ...microsoft, tenant: 'tenant-2' }, acr.host);
      assert.deepEqual(stores.asked.at(-1)?.scopes, [
        'https://management.azure.com/.default',
        'VSCODE_TENANT:tenant-2',
      ]);
      assert.equal(new URLSearchParams(exchanges().at(-1)?.body).get('tenant'), 'tenant-2');
      assert.deepEqual(await tags(acr.host), ['1']);
    });

    it('renews what it got before it ends, and the access token by the time that stands in it', async () => {
      await openAzure();
      await signIn(microsoft, acr.host);
      const repositories = () => ask('gantry/registries/repositories', { host: acr.host });
      await repositories();
      const tokens = () => world.log.filter(({ path }) => path === '/oauth2/token').length;
      const [before, exchanged] = [tokens(), exchanges().length];
      world.clock.nowMs += 70 * 60_000;
      await repositories();
      assert.equal(tokens(), before);
      world.clock.nowMs += 5 * 60_000;
      await repositories();
      assert.equal(tokens(), before + 1);
      assert.equal(exchanges().length, exchanged);
      world.clock.nowMs += 3 * 3600_000;
      assert.equal((await repositories()).state, 'known');
      assert.equal(exchanges().length, exchanged + 1);
    });

    it('exchanges anew where what it got was revoked', async () => {
      await openAzure();
      await signIn(microsoft, acr.host);
      await tags(acr.host);
      acr.access.identities.clear();
      acr.access.issued.clear();
      const answer = await ask('gantry/registries/repositories', { host: acr.host });
      assert.equal(answer.state, 'known');
    });

    it('is a problem, and not nobody, once the account is gone', async () => {
      await openAzure();
      acr.azure.anonymousPull = true;
      await signIn(microsoft, acr.host);
      stores.accounts.clear();
      await ask('gantry/registries/refresh', {});
      const answer = await ask('gantry/registries/tags', { host: acr.host, repository: 'team/app' });
      assert(answer.state === 'failed');
      assert.match(answer.problem.message, /alice@contoso\.example .* not signed in any more/);
    });

    it('gives no account to a registry that is not known to be of that company', async () => {
      await openAzure();
      for (const provider of ['microsoft', 'github'] as const) {
        const problem = await problemOf(signIn({ kind: 'session', provider }));
        assert.equal(problem.kind, 'unsupported');
      }
      assert.deepEqual(stores.asked, []);
    });

    it('keeps nothing when the user thinks better of it', async () => {
      await open(undefined, [{ host: acr.host, kind: 'acr' }]);
      await assert.rejects(signIn(microsoft, acr.host), { message: 'cancelled' });
      assert.equal(stores.secrets.size, 0);
    });

    it("takes a GitHub account's token for a password, with the rights that were asked for", async () => {
      plain.access.accounts.push({ username: 'octocat', password: 'gho_token' });
      await open(undefined, [{ host: plain.host, kind: 'ghcr' }]);
      stores.accounts.set('github', { accessToken: 'gho_token', account: 'octocat' });
      const { keptIn } = await signIn({ kind: 'session', provider: 'github', access: 'write' });
      assert.equal(keptIn, 'your GitHub account in Visual Studio Code');
      assert.deepEqual(stores.asked[0]?.scopes, ['read:packages', 'write:packages']);
      assert.deepEqual(await tags(), ['1']);
      assert(![...stores.secrets.values()].some((value) => value.includes('gho_token')));
    });

    for (const [name, by] of [
      ['the admin user', { kind: 'password', username: 'contoso', password: 'admin-password' }],
      ['a token of the registry', { kind: 'token', username: 'pull-token', token: 'token-password' }],
    ] as const) {
      it(`takes ${name} too`, async () => {
        await openAzure();
        await signIn(by, acr.host);
        assert.deepEqual(await tags(acr.host), ['1']);
      });
    }

    it('reads as anybody where the registry lets anybody', async () => {
      acr.azure.anonymousPull = true;
      await openAzure();
      assert.deepEqual(await tags(acr.host), ['1']);
    });
  });

  describe('a realm that moves', () => {
    it('gets no password before the user signed in anew', async () => {
      await open();
      await signIn();
      await tags();
      const other = await startPlain(world, 'other');
      plain.access.realm = `${other.url}/token`;
      await ask('gantry/registries/refresh', { host: plain.host });
      const answer = await ask('gantry/registries/tags', { host: plain.host, repository: 'team/app' });
      assert(answer.state === 'failed');
      assert.match(answer.problem.message, /now, where it was .* before/);
      assert.deepEqual(originsTold(world.log), ['plain', 'plain.tokens']);
      await other.stop();
    });
  });
});
