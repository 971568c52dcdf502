import assert from 'node:assert/strict';
import { ecrProduct, ecrPublicProduct } from '../../../server/registries/products/ecr.ts';
import { productOf } from '../../../server/registries/products/products.ts';
import { makeImage } from '../../support/imageContents.ts';
import { answers } from '../../support/origin.ts';
import { problemFrom } from '../../support/problem.ts';
import { type Ecr, startEcr } from '../../support/registries/ecr.ts';
import { createWorld, linesOf, manifestRequests, originsTold, type World } from '../../support/registries/world.ts';
import { type OpenRegistry, openRegistry } from '../../support/registryRoom.ts';

const never = new AbortController().signal;
const image = makeImage({ platform: { os: 'linux', architecture: 'amd64' }, layerBytes: [5] });
const own = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

describe("Amazon's registry", () => {
  let world: World;
  let ecr: Ecr;
  let registry: OpenRegistry;
  beforeEach(async () => {
    world = createWorld();
    ecr = await startEcr(world);
    registry = openRegistry(world, { host: own, url: ecr.url });
    registry.signIn('AWS', 'ecr-token');
    ecr.push('team/app', ['1', '2', 'latest'], image);
  });
  afterEach(async () => {
    await registry.close();
    await ecr.stop();
  });

  const hosts: readonly (readonly [string, boolean])[] = [
    [own, true],
    ['123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com', true],
    ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', true],
    ['123456789012.dkr-ecr.eu-west-1.on.aws', true],
    ['public.ecr.aws', true],
    ['12345.dkr.ecr.eu-west-1.amazonaws.com', false],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com.example.com', false],
    ['evil-public.ecr.aws', false],
  ];
  for (const [host, isAmazons] of hosts) {
    it(`${isAmazons ? 'is' : 'is not'} known by the host ${host}`, () => {
      assert.equal(productOf({ host }).kind === 'ecr', isAmazons);
    });
  }

  it('is recognised behind another name by its realm', () => {
    const header = () => undefined;
    assert.equal(ecrProduct.recognises?.({ basicRealm: `https://${own}/`, header }), true);
    assert.equal(ecrProduct.recognises?.({ basicRealm: 'Registry', header }), false);
  });

  it('says how to sign in, with the region of the host', async () => {
    const [outside] = ecrProduct.signIn(own);
    assert(outside?.kind === 'outside');
    assert.match(outside.how, /aws ecr get-login-password --region eu-west-1 \| docker login --username AWS/);
    const [open] = ecrPublicProduct.signIn('public.ecr.aws');
    assert(open?.kind === 'outside');
    assert.match(open.how, /aws ecr-public get-login-password --region us-east-1/);
  });

  describe('its repositories', () => {
    it('come from the catalog, page by page, and cost a request each', async () => {
      ecr.quirks.catalog = 'open';
      for (let number = 0; number < 1100; number += 1) ecr.push(`team/app-${number}`, '1', image);
      assert.equal((await registry.registries.allRepositories(own, never)).value.length, 1101);
      const asked = linesOf(world.log.filter(({ authorization }) => authorization));
      assert.equal(asked[0], 'ecr GET /v2/_catalog?n=1000');
      assert.equal(asked.length, 2);
      assert.equal((await registry.row())?.can.listRepositories, true);
    });

    for (const catalog of ['denied', 'absent'] as const) {
      it(`are named by the command that lists them where the catalog is ${catalog}`, async () => {
        ecr.quirks.catalog = catalog;
        const problem = await problemFrom('unsupported', registry.repositories());
        assert.match(problem.next ?? '', /aws ecr describe-repositories --region eu-west-1/);
      });
    }

    it('are no less than the sign-in that is over', async () => {
      world.clock.nowMs += 13 * 3600_000;
      await problemFrom('unauthorized', registry.repositories());
    });

    it('of the public one are opened by name, and nobody is asked for a list', async () => {
      const host = 'public.ecr.aws';
      const open = openRegistry(world, { host, url: ecr.url });
      assert.equal((await open.row())?.can.listRepositories, false);
      const problem = await problemFrom('unsupported', open.repositories());
      assert.match(problem.next ?? '', /^Open a repository by its name\.$/);
      await open.close();
      assert.deepEqual(linesOf(world.log), [], 'nobody had to be asked');
    });
  });

  describe('its tags', () => {
    it('cost one request, none for a manifest', async () => {
      assert.equal((await registry.tags('team/app')).items.length, 3);
      assert.deepEqual(linesOf(world.log.filter(({ authorization }) => authorization)), [
        'ecr GET /v2/team/app/tags/list?n=1000',
      ]);
      assert.deepEqual(manifestRequests(world.log), []);
    });

    it('page on by its own tokens', async () => {
      ecr.push(
        'team/app',
        Array.from({ length: 2100 }, (_, number) => `1.${number}`),
        image,
      );
      assert.equal((await registry.allTags('team/app')).length, 2103);
      const asked = world.log.filter(({ authorization }) => authorization);
      assert.equal(asked.length, 3);
    });

    it('are asked for by no more than it takes', async () => {
      const { items } = await registry.ask((client) => client.tags('team/app', { n: 5000 }, never));
      assert.equal(items.length, 3);
    });

    it('are not made of what is no list, and not asked for while it says to wait', async () => {
      ecr.misbehave(answers(200, {}, '<html></html>'), 1, /list/);
      await problemFrom('badAnswer', registry.tags('team/app'));
      ecr.misbehave(answers(429, { 'retry-after': '60' }), 1, /list/);
      await problemFrom('rateLimited', registry.tags('team/app'));
    });
  });

  describe('signing in', () => {
    it('is over after twelve hours, which is said with what to do', async () => {
      world.clock.nowMs += 13 * 3600_000;
      for (const work of [
        () => registry.tags('team/app'),
        () => registry.registries.platforms(own, 'team/app', '1', never),
      ]) {
        const problem = await problemFrom('unauthorized', work());
        assert.match(problem.next ?? '', /aws ecr get-login-password --region eu-west-1/);
      }
    });

    it('is over where a HEAD is refused without a word, too', async () => {
      world.clock.nowMs += 13 * 3600_000;
      for (const work of [
        () => registry.ask((client) => client.resolve('team/app', '1', never)),
        () => registry.registries.presence(own, 'team/app', '1', never),
      ]) {
        const problem = await problemFrom('denied', work());
        assert.match(problem.next ?? '', /IAM.* twelve hours .*aws ecr get-login-password --region eu-west-1/);
      }
    });

    it('is asked for in the way that Amazon has', async () => {
      registry.signIn();
      const problem = await problemFrom('unauthorized', registry.tags('team/app'));
      assert.match(problem.next ?? '', /ecr-login.*aws ecr get-login-password/);
    });

    it('that was never good is said', async () => {
      registry.signIn('AWS', 'wr0ng');
      const problem = await problemFrom('unauthorized', registry.tags('team/app'));
      assert.match(problem.next ?? '', /aws ecr get-login-password/);
      assert(!JSON.stringify(problem).includes('wr0ng'));
      assert.deepEqual(originsTold(world.log), ['ecr']);
    });
  });

  it('explains a push to a repository that was not made before', async () => {
    await registry.ask((client) => client.checkPush('team/app', never));
    const problem = await problemFrom(
      'notFound',
      registry.ask((client) => client.checkPush('team/new', never)),
    );
    assert.match(problem.next ?? '', /aws ecr create-repository --repository-name team\/new --region eu-west-1/);
  });

  it('says what deletes images there', async () => {
    assert.deepEqual((await registry.row())?.can, {
      listRepositories: true,
      untag: false,
      deleteImage: false,
      deleteRepository: false,
    });
    const problem = await problemFrom('unsupported', registry.deleteImage('team/app', image.root.digest));
    assert.match(problem.next ?? '', /batch-delete-image/);
  });
});
