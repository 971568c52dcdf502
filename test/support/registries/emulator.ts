/** All the registries at once, each at origins of its own, with one clock and one log. */
import { type Acr, startAcr } from './acr.ts';
import { startDtr } from './dtr.ts';
import { type Ecr, startEcr } from './ecr.ts';
import { type Github, startGithub } from './github.ts';
import { type Gitlab, startGitlab } from './gitlab.ts';
import { startGoogle } from './google.ts';
import { startHarbor } from './harbor.ts';
import { type Hub, startHub } from './hub.ts';
import { type Mcr, startMcr } from './mcr.ts';
import { type PlainRegistry, startPlain } from './plain.ts';
import { type Quay, startQuay } from './quay.ts';
import type { RegistryOrigin } from './service.ts';
import { createWorld, type World } from './world.ts';

export interface Emulator extends World {
  readonly plain: PlainRegistry;
  readonly hub: Hub;
  readonly acr: Acr;
  readonly mcr: Mcr;
  readonly github: Github;
  readonly harbor: RegistryOrigin;
  readonly gitlab: Gitlab;
  readonly quay: Quay;
  readonly dtr: RegistryOrigin;
  readonly google: RegistryOrigin;
  readonly ecr: Ecr;
  stop(): Promise<void>;
}

/** With `tls`, all of them speak it. A test that needs one service may start that alone, in a world of its own. */
export async function startEmulator(tls?: World['tls']): Promise<Emulator> {
  const world = createWorld(tls);
  const services = {
    plain: await startPlain(world),
    hub: await startHub(world),
    acr: await startAcr(world),
    mcr: await startMcr(world),
    github: await startGithub(world),
    harbor: await startHarbor(world),
    gitlab: await startGitlab(world),
    quay: await startQuay(world),
    dtr: await startDtr(world),
    google: await startGoogle(world),
    ecr: await startEcr(world),
  };
  const stop = async () => {
    await Promise.all(Object.values(services).map((service) => service.stop()));
  };
  return { ...world, ...services, stop };
}
