import assert from 'node:assert/strict';
import type { RegistrySetting } from '../../common/registry.ts';
import { deleteFrom, previewDeletion } from '../../server/registries/deletion.ts';
import { makeImage } from '../support/imageContents.ts';
import { problemFrom } from '../support/problem.ts';
import { distribution28 } from '../support/registries/distribution.ts';
import { type Emulator, startEmulator } from '../support/registries/emulator.ts';
import type { Store } from '../support/registries/store.ts';
import { openRegistry } from '../support/registryRoom.ts';

const never = new AbortController().signal;
const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });
const other = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [6] });

interface Case {
  readonly name: string;
  readonly setting: (emulator: Emulator) => RegistrySetting;
  readonly store: (emulator: Emulator) => Store;
  readonly repository: string;
  readonly account?: readonly [username: string, password: string];
  /** How a tag is taken away, and which are left of 1, 2 and latest, the last on the same image as 1. */
  readonly method: 'untag' | 'image' | 'unsupported';
  readonly left: readonly string[];
}

const untagged = { method: 'untag', left: ['2', 'latest'] } as const;
const cases: readonly Case[] = [
  {
    name: 'a plain registry of today',
    setting: ({ plain: { host, url } }) => ({ host, url }),
    store: ({ plain }) => plain.store,
    ...{ repository: 'team/app', ...untagged },
  },
  {
    name: 'distribution 2.8',
    setting({ plain: { host, url, quirks } }) {
      Object.assign(quirks, distribution28());
      return { host, url };
    },
    store: ({ plain }) => plain.store,
    ...{ repository: 'team/app', method: 'image', left: ['2'] },
  },
  {
    name: 'JFrog Artifactory',
    setting({ plain: { host, url, access } }) {
      access.mode = 'basic';
      access.challenge = () => 'Basic realm="Artifactory Realm"';
      return { host, url };
    },
    store: ({ plain }) => plain.store,
    ...{ repository: 'team/app', account: ['alice', 's3cr:et'], method: 'image', left: ['2'] },
  },
  {
    name: 'Docker Hub',
    setting: ({ hub: { registry, web } }) => ({ host: 'docker.io', url: registry.url, webUrl: web.url }),
    store: ({ hub }) => hub.registry.store,
    ...{ repository: 'alice/app', account: ['alice', 'dckr_pat_alice'], ...untagged },
  },
  {
    name: 'Azure',
    setting: ({ acr: { host, url } }) => ({ host, url, kind: 'acr' }),
    store: ({ acr }) => acr.store,
    ...{ repository: 'team/app', account: ['contoso', 'admin-password'], ...untagged },
  },
  {
    name: "Microsoft's registry",
    setting: ({ mcr }) => ({ host: 'mcr.microsoft.com', url: mcr.url, webUrl: mcr.portal.url }),
    store: ({ mcr }) => mcr.store,
    ...{ repository: 'team/app', method: 'unsupported', left: ['1', '2', 'latest'] },
  },
  {
    name: 'GitHub',
    setting: ({ github: { registry, api } }) => ({ host: 'ghcr.io', url: registry.url, webUrl: api.url }),
    store: ({ github }) => github.registry.store,
    ...{ repository: 'alice/app', account: ['alice', 'ghp_delete'], method: 'image', left: ['2'] },
  },
  {
    name: 'Harbor',
    setting: ({ harbor: { host, url } }) => ({ host, url, kind: 'harbor' }),
    store: ({ harbor }) => harbor.store,
    ...{ repository: 'team/app', account: ['alice', 's3cr:et'], ...untagged },
  },
  {
    name: 'GitLab',
    setting: ({ gitlab }) => ({ host: gitlab.registry.host, url: gitlab.registry.url, kind: 'gitlab' }),
    store: ({ gitlab }) => gitlab.registry.store,
    ...{ repository: 'team/app', account: ['alice', 'glpat-alice'], ...untagged },
  },
  {
    name: 'Quay',
    setting: ({ quay: { host, url } }) => ({ host, url, kind: 'quay' }),
    store: ({ quay }) => quay.store,
    ...{ repository: 'acme/app', account: ['$oauthtoken', 'oauth-acme'], ...untagged },
  },
  {
    name: 'MSR',
    setting: ({ dtr: { host, url } }) => ({ host, url, kind: 'dtr' }),
    store: ({ dtr }) => dtr.store,
    ...{ repository: 'alice/app', account: ['alice', 's3cr:et'], ...untagged },
  },
  {
    name: "Google's",
    setting: ({ google: { host, url } }) => ({ host, url, kind: 'gar' }),
    store: ({ google }) => google.store,
    ...{ repository: 'project/app', account: ['oauth2accesstoken', 'ya29.token'], ...untagged },
  },
  {
    name: "Amazon's",
    setting: ({ ecr: { url } }) => ({ host: '123456789012.dkr.ecr.eu-central-1.amazonaws.com', url }),
    store: ({ ecr }) => ecr.store,
    ...{ repository: 'team/app', account: ['AWS', 'ecr-token'], method: 'unsupported', left: ['1', '2', 'latest'] },
  },
];

describe('taking a tag away', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.stop());

  for (const { name, setting: settingOf, store: storeOf, repository, account, method, left } of cases) {
    it(`is shown and done as ${name} can: ${method}`, async () => {
      const setting = settingOf(emulator);
      const { plain, hub, acr, mcr, github, harbor, gitlab, quay, dtr, google, ecr } = emulator;
      for (const service of [plain, hub, acr, mcr, github, harbor, gitlab, quay, dtr, google, ecr]) {
        service.push(repository, ['1', 'latest'], image);
        service.push(repository, '2', other);
      }
      const open = openRegistry(emulator, setting);
      if (account !== undefined) open.signIn(...account);
      const { host } = setting;
      const [preview] = await previewDeletion(open.registries, { host, repository, tags: ['1'] }, never);
      assert.equal(preview?.method, method, preview?.reason);
      const deletion = { host, repository, tag: '1', ...(preview.digest && { digest: preview.digest }) };
      if (preview.method === 'unsupported') {
        assert.ok(preview.reason);
        await problemFrom('unsupported', deleteFrom(open.registries, { ...deletion, method: 'untag' }, never));
      } else {
        assert.deepEqual([...preview.tags].sort(), preview.method === 'untag' ? ['1'] : ['1', 'latest']);
        await deleteFrom(open.registries, { ...deletion, method: preview.method }, never);
      }
      assert.deepEqual([...(storeOf(emulator).repositories.get(repository)?.tags.keys() ?? [])].sort(), left);
      await open.close();
    });
  }
});
