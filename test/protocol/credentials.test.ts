import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createCredentials } from '../../server/credentials/credentials.ts';
import { problemFrom } from './../support/problem.ts';

const never = new AbortController().signal;
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('credentials', () => {
  let home: string;
  let bin: string;
  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'gantry-home-'));
    bin = path.join(home, 'bin');
    await mkdir(bin);
    await mkdir(path.join(home, '.docker'));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const open = (env: NodeJS.ProcessEnv = {}, helperTimeoutMs = 10_000, now = Date.now) =>
    createCredentials({ env: { PATH: `${bin}${path.delimiter}/bin`, ...env }, home, helperTimeoutMs, now });
  const config = (value: unknown, file = '.docker/config.json') =>
    writeFile(path.join(home, file), typeof value === 'string' ? value : JSON.stringify(value));
  /** A helper that notes what it is asked and then runs `script`. */
  const helper = (name: string, script: string) => {
    const file = path.join(bin, `docker-credential-${name}`);
    const log = path.join(home, `${name}.log`);
    const text = `#!/bin/sh\naddress=$(cat)\necho "$1 $address" >> '${log}'\n${script}\n`;
    return writeFile(file, text, { mode: 0o755 });
  };
  const askedOf = async (name: string) => (await readFile(path.join(home, `${name}.log`), 'utf8')).trim().split('\n');
  const says = (username: string, secret: string) =>
    `printf '%s' '${JSON.stringify({ ServerURL: 'x', Username: username, Secret: secret })}'`;

  it('are none where there is no file', async () => {
    assert.equal(await open().find('r.io', undefined, never), undefined);
    assert.deepEqual(await open().accounts([], never), { accounts: [], problems: [] });
  });

  it('come from the helper of the host, then the helper for all, then the file', async () => {
    await config({
      credHelpers: { 'one.example': 'one' },
      credsStore: 'all',
      auths: { 'one.example': { auth: base64('file:1') }, 'three.example': { auth: base64('file:3') } },
    });
    await helper('one', says('one', '1'));
    await helper(
      'all',
      `case $address in two*) ${says('all', '2')};; *) echo 'credentials not found in native keychain'; exit 1;; esac`,
    );
    const credentials = open();
    const who = async (host: string) => {
      const credential = await credentials.find(host, undefined, never);
      return credential?.kind === 'basic' ? `${credential.username}:${credential.password}` : credential;
    };
    assert.equal(await who('one.example'), 'one:1');
    assert.equal(await who('two.example'), 'all:2');
    assert.equal(await who('three.example'), 'file:3');
    assert.equal(await who('four.example'), undefined);
    assert.deepEqual(await askedOf('one'), ['get one.example']);
  });

  it('for Docker Hub are asked of a helper under its old address', async () => {
    await config({ credsStore: 'hub' });
    await helper('hub', says('alice', 's'));
    await open().find('docker.io', 'library/nginx', never);
    assert.deepEqual(await askedOf('hub'), ['get https://index.docker.io/v1/']);
  });

  it('may be an identity token', async () => {
    await config({ credsStore: 'token' });
    await helper('token', says('<token>', 'idt'));
    assert.deepEqual(await open().find('r.io', undefined, never), { kind: 'identityToken', token: 'idt' });
  });

  it('are asked of a helper once a minute, and by one process at a time', async () => {
    let now = 1;
    await config({ credsStore: 'slow' });
    await helper('slow', says('a', 'b'));
    const credentials = open({}, 10_000, () => now);
    await Promise.all([1, 2, 3].map(() => credentials.find('r.io', undefined, never)));
    assert.equal((await askedOf('slow')).length, 1);
    now += 60_000;
    await credentials.find('r.io', undefined, never);
    assert.equal((await askedOf('slow')).length, 2);
    credentials.forget();
    await credentials.find('r.io', undefined, never);
    assert.equal((await askedOf('slow')).length, 3);
  });

  it('are told to be broken when the helper is missing, fails, is garbled or asleep', async () => {
    const secret = 'hunter2';
    const broken: readonly (readonly [name: string, script: string | undefined, message: RegExp])[] = [
      ['missing', undefined, /not on the PATH/],
      ['failing', "echo 'the keychain is locked'; exit 1", /the keychain is locked\.$/],
      ['silent', 'exit 3', /ended with code 3/],
      ['leaking', `echo '{"Secret":"${secret}"}'; exit 1`, /ended with code 1/],
      ['garbled', `echo 'Secret: ${secret}'`, /not a credential/],
      ['asleep', 'exec sleep 30', /did not answer within 0\.3 seconds/],
      ['chatty', 'cat /dev/zero', /far more than a credential/],
    ];
    for (const [name, script, message] of broken) {
      if (script !== undefined) await helper(name, script);
      await config({ credsStore: name });
      const timeout = name === 'asleep' ? 300 : 10_000;
      const problem = await problemFrom('credentials', open({}, timeout).find('r.io', undefined, never));
      assert.match(problem.message, message);
      assert(!JSON.stringify(problem).includes(secret), name);
    }
  });

  it('are not looked for in a program outside the PATH, in the working folder, or one that may not run', async () => {
    await helper('here', says('a', 'b'));
    for (const [PATH, name] of [
      ['', 'here'],
      ['.:bin', 'here'],
      [bin, '../bin/docker-credential-here'],
      [bin, 'here;touch x'],
    ] as const) {
      await config({ credsStore: name });
      await problemFrom('credentials', open({ PATH }).find('r.io', undefined, never));
    }
    await chmod(path.join(bin, 'docker-credential-here'), 0o644);
    await config({ credsStore: 'here' });
    await problemFrom('credentials', open().find('r.io', undefined, never));
  });

  it('end the helper when nobody waits any more', async () => {
    await config({ credsStore: 'asleep' });
    await helper('asleep', `echo $$ > '${home}/pid'; exec sleep 30`);
    const controller = new AbortController();
    const asked = open().find('r.io', undefined, controller.signal);
    const pid = await eventually(() => readFile(path.join(home, 'pid'), 'utf8'));
    controller.abort();
    await assert.rejects(asked, { name: 'AbortError' });
    await eventually(async () => assert.throws(() => process.kill(Number(pid), 0)));
  });

  it('are read again when the file has changed', async () => {
    const credentials = open();
    await config({ auths: { 'r.io': { auth: base64('a:1') } } });
    assert.deepEqual(await credentials.find('r.io', undefined, never), { kind: 'basic', username: 'a', password: '1' });
    await config({ auths: { 'r.io': { auth: base64('bob:22') } } });
    assert.deepEqual(await credentials.find('r.io', undefined, never), {
      kind: 'basic',
      username: 'bob',
      password: '22',
    });
    await rm(path.join(home, '.docker', 'config.json'));
    assert.equal(await credentials.find('r.io', undefined, never), undefined);
  });

  it('are told to be broken when the file is, without a word of what is in it', async () => {
    const credentials = open();
    for (const text of ['{"auths":{"r.io":{"auth":"c2VjcmV0"', '[]', '\u0000']) {
      await config(text);
      const problem = await problemFrom('credentials', credentials.find('r.io', undefined, never));
      assert.match(problem.message, /config\.json cannot be read/);
      assert(!JSON.stringify(problem).includes('c2VjcmV0'));
      assert.deepEqual(await credentials.accounts([], never), { accounts: [], problems: [problem] });
    }
    await rm(path.join(home, '.docker', 'config.json'));
    await mkdir(path.join(home, '.docker', 'config.json'));
    assert.match((await problemFrom('credentials', credentials.find('r.io', undefined, never))).message, /a folder/);
  });

  it('come from DOCKER_AUTH_CONFIG before the file, and from DOCKER_CONFIG instead of the home folder', async () => {
    await mkdir(path.join(home, 'other'));
    await config({ auths: { 'r.io': { auth: base64('home:1') } } });
    await config({ auths: { 'r.io': { auth: base64('other:1') } } }, 'other/config.json');
    const find = async (env: NodeJS.ProcessEnv) =>
      (await open(env).find('r.io', undefined, never)) as { username: string };
    const DOCKER_CONFIG = path.join(home, 'other');
    const DOCKER_AUTH_CONFIG = JSON.stringify({ auths: { 'r.io': { auth: base64('env:1') } } });
    assert.equal((await find({})).username, 'home');
    assert.equal((await find({ DOCKER_CONFIG })).username, 'other');
    assert.equal((await find({ DOCKER_CONFIG, DOCKER_AUTH_CONFIG })).username, 'env');
  });

  it("come from podman's files after docker's, the longest path first", async () => {
    const auths = { 'quay.io': { auth: base64('all:1') }, 'quay.io/team': { auth: base64('team:1') } };
    await config({ auths }, 'auth.json');
    await config({ auths: { 'docker.example': { auth: base64('d:1') } } });
    const credentials = open({ REGISTRY_AUTH_FILE: path.join(home, 'auth.json') });
    const who = async (repository: string) =>
      ((await credentials.find('quay.io', repository, never)) as { username: string }).username;
    assert.deepEqual([await who('team/app'), await who('other/app')], ['team', 'all']);
    assert.deepEqual((await credentials.accounts([], never)).accounts, [
      { registry: 'docker.example', origin: 'docker', username: 'd' },
      { registry: 'quay.io', origin: 'podman', username: 'all' },
    ]);
  });

  it('list the accounts without asking any helper', async () => {
    await config({
      credsStore: 'missing',
      auths: { 'https://index.docker.io/v1/': {} },
      credHelpers: { 'gcr.io': 'x' },
    });
    assert.deepEqual((await open().accounts([], never)).accounts, [
      { registry: 'docker.io', origin: 'docker' },
      { registry: 'gcr.io', origin: 'docker' },
    ]);
  });
});

/** What `work` answers once it no longer fails. For what another process does, which tells nobody. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await new Promise(setImmediate);
    }
  }
}
