/** Products that speak the protocol, each with what it gets wrong. */
import assert from 'node:assert/strict';
import { makeImage } from '../../support/imageContents.ts';
import { names } from '../../support/names.ts';
import { problemFrom } from '../../support/problem.ts';
import { challenges } from '../../support/registries/challenges.ts';
import { distribution28 } from '../../support/registries/distribution.ts';
import { createListManners, links } from '../../support/registries/lists.ts';
import { type PlainRegistry, startPlain } from '../../support/registries/plain.ts';
import { createWorld, manifestRequests, originsTold, type World } from '../../support/registries/world.ts';
import { type OpenRegistry, openRegistry } from '../../support/registryRoom.ts';

const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });
const never = new AbortController().signal;
const numbered = Array.from({ length: 25 }, (_, number) => `1.${number}`);

interface Case {
  readonly product: string;
  readonly software?: string;
  readonly untags?: true;
  prepare(plain: PlainRegistry): void;
}

const cases: readonly Case[] = [
  {
    product: 'Artifactory, whose Link leaves out the repository key',
    software: 'JFrog Artifactory',
    prepare({ access, quirks }) {
      access.mode = 'basic';
      access.challenge = () => 'Basic realm="Artifactory Realm"';
      quirks.tags = createListManners({ pageSize: 10, maximumN: 10, beyond: undefined, link: links.wrongPath });
    },
  },
  {
    product: 'Nexus, which shouts BASIC',
    software: 'Sonatype Nexus',
    prepare({ access }) {
      access.mode = 'basic';
      access.challenge = challenges.upperCaseBasic;
    },
  },
  {
    product: 'Gitea, which links on for ever',
    software: 'Gitea',
    untags: true,
    prepare({ access, quirks, url }) {
      access.mode = 'bearer';
      access.realm = `${url}/v2/token`;
      access.service = 'container_registry';
      access.challenge = challenges.severalInOne;
      quirks.tags = createListManners({ pageSize: 10, maximumN: 10, beyond: undefined, end: 'lastItem' });
    },
  },
  {
    product: 'Forgejo, whose pages after the last are empty',
    software: 'Gitea',
    untags: true,
    prepare({ access, quirks, url }) {
      access.mode = 'bearer';
      access.realm = `${url}/v2/token`;
      access.service = 'container_registry';
      quirks.tags = createListManners({ pageSize: 10, maximumN: 10, beyond: undefined, end: 'emptyPages' });
    },
  },
  {
    product: 'zot',
    untags: true,
    prepare({ quirks }) {
      quirks.tags = createListManners({ pageSize: 10, maximumN: 10, beyond: undefined });
    },
  },
  {
    product: 'distribution 2.8',
    prepare({ quirks }) {
      Object.assign(quirks, distribution28());
    },
  },
];

for (const { product, software, untags, prepare } of cases) {
  describe(product, () => {
    let world: World;
    let plain: PlainRegistry;
    let registry: OpenRegistry;
    beforeEach(async () => {
      world = createWorld();
      plain = await startPlain(world);
      prepare(plain);
      // Where the tokens of Gitea come from, the registry itself answers.
      plain.misbehave(
        async (request, response) => {
          const answer = await fetch(`${plain.tokens.url}${request.url?.replace('/v2/token', '/token')}`, {
            headers: { authorization: request.headers.authorization ?? '' },
          });
          response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
        },
        100,
        /^\/v2\/token/,
      );
      registry = openRegistry(world, { host: plain.host });
      registry.signIn('alice', 's3cr:et');
      plain.push('team/app', numbered, image);
    });
    afterEach(async () => {
      await registry.close();
      await plain.stop();
    });

    it('shows all tags once, and asks for no manifest', async () => {
      assert.deepEqual([...names(await registry.allTags('team/app'))].sort(), [...numbered].sort());
      assert.deepEqual(manifestRequests(world.log), []);
      assert(originsTold(world.log).every((origin) => origin === 'plain' || origin === 'plain.tokens'));
    });

    it('is called by its name where it shows it', async () => {
      await registry.tags('team/app');
      const row = await registry.row();
      assert.deepEqual(
        [row?.kind, row?.software, row?.can.untag],
        ['generic', software, software === undefined ? 'perhaps' : (untags ?? false)],
      );
    });

    it('takes single tags away where it can, and is not asked for that where not', async () => {
      await registry.tags('team/app');
      const can = (await registry.row())?.can.untag;
      const does = can === 'perhaps' ? await registry.ask(async (client) => client.untags?.('team/app', never)) : can;
      assert.equal(does, untags ?? false);
      if (does) await registry.untag('team/app', '1.7');
      assert.equal(plain.store.repositories.get('team/app')?.tags.size, numbered.length - (does ? 1 : 0));
    });

    it('deletes an image with its tags', async () => {
      await registry.deleteImage('team/app', image.root.digest);
      assert.equal(plain.store.repositories.get('team/app')?.tags.size, 0);
    });

    if (software !== undefined) {
      it('says that a password is wrong', async () => {
        registry.signIn('alice', 'wr0ng');
        const problem = await problemFrom('unauthorized', registry.tags('team/app'));
        assert(!JSON.stringify(problem).includes('wr0ng'));
      });
    }
  });
}
