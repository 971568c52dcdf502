/** All the registries at once, each at origins of its own, with one clock and one log. */
import { type Acr, startAcr } from './acr.ts';
import { type Hub, startHub } from './hub.ts';
import { type Mcr, startMcr } from './mcr.ts';
import { type PlainRegistry, startPlain } from './plain.ts';
import { createWorld, type World } from './world.ts';

export interface Emulator extends World {
  readonly plain: PlainRegistry;
  readonly hub: Hub;
  readonly acr: Acr;
  readonly mcr: Mcr;
  stop(): Promise<void>;
}

/** With `tls`, all of them speak it. */
export async function startEmulator(tls?: World['tls']): Promise<Emulator> {
  const world = createWorld(tls);
  const [plain, hub, acr, mcr] = await Promise.all([
    startPlain(world),
    startHub(world),
    startAcr(world),
    startMcr(world),
  ]);
  const services = [plain, hub, acr, mcr];
  return {
    ...world,
    plain,
    hub,
    acr,
    mcr,
    async stop() {
      await Promise.all(services.map((service) => service.stop()));
    },
  };
}
