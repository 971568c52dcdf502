import assert from 'node:assert/strict';
import type { RegistrySetting } from '../../common/registry.ts';
import { diagnose } from '../../server/registries/diagnosis/diagnose.ts';
import { createHttp, type Http } from '../../server/registries/http.ts';
import { Registries } from '../../server/registries/registries.ts';
import { fakeCredentials } from '../support/fakeCredentials.ts';
import { makeImage } from '../support/imageContents.ts';
import { type Emulator, startEmulator } from '../support/registries/emulator.ts';

const never = new AbortController().signal;
const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });

interface Case {
  readonly name: string;
  readonly setting: (emulator: Emulator) => RegistrySetting;
  readonly account?: readonly [username: string, password: string];
  /** What may be remarked on a registry that is well. */
  readonly remarks?: readonly string[];
}

const hub = ({ hub: { registry, web } }: Emulator) => ({ host: 'docker.io', url: registry.url, webUrl: web.url });
const github = ({ github: { registry, api } }: Emulator) => ({ host: 'ghcr.io', url: registry.url, webUrl: api.url });

const cases: readonly Case[] = [
  { name: 'a plain registry', setting: ({ plain: { host, url } }) => ({ host, url }) },
  { name: 'Docker Hub for nobody', setting: hub },
  { name: 'Docker Hub', setting: hub, account: ['alice', 'dckr_pat_alice'] },
  { name: 'Azure', setting: ({ acr: { host, url } }) => ({ host, url }), account: ['contoso', 'admin-password'] },
  {
    name: "Microsoft's registry",
    setting: ({ mcr }) => ({ host: 'mcr.microsoft.com', url: mcr.url, webUrl: mcr.portal.url }),
  },
  { name: 'GitHub for nobody', setting: github, remarks: ['Access'] },
  { name: 'GitHub', setting: github, account: ['alice', 'ghp_alice'] },
  { name: 'Harbor', setting: ({ harbor: { host, url } }) => ({ host, url }), account: ['alice', 's3cr:et'] },
  {
    name: 'GitLab',
    setting: ({ gitlab }) => ({ host: gitlab.registry.host, url: gitlab.registry.url, kind: 'gitlab' }),
    account: ['alice', 'glpat-alice'],
  },
  {
    name: 'Quay',
    setting: ({ quay: { host, url } }) => ({ host, url, kind: 'quay' }),
    remarks: ['Access'],
  },
  { name: 'MSR', setting: ({ dtr: { host, url } }) => ({ host, url, kind: 'dtr' }), account: ['alice', 's3cr:et'] },
  {
    name: "Google's",
    setting: ({ google: { host, url } }) => ({ host, url, kind: 'gar' }),
    account: ['oauth2accesstoken', 'ya29.token'],
    remarks: ['Access'],
  },
  {
    name: "Amazon's",
    setting: ({ ecr: { url } }) => ({ host: '123456789012.dkr.ecr.eu-central-1.amazonaws.com', url }),
    account: ['AWS', 'ecr-token'],
    remarks: ['Access'],
  },
];

describe('the diagnosis of a product that is well', () => {
  let emulator: Emulator;
  let http: Http;
  before(async () => {
    emulator = await startEmulator();
    http = createHttp({ env: {}, retryDelayMs: 1 });
    const { plain, acr, mcr, github, harbor, gitlab, quay, dtr, google, ecr } = emulator;
    for (const service of [plain, emulator.hub, acr, mcr, github, harbor, gitlab, quay, dtr, google, ecr]) {
      service.push('team/app', '1', image);
    }
  });
  after(async () => {
    await http.close();
    await emulator.stop();
  });

  for (const { name, setting: settingOf, account, remarks = [] } of cases) {
    for (const repository of [undefined, 'team/app']) {
      it(`finds no fault with ${name}${repository === undefined ? '' : ', nor with a repository there'}`, async () => {
        const setting = settingOf(emulator);
        const [username, password] = account ?? ['', ''];
        const credential = account && ({ kind: 'basic', username, password } as const);
        const found = fakeCredentials(credential && { [setting.host]: credential });
        const locate = async () => credential && { credential, from: 'a test' };
        const credentials = { ...found, locate };
        const registries = new Registries({ http, credentials });
        registries.configure([setting]);
        const world = { env: {}, now: Date.now, registries, http, credentials, askEngine: async () => undefined };
        const steps = await diagnose(setting.host, repository, world, () => {}, never);
        const odd = steps.filter(
          ({ name: step, state }) => state === 'failed' || (state === 'warning' && step !== 'TLS'),
        );
        const unexpected = odd.filter(({ name: step, state }) => state === 'failed' || !remarks.includes(step));
        assert.deepEqual(unexpected, []);
        if (password !== '') assert.equal(JSON.stringify(steps).includes(password), false);
      });
    }
  }
});
