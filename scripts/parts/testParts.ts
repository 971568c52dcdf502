import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBaseImages } from './baseImages.ts';
import { PartMissing } from './command.ts';
import { dockerAt } from './docker.ts';
import { engine } from './engine.ts';
import { account, startRegistry } from './registry.ts';
import { testLabel } from './testNames.ts';
import { witnesses } from './witnesses.ts';

/** The real parts that suites need, as environment variables for them. Each is started at its first use. */
export interface TestParts {
  /** PATH, with the programs that tests compare Gantry with. */
  witnesses(): Promise<NodeJS.ProcessEnv>;
  /**
   * Two empty registries: GANTRY_TEST_REGISTRY asks for nothing, GANTRY_TEST_REGISTRY_BASIC for GANTRY_TEST_USER and
   * GANTRY_TEST_PASSWORD, which the config.json in DOCKER_CONFIG knows.
   */
  registries(): Promise<NodeJS.ProcessEnv>;
  /**
   * A Docker Engine with the base images: DOCKER_HOST. Where there is none, GANTRY_TEST_NO_ENGINE says why; with
   * CI=true that is an error instead.
   */
  engine(): Promise<NodeJS.ProcessEnv>;
  /** Stops what was started and removes, by label, what this run left in an engine that stays. */
  stop(): Promise<void>;
}

export function testParts(): TestParts {
  const stops: (() => Promise<unknown>)[] = [];
  const run = randomUUID().slice(0, 8);
  let registries: Promise<NodeJS.ProcessEnv> | undefined;
  let tools: Promise<NodeJS.ProcessEnv> | undefined;
  let engines: Promise<NodeJS.ProcessEnv> | undefined;

  async function startRegistries(): Promise<NodeJS.ProcessEnv> {
    const config = await mkdtemp(join(tmpdir(), 'gantry-docker-config-'));
    stops.push(() => rm(config, { recursive: true, force: true }));
    const open = await startRegistry();
    stops.push(open.stop);
    const basic = await startRegistry({ basic: true });
    stops.push(basic.stop);
    const auth = Buffer.from(`${account.user}:${account.password}`).toString('base64');
    await writeFile(join(config, 'config.json'), JSON.stringify({ auths: { [basic.address]: { auth } } }));
    return {
      GANTRY_TEST_REGISTRY: open.address,
      GANTRY_TEST_REGISTRY_BASIC: basic.address,
      GANTRY_TEST_USER: account.user,
      GANTRY_TEST_PASSWORD: account.password,
      DOCKER_CONFIG: config,
    };
  }

  async function startEngine(): Promise<NodeJS.ProcessEnv> {
    try {
      const { dockerHost, version, stop } = await engine();
      stops.push(stop);
      console.log(`Docker Engine ${version} at ${dockerHost}`);
      const docker = dockerAt(dockerHost);
      stops.push(() => removeLabelled(docker, run));
      const made = await makeBaseImages(docker);
      stops.push(async () => {
        for (const name of made) await docker.getImage(name).remove({ force: true });
      });
      return { DOCKER_HOST: dockerHost, GANTRY_TEST_RUN: run };
    } catch (error) {
      if (!(error instanceof PartMissing) || process.env['CI'] === 'true') throw error;
      return { GANTRY_TEST_NO_ENGINE: error.message };
    }
  }

  return {
    witnesses: () => (tools ??= witnesses()),
    registries: () => (registries ??= startRegistries()),
    engine: () => (engines ??= startEngine()),
    async stop() {
      // Last started, first stopped; one that fails does not keep the others.
      for (const stop of stops.splice(0).reverse()) await stop().catch((error) => console.error(error));
    },
  };
}

/** Removes the containers, images, networks and volumes that carry this run's label. */
async function removeLabelled(docker: ReturnType<typeof dockerAt>, run: string): Promise<void> {
  const filters = { label: [`${testLabel}=${run}`] };
  const containers = await docker.listContainers({ all: true, filters });
  for (const { Id } of containers) await docker.getContainer(Id).remove({ force: true, v: true });
  for (const { Id } of await docker.listImages({ filters })) await docker.getImage(Id).remove({ force: true });
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
  const { Volumes } = await docker.listVolumes({ filters });
  for (const { Name } of Volumes ?? []) await docker.getVolume(Name).remove();
}
