/** What every product's client makes of answers that are none: the same named problem, in bounded time, and for that one registry. */
import assert from 'node:assert/strict';
import type { ProblemKind } from '../../common/known.ts';
import type { RegistrySetting } from '../../common/registry.ts';
import { makeImage } from '../support/imageContents.ts';
import {
  answers,
  badGateway,
  drips,
  endless,
  hangs,
  type Origin,
  type Respond,
  tooMany,
  truncates,
} from '../support/origin.ts';
import { problemFrom } from '../support/problem.ts';
import { type Emulator, startEmulator } from '../support/registries/emulator.ts';
import { openRegistry } from '../support/registryRoom.ts';

const never = new AbortController().signal;
const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });
const xml = '<?xml version="1.0"?><Error><Code>BlobNotFound</Code><Message>secret-detail</Message></Error>';
const html = '<!doctype html><html><script>alert("secret-detail")</script></html>';

interface Case {
  readonly name: string;
  readonly setting: (emulator: Emulator) => RegistrySetting;
  readonly repository: string;
  readonly account?: readonly [username: string, password: string];
  /** Where its repositories are asked for, if not at its root. */
  readonly path?: string;
}

const cases: readonly Case[] = [
  { name: 'a plain registry', setting: ({ plain: { host, url } }) => ({ host, url }), repository: 'team/app' },
  {
    name: 'Docker Hub',
    setting: ({ hub: { registry, web } }) => ({ host: 'docker.io', url: registry.url, webUrl: web.url }),
    ...{ repository: 'alice/app', path: 'alice', account: ['alice', 'dckr_pat_alice'] },
  },
  {
    name: 'Azure',
    setting: ({ acr: { host, url } }) => ({ host, url, kind: 'acr' }),
    ...{ repository: 'team/app', account: ['contoso', 'admin-password'] },
  },
  {
    name: "Microsoft's registry",
    setting: ({ mcr }) => ({ host: 'mcr.microsoft.com', url: mcr.url, webUrl: mcr.portal.url }),
    repository: 'team/app',
  },
  {
    name: 'GitHub',
    setting: ({ github: { registry, api } }) => ({ host: 'ghcr.io', url: registry.url, webUrl: api.url }),
    ...{ repository: 'alice/app', account: ['alice', 'ghp_alice'] },
  },
  {
    name: 'Harbor',
    setting: ({ harbor: { host, url } }) => ({ host, url, kind: 'harbor' }),
    ...{ repository: 'team/app', account: ['alice', 's3cr:et'] },
  },
  {
    name: 'GitLab',
    setting: ({ gitlab }) => ({
      host: gitlab.registry.host,
      url: gitlab.registry.url,
      webUrl: gitlab.api.url,
      kind: 'gitlab',
    }),
    ...{ repository: 'team/app', account: ['alice', 'glpat-alice'] },
  },
  {
    name: 'Quay',
    setting: ({ quay: { host, url } }) => ({ host, url, kind: 'quay' }),
    ...{ repository: 'acme/app', path: 'acme', account: ['$oauthtoken', 'oauth-acme'] },
  },
  {
    name: 'MSR',
    setting: ({ dtr: { host, url } }) => ({ host, url, kind: 'dtr' }),
    ...{ repository: 'alice/app', account: ['alice', 's3cr:et'] },
  },
  {
    name: "Google's",
    setting: ({ google: { host, url } }) => ({ host, url, kind: 'gar' }),
    ...{ repository: 'project/app', path: 'project', account: ['oauth2accesstoken', 'ya29.token'] },
  },
  {
    name: "Amazon's",
    setting: ({ ecr: { url } }) => ({ host: '123456789012.dkr.ecr.eu-central-1.amazonaws.com', url }),
    ...{ repository: 'team/app', account: ['AWS', 'ecr-token'] },
  },
];

const faults: readonly (readonly [what: string, respond: Respond, kind: ProblemKind])[] = [
  ['HTML', answers(200, { 'content-type': 'text/html' }, html), 'badAnswer'],
  ['XML', answers(200, { 'content-type': 'application/xml' }, xml), 'badAnswer'],
  ['nothing', answers(200), 'badAnswer'],
  ['a list without end', endless(), 'badAnswer'],
  ['half an answer', truncates, 'unreachable'],
  ['a bad gateway', badGateway, 'unreachable'],
  ['not a word', hangs, 'timeout'],
  ['a byte now and then', drips(`{"a":[${' '.repeat(5000)}`, 5), 'timeout'],
];

/** All origins of a service, those of its tokens, its API and its storage among them. */
function originsIn(service: object): readonly Origin[] {
  const nested = Object.values(service).filter((value) => typeof value === 'object' && value !== null);
  const own = 'misbehave' in service ? [service as Origin] : [];
  return [...own, ...nested.flatMap((value: object) => ('misbehave' in value ? originsIn(value) : []))];
}

describe('a product that misbehaves', () => {
  let emulator: Emulator;
  let services: readonly (object & { push: Emulator['plain']['push'] })[];
  beforeEach(async () => {
    emulator = await startEmulator();
    const { plain, hub, acr, mcr, github, harbor, gitlab, quay, dtr, google, ecr } = emulator;
    services = [plain, hub, acr, mcr, github, harbor, gitlab, quay, dtr, google, ecr];
  });
  afterEach(() => emulator.stop());

  for (const { name, setting: settingOf, repository, account, path } of cases) {
    const open = (timeouts = {}) => {
      for (const service of services) service.push(repository, '1', image);
      const setting = settingOf(emulator);
      const registry = openRegistry(emulator, setting, timeouts);
      if (account !== undefined) registry.signIn(...account);
      return registry;
    };
    const questions = (registry: ReturnType<typeof open>) =>
      [() => registry.tags(repository), () => registry.repositories(path)] as const;

    for (const [what, respond, kind] of faults) {
      it(`is a problem of the kind ${kind} where ${name} sends ${what}`, async () => {
        const registry = open(kind === 'timeout' ? { headersMs: 100, wholeMs: 200 } : {});
        for (const origin of services.flatMap(originsIn)) origin.misbehave(respond, 1000);
        const problems = await Promise.all(questions(registry).map((ask) => problemFrom(kind, ask())));
        assert.doesNotMatch(JSON.stringify(problems), /secret-detail|<html/);
        await registry.close();
      });
    }

    it(`is left alone for as long as ${name} wants, and no other is`, async () => {
      const registry = open();
      const others = emulator.plain;
      const origins = services
        .filter((service) => service !== others || name === 'a plain registry')
        .flatMap(originsIn);
      for (const origin of origins) origin.misbehave(tooMany(30), 1000);
      for (const ask of questions(registry)) {
        assert.equal((await problemFrom('rateLimited', ask())).retryAfterMs, 30_000);
      }
      const asked = emulator.log.length;
      for (const ask of questions(registry)) await problemFrom('rateLimited', ask());
      assert.equal(emulator.log.length, asked, 'nobody was asked meanwhile');
      if (name !== 'a plain registry') {
        const { value } = await registry.registries.tags(others.host, repository, {}, never);
        assert.equal(value.items.length, 1);
      }
      await registry.close();
    });
  }
});
