import assert from 'node:assert/strict';
import { createCredentials } from '../../server/credentials/credentials.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { probe } from '../../server/registries/signIn/probe.ts';
import { makeImage } from '../support/imageContents.ts';
import { answers, startOrigin } from '../support/origin.ts';
import { problemFrom } from '../support/problem.ts';
import { type Emulator, startEmulator } from '../support/registries/emulator.ts';
import { originsTold } from '../support/registries/world.ts';

const never = new AbortController().signal;
const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });

describe('probing what was pasted', () => {
  let emulator: Emulator;
  let http: Http;
  let registries: Registries;
  let env: NodeJS.ProcessEnv;
  beforeEach(async () => {
    emulator = await startEmulator();
    http = createHttp({ env: {}, retryDelayMs: 1 });
    env = { DOCKER_CONFIG: '/nonexistent', XDG_CONFIG_HOME: '/nonexistent' };
    registries = new Registries({ http, credentials: createCredentials({ env, home: '/nonexistent' }) });
  });
  afterEach(async () => {
    await http.close();
    await emulator.stop();
  });
  const look = (text: string, insecure?: boolean) =>
    probe({ registries, signIns: createCredentials({ env, home: '/nonexistent' }) }, { text, insecure }, never);

  it('finds an open registry on this machine, over plain HTTP', async () => {
    const { host } = emulator.plain;
    assert.deepEqual(await look(host), {
      host,
      kind: 'generic',
      name: host,
      insecure: true,
      reachable: true,
      anonymous: true,
      signIn: [{ kind: 'password' }],
    });
  });

  it('finds the image in a whole command', async () => {
    const { host } = emulator.plain;
    const { repository, tag } = await look(`docker pull -q ${host}/team/app:1.2`);
    assert.deepEqual([repository, tag], ['team/app', '1.2']);
  });

  it('says that a registry wants a sign-in', async () => {
    emulator.plain.access.mode = 'basic';
    const { reachable, anonymous, problem } = await look(emulator.plain.host);
    assert.deepEqual([reachable, anonymous, problem], [true, false, undefined]);
  });

  it('says that a repository can be read by anybody where the registry as a whole asks who we are', async () => {
    const { plain } = emulator;
    plain.access.mode = 'bearer';
    plain.access.refusesEmptyTokens = true;
    plain.access.anonymousTokens = true;
    plain.access.anonymous = (_, name, action) => name === 'team/open' && action === 'pull';
    plain.push('team/open', '1', image);
    plain.push('team/closed', '1', image);
    assert.equal((await look(`${plain.host}/team/open`)).anonymous, true);
  });

  it('recognises the product by what it answers, and how people sign in to that', async () => {
    emulator.acr.access.service = 'contoso.azurecr.io';
    const { kind, signIn } = await look(emulator.acr.host);
    assert.equal(kind, 'acr');
    assert.deepEqual(signIn[0], { kind: 'session', provider: 'microsoft' });
  });

  it('tells whom we are there already, and from where', async () => {
    const { host } = emulator.plain;
    const auth = Buffer.from('alice:s3cr:et').toString('base64');
    env = { ...env, DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [host]: { auth } } }) };
    const { account, accountFrom } = await look(host);
    assert.deepEqual([account, accountFrom], ['alice', 'DOCKER_AUTH_CONFIG']);
    assert.deepEqual(originsTold(emulator.log), [], 'looking tells nobody who we are');
  });

  it('drops a password in the text, and warns', async () => {
    const { host } = emulator.plain;
    const result = await look(`http://alice:hunter2@${host}/v2/`);
    assert.match(result.warning ?? '', /were not used/);
    assert(!JSON.stringify(result).includes('hunter2'));
    assert.deepEqual(originsTold(emulator.log), []);
  });

  it('says that what answers is a page and no registry', async () => {
    for (const respond of [
      answers(200, { 'content-type': 'text/html' }, '<html>Welcome'),
      answers(404, { 'content-type': 'text/html' }, '<html>No'),
    ]) {
      const site = await startOrigin(respond);
      const { reachable, problem } = await look(site.host);
      await site.stop();
      assert.equal(reachable, false);
      assert.match(problem?.message ?? '', /not as a registry does/);
      assert(!problem?.message.includes('<'));
    }
  });

  it('says that nothing answers', async () => {
    const site = await startOrigin(answers(200));
    await site.stop();
    const { reachable, problem } = await look(site.host);
    assert.equal(reachable, false);
    assert.equal(problem?.kind, 'unreachable');
  });

  it('is a problem where the text names no registry', async () => {
    await problemFrom('notFound', look('npm install'));
  });
});
