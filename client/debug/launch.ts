/** From a `container` configuration to a process that waits for js-debug. */
import * as l10n from '@vscode/l10n';
import type { BuildResult, BuildSpec, ImageConfig, RunResult, RunSpec } from '../../common/protocol.ts';
import { type Backend, RequestError } from '../backend.ts';
import {
  buildOf,
  type ContainerDebug,
  inspectorAddress,
  localRootOf,
  nodeAttach,
  remoteRootOf,
  runOf,
} from './configuration.ts';
import { inspectorPort, underInspector } from './node.ts';
import type { DebugSessions } from './sessions.ts';

export interface LaunchWorld {
  readonly backend: Backend;
  readonly sessions: DebugSessions;
  readonly build: (spec: BuildSpec) => Promise<BuildResult | undefined>;
  readonly contextOf: (tag: string) => string | undefined;
  readonly workspaceFolder: string | undefined;
  readonly run: (spec: RunSpec, signal: AbortSignal) => Promise<RunResult>;
  readonly newSession: () => string;
  /** Ports to publish beside the inspector's, from what the image exposes. */
  readonly publish: (image: ImageConfig) => RunSpec['ports'];
}

export interface Launched {
  readonly configuration: ReturnType<typeof nodeAttach>;
  readonly session: string;
  readonly run: RunResult;
}

const readyTimeoutMs = 20_000;

/** Undefined when the build did not make an image, which it has told by itself. What was created is removed when this throws. */
export async function launch(
  configuration: ContainerDebug,
  world: LaunchWorld,
  report: (message: string) => void,
  signal: AbortSignal,
): Promise<Launched | undefined> {
  const { backend, sessions, workspaceFolder } = world;
  const subject = configuration.name;
  await refuseRemote(backend, signal);
  const spec = buildOf(configuration, workspaceFolder);
  let image = configuration.image;
  if (spec !== undefined) {
    const built = await world.build(spec);
    if (built?.kind !== 'built') return undefined;
    image = built.tags[0] ?? built.imageId;
  }
  if (image === undefined)
    throw refuse(
      subject,
      l10n.t('It names neither an image nor a Dockerfile.'),
      l10n.t('Add "dockerfile" or "image" to it.'),
    );
  signal.throwIfAborted();

  report(l10n.t('Reading {0}', image));
  const config = await backend.imageConfig(image, signal);
  const command = underInspector({ entrypoint: config.entrypoint, command: configuration.command ?? config.command });
  if (command.kind === 'refused') throw refuse(image, command.message, command.next);

  const session = world.newSession();
  const wanted = runOf(image, command, world.publish(config), session, configuration.env);
  report(l10n.t('Starting {0}', image));
  await sessions.begin(session, { container: wanted.name ?? '', ...(spec !== undefined && { image }) });
  try {
    const run = await world.run(wanted, signal);
    const port = inspectorAddress(run, inspectorPort);
    report(l10n.t('Waiting for the inspector'));
    // A program that has ended by now has no ports any more; asking for any says why it ended.
    await backend.debugReady(run.id, port ?? inspectorPort, readyTimeoutMs, signal);
    if (port === undefined) throw refuse(image, l10n.t('The engine did not publish port {0}.', inspectorPort));
    const context = spec?.context ?? world.contextOf(image);
    const target = {
      port,
      localRoot: localRootOf(configuration, context, workspaceFolder),
      remoteRoot: remoteRootOf(configuration, config),
      session,
    };
    return { configuration: nodeAttach(configuration, target), session, run };
  } catch (error) {
    await sessions.end(session);
    throw error;
  }
}

/** Ports are published for the engine's own machine only, so there js-debug would wait for nobody. */
async function refuseRemote(backend: Backend, signal: AbortSignal): Promise<void> {
  const status = await backend.engineStatus(signal);
  if (status.state !== 'known') return;
  const { address } = status.value;
  if (/^(?:unix|npipe):|^[a-z]+:\/\/(?:127\.|localhost(?=[:/]|$)|\[::1\])/.test(address)) return;
  throw refuse(
    address,
    l10n.t('The engine is on another machine, where an inspector cannot be reached from here.'),
    l10n.t('Debug with an engine on this machine.'),
  );
}

/** Attaches to a running container whose inspector is published. */
export async function attach(
  configuration: ContainerDebug,
  { backend, workspaceFolder }: Pick<LaunchWorld, 'backend' | 'workspaceFolder'>,
  signal: AbortSignal,
): Promise<ReturnType<typeof nodeAttach>> {
  const name = configuration.container;
  if (name === undefined)
    throw refuse(configuration.name, l10n.t('It names no container.'), l10n.t('Add "container" to it.'));
  const answer = await backend.containers(signal);
  if (answer.state === 'failed') throw new RequestError(answer.problem);
  const containers = answer.state === 'known' ? answer.value : [];
  const container = containers.find((each) => each.name === name) ?? containers.find(({ id }) => id.startsWith(name));
  if (container?.state !== 'running') throw refuse(name, l10n.t('There is no running container with this name or id.'));
  const inside = configuration.port ?? inspectorPort;
  const port = inspectorAddress(container, inside);
  if (port === undefined) {
    throw refuse(
      name,
      l10n.t('The container does not publish port {0}, where its inspector would be reached.', inside),
      l10n.t('Start it with that port published, or use "request": "launch".'),
    );
  }
  const config = await backend.imageConfig(container.image, signal);
  const localRoot = localRootOf(configuration, undefined, workspaceFolder);
  return nodeAttach(configuration, { port, localRoot, remoteRoot: remoteRootOf(configuration, config) });
}

function refuse(subject: string, message: string, next?: string): RequestError {
  return new RequestError({ kind: 'unsupported', subject, message, ...(next === undefined ? {} : { next }) });
}
