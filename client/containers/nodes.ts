/** What the containers view shows of the engine's containers. */
import * as l10n from '@vscode/l10n';
import type { Container, ContainerState, PublishedPort } from '../../common/protocol.ts';
import type { Icon, TreeNode } from '../ui/treeModel.ts';

export type ContainerValue =
  | { readonly kind: 'container'; readonly container: Container }
  | { readonly kind: 'project'; readonly project: string; readonly containers: readonly Container[] };

/** Compose projects first, then containers of their own; both by name, so that nothing jumps when a state changes. */
export function containerNodes(
  containers: readonly Container[],
  tooltip: (container: Container) => TreeNode<ContainerValue>['tooltip'],
): readonly TreeNode<ContainerValue>[] {
  const projects = new Map<string, Container[]>();
  const single: Container[] = [];
  for (const container of containers) {
    if (container.compose === undefined) single.push(container);
    else projects.set(container.compose.project, [...(projects.get(container.compose.project) ?? []), container]);
  }
  return [
    ...[...projects]
      .sort(([a], [b]) => byName(a, b))
      .map(([project, members]) => projectNode(project, members, tooltip)),
    ...single
      .sort((a, b) => byName(a.name, b.name))
      .map((container) => containerNode(container, container.name, tooltip)),
  ];
}

function projectNode(
  project: string,
  members: readonly Container[],
  tooltip: (container: Container) => TreeNode<ContainerValue>['tooltip'],
): TreeNode<ContainerValue> {
  const containers = [...members].sort((a, b) => byName(labelIn(a), labelIn(b)) || byName(a.name, b.name));
  const running = containers.filter(({ state }) => state === 'running').length;
  const some = running > 0 ? ';someRunning' : '';
  const all = running === containers.length ? ';allRunning' : '';
  return {
    id: `project:${project}`,
    label: project,
    description: l10n.t('{0} of {1} running', running, containers.length),
    icon: { id: 'layers', ...(running > 0 ? { color: 'charts.green' } : {}) },
    context: `project${some}${all}`,
    tooltip: l10n.t('Compose project {0}', project),
    value: { kind: 'project', project, containers },
    expanded: true,
    children: containers.map((container) => containerNode(container, labelIn(container), tooltip)),
  };
}

/** Inside its project a container goes by its service, with the name where the service has several. */
function labelIn(container: Container): string {
  const { compose, name } = container;
  if (compose === undefined) return name;
  const usual = new RegExp(`^${escapeRegExp(compose.project)}[-_]${escapeRegExp(compose.service)}[-_](\\d+)$`).exec(
    name,
  );
  if (usual === null) return name;
  return usual[1] === '1' ? compose.service : `${compose.service} ${usual[1]}`;
}

function containerNode(
  container: Container,
  label: string,
  tooltip: (container: Container) => TreeNode<ContainerValue>['tooltip'],
): TreeNode<ContainerValue> {
  const { ports, state } = container;
  const published = formatPorts(ports);
  const open = openablePorts(container).length > 0 ? ';openable' : '';
  const described = tooltip(container);
  return {
    id: `container:${container.id}`,
    label,
    description: [
      shortStatus(container.status),
      ...(published === '' ? [] : [published]),
      // Last, since it is what may be cut off: the label says most of it already.
      shortImage(container.image),
    ].join(' · '),
    icon: stateIcon(container),
    context: `container;${state}${open}`,
    ...(described === undefined ? {} : { tooltip: described }),
    value: { kind: 'container', container },
  };
}

const stateIcons: Readonly<Record<ContainerState, Icon>> = {
  created: { id: 'circle-outline' },
  running: { id: 'play-circle', color: 'charts.green' },
  paused: { id: 'debug-pause', color: 'charts.yellow' },
  restarting: { id: 'debug-restart', color: 'charts.yellow' },
  removing: { id: 'trash', color: 'disabledForeground' },
  exited: { id: 'stop-circle', color: 'disabledForeground' },
  dead: { id: 'error', color: 'charts.red' },
};

function stateIcon({ state, health }: Container): Icon {
  if (state === 'running' && health === 'unhealthy') return { id: 'warning', color: 'charts.yellow' };
  if (state === 'running' && health === 'starting') return { id: 'play-circle', color: 'charts.yellow' };
  // An engine newer than this list may name a state that is not in it.
  return stateIcons[state] ?? { id: 'question' };
}

/** `8080→80`, once each: an engine lists a port for IPv4 and again for IPv6. */
export function formatPorts(ports: readonly PublishedPort[]): string {
  const texts = ports
    .filter((port) => port.hostPort !== undefined)
    .toSorted((a, b) => a.containerPort - b.containerPort)
    .map(({ containerPort, hostPort, protocol }) => {
      const kind = protocol === 'tcp' ? '' : `/${protocol}`;
      return hostPort === containerPort ? `${hostPort}${kind}` : `${hostPort}→${containerPort}${kind}`;
    });
  return [...new Set(texts)].join(', ');
}

/** TCP ports that a browser on this side could reach, once each. */
export function openablePorts({ ports, state }: Container): readonly { hostPort: number; containerPort: number }[] {
  if (state !== 'running') return [];
  const found = new Map<number, number>();
  for (const { protocol, hostPort, containerPort } of ports) {
    if (protocol === 'tcp' && hostPort !== undefined) found.set(hostPort, containerPort);
  }
  return [...found].map(([hostPort, containerPort]) => ({ hostPort, containerPort }));
}

/** The containers that nodes stand for, once each. */
export function containersOf(values: readonly ContainerValue[]): readonly Container[] {
  const all = values.flatMap((value) => (value.kind === 'container' ? [value.container] : value.containers));
  return [...new Map(all.map((container) => [container.id, container])).values()];
}

/** Without its registry; an image that is only an id by its first twelve digits. The tooltip has it whole. */
function shortImage(image: string): string {
  const id = /^(?:sha256:)?([0-9a-f]{12})[0-9a-f]{52}$/.exec(image);
  return id?.[1] ?? image.replace(/^(?:localhost|[^/]*[.:][^/]*)\//, '');
}

/** Without what the icon says. */
function shortStatus(status: string): string {
  return status.replace(/ \((?:healthy|unhealthy|health: starting|Paused)\)$/, '');
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
