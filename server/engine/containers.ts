import type { Container, ContainerAction, ContainerState, PublishedPort } from '../../common/protocol.ts';
import { fields, text } from '../util/json.ts';
import { path } from './apiPath.ts';
import { badAnswer } from './engineProblem.ts';
import type { EngineRequest, Transport } from './transport.ts';

/** All containers, running or not, in the engine's order: newest first. Throws ProblemError. */
export async function listContainers(engine: Transport, signal: AbortSignal): Promise<readonly Container[]> {
  const answer = await engine.json({ method: 'GET', path: '/containers/json', query: { all: true } }, signal);
  if (!Array.isArray(answer)) throw badAnswer('containers', 'it is not a list of containers');
  return answer.map(toContainer);
}

/** The engine's own JSON. Throws ProblemError. */
export function inspectContainer(engine: Transport, id: string, signal: AbortSignal): Promise<unknown> {
  return engine.json({ method: 'GET', path: path`/containers/${id}/json`, subject: id }, signal);
}

const actions: Readonly<Record<ContainerAction, (id: string) => EngineRequest>> = {
  start: (id) => ({ method: 'POST', path: path`/containers/${id}/start` }),
  stop: (id) => ({ method: 'POST', path: path`/containers/${id}/stop` }),
  restart: (id) => ({ method: 'POST', path: path`/containers/${id}/restart` }),
  pause: (id) => ({ method: 'POST', path: path`/containers/${id}/pause` }),
  unpause: (id) => ({ method: 'POST', path: path`/containers/${id}/unpause` }),
  kill: (id) => ({ method: 'POST', path: path`/containers/${id}/kill` }),
  remove: (id) => ({
    method: 'DELETE',
    path: path`/containers/${id}`,
    next: { conflict: 'Stop it first, or remove it by force.' },
  }),
  removeForce: (id) => ({ method: 'DELETE', path: path`/containers/${id}`, query: { force: true } }),
};

/** Resolves when the engine has done it, or when the container was like that already. Throws ProblemError. */
export async function actOnContainer(
  engine: Transport,
  id: string,
  action: ContainerAction,
  signal: AbortSignal,
): Promise<void> {
  await engine.json({ ...actions[action](id), subject: id }, signal);
}

/** One entry of GET /containers/json. */
export function toContainer(entry: unknown): Container {
  const { Id, Names, Image, State, Status, Created, Ports, Labels } = fields(entry);
  const id = text(Id);
  const labels = fields(Labels);
  const project = text(labels['com.docker.compose.project']);
  const status = text(Status);
  const health = healthOf(status);
  return {
    id,
    // A linked container has further names with more slashes.
    name: nameOf(Names) ?? id.slice(0, 12),
    image: text(Image),
    state: stateOf(State),
    status,
    ...(health === undefined ? {} : { health }),
    created: Number(Created) * 1000,
    ports: publishedPorts(Array.isArray(Ports) ? Ports : []),
    ...(project === '' ? {} : { compose: { project, service: text(labels['com.docker.compose.service']) } }),
  };
}

function nameOf(names: unknown): string | undefined {
  const plain = (Array.isArray(names) ? names : []).map((name) => text(name).replace(/^\//, ''));
  return plain.find((name) => name !== '' && !name.includes('/'));
}

const states: readonly ContainerState[] = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];

/** Podman has words of its own: `configured`, `initialized`, `stopped`, `stopping`. */
function stateOf(state: unknown): ContainerState {
  const known = states.find((each) => each === state);
  if (known !== undefined) return known;
  if (state === 'stopping') return 'running';
  return state === 'stopped' ? 'exited' : 'created';
}

/** The list says it only inside the status: `Up 2 hours (healthy)`. */
function healthOf(status: string): Container['health'] {
  const health = /\((?:health: )?(starting|healthy|unhealthy)\)/.exec(status)?.[1];
  return health as Container['health'];
}

/** Entries of `Ports`, once each: the engine lists a port published on all addresses for IPv4 and again for IPv6. */
export function publishedPorts(entries: readonly unknown[]): readonly PublishedPort[] {
  const ports = new Map<string, PublishedPort>();
  for (const entry of entries) {
    const { IP, PrivatePort, PublicPort, Type } = fields(entry);
    if (typeof PrivatePort !== 'number') continue;
    const port = toPort(PrivatePort, Type, PublicPort, IP);
    const key = `${port.containerPort}/${port.protocol} ${port.hostPort ?? ''} ${sameInBothFamilies(port.hostIp)}`;
    if (!ports.has(key) || port.hostIp?.includes('.')) ports.set(key, port);
  }
  return [...ports.values()].sort((a, b) => a.containerPort - b.containerPort || (a.hostPort ?? 0) - (b.hostPort ?? 0));
}

/** `NetworkSettings.Ports` of an inspected container: `{"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "32768"}]}`. */
export function inspectedPorts(inspected: unknown): readonly PublishedPort[] {
  const ports = fields(fields(fields(inspected)['NetworkSettings'])['Ports']);
  const entries = Object.entries(ports).flatMap(([key, bindings]) => {
    const [number, Type] = key.split('/');
    const exposed = { PrivatePort: Number(number), Type };
    if (!Array.isArray(bindings) || bindings.length === 0) return [exposed];
    return bindings.map((binding) => {
      const { HostIp, HostPort } = fields(binding);
      return { ...exposed, IP: HostIp, PublicPort: Number(HostPort) };
    });
  });
  return publishedPorts(entries);
}

function toPort(containerPort: number, type: unknown, hostPort: unknown, hostIp: unknown): PublishedPort {
  const protocol = type === 'udp' || type === 'sctp' ? type : 'tcp';
  if (typeof hostPort !== 'number' || hostPort === 0) return { containerPort, protocol };
  const ip = text(hostIp);
  return { containerPort, protocol, hostPort, ...(ip === '' ? {} : { hostIp: ip }) };
}

function sameInBothFamilies(ip: string | undefined): string {
  if (ip === undefined || ip === '::' || ip === '0.0.0.0') return 'any';
  return ip === '::1' || ip === '127.0.0.1' ? 'loopback' : ip;
}
