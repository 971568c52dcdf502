/** How an image is run: pure decisions, from what its config says and what the user chose. */
import type { ImageConfig, PublishedPort, RunResult, RunSpec } from '../../common/protocol.ts';

export interface ExposedPort {
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp';
}

/** The ports an image says it listens on, lowest first. What is no TCP or UDP port is left out. */
export function exposedPorts({ exposedPorts }: Pick<ImageConfig, 'exposedPorts'>): readonly ExposedPort[] {
  return exposedPorts
    .flatMap((text): readonly ExposedPort[] => {
      const match = /^(\d{1,5})(?:\/(tcp|udp))?$/.exec(text);
      const containerPort = Number(match?.[1]);
      if (match === null || containerPort < 1 || containerPort > 65535) return [];
      return [{ containerPort, protocol: match[2] === 'udp' ? 'udp' : 'tcp' }];
    })
    .sort((a, b) => a.containerPort - b.containerPort || a.protocol.localeCompare(b.protocol));
}

/**
 * Publishes each chosen port on this machine only, under its own number. A privileged one gets a number that the engine chooses:
 * an engine without root could not take it.
 */
export function publish(chosen: readonly ExposedPort[]): RunSpec['ports'] {
  return chosen.map(({ containerPort, protocol }) => ({
    containerPort,
    protocol,
    hostPort: containerPort < 1024 ? 0 : containerPort,
    hostIp: '127.0.0.1',
  }));
}

/** The same with host ports that are taken left to the engine; all of them without `taken`. */
export function avoid(ports: RunSpec['ports'], taken?: ReadonlySet<number>): RunSpec['ports'] {
  return ports.map((port) => (taken === undefined || taken.has(port.hostPort) ? { ...port, hostPort: 0 } : port));
}

/** Host ports that containers hold. */
export function takenPorts(containers: readonly { readonly ports: readonly PublishedPort[] }[]): ReadonlySet<number> {
  return new Set(containers.flatMap(({ ports }) => ports.flatMap(({ hostPort }) => hostPort ?? [])));
}

/** Ports where a page is likelier than elsewhere, the likeliest first. */
const webPorts = [80, 8080, 3000, 8000, 5000, 5173, 4200, 8888];

/** Where to look at what was started: the likeliest of its published TCP ports. */
export function addressOf({ ports }: Pick<RunResult, 'ports'>): string | undefined {
  const rank = (port: number) => (webPorts.includes(port) ? webPorts.indexOf(port) : webPorts.length);
  const best = ports
    .filter(({ protocol, hostPort }) => protocol === 'tcp' && hostPort !== undefined)
    .toSorted((a, b) => rank(a.containerPort) - rank(b.containerPort) || a.containerPort - b.containerPort)[0];
  return best === undefined ? undefined : `http://localhost:${best.hostPort}`;
}
