/** The `container` debug configuration, and the js-debug configuration it becomes. Pure. */
import { dirname, isAbsolute, resolve } from 'node:path';
import type { BuildSpec, ImageConfig, RunResult, RunSpec } from '../../common/protocol.ts';
import { inspectorPort } from './node.ts';

/** What package.json's debugger allows. Paths may be relative to the workspace folder. */
export interface ContainerDebug {
  readonly type: 'container';
  readonly request: 'launch' | 'attach';
  readonly name: string;
  /** Launch: built first. */
  readonly dockerfile?: string;
  readonly context?: string;
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** Launch: run as it is. */
  readonly image?: string;
  /** Attach: name or id of a running container whose inspector port is published. */
  readonly container?: string;
  readonly platform?: 'node';
  /** Launch: what runs in place of the image's command. */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The inspector's port inside the container. */
  readonly port?: number;
  readonly localRoot?: string;
  readonly remoteRoot?: string;
  readonly stopOnEntry?: boolean;
}

/** Keys that are ours. All others are js-debug's or VS Code's and are handed on. */
const ours = new Set([
  ...['type', 'request', 'name', 'dockerfile', 'context', 'target', 'buildArgs', 'image', 'container', 'platform'],
  ...['command', 'env', 'port', 'localRoot', 'remoteRoot', 'stopOnEntry'],
]);

/** The label that says which debug session a container was made for. */
export const sessionLabel = 'dev.gantry.debug';

/** How the image of a configuration is built. `tag` is the name without a tag that the folder suggests. */
export function buildOf(configuration: ContainerDebug, workspaceFolder: string | undefined): BuildSpec | undefined {
  if (configuration.dockerfile === undefined) return undefined;
  const dockerfile = inFolder(configuration.dockerfile, workspaceFolder);
  const context =
    configuration.context === undefined ? dirname(dockerfile) : inFolder(configuration.context, workspaceFolder);
  return {
    dockerfile,
    context,
    tags: [`${imageName(context)}:debug`],
    ...(configuration.target === undefined ? {} : { target: configuration.target }),
    ...(configuration.buildArgs === undefined ? {} : { buildArgs: configuration.buildArgs }),
  };
}

/** A container that waits under the inspector and can be told from all others by its name and label. */
export function runOf(
  image: string,
  command: { readonly entrypoint: readonly string[]; readonly command: readonly string[] },
  published: RunSpec['ports'],
  session: string,
  environment: Readonly<Record<string, string>> = {},
): RunSpec {
  const inspector = { containerPort: inspectorPort, protocol: 'tcp', hostPort: 0, hostIp: '127.0.0.1' } as const;
  return {
    image,
    name: containerName(image, session),
    entrypoint: command.entrypoint,
    command: command.command,
    environment: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    ports: [inspector, ...published.filter(({ containerPort }) => containerPort !== inspectorPort)],
    labels: { [sessionLabel]: session },
    // Node as process 1 ignores the signal that ends it.
    init: true,
  };
}

/** `[a-zA-Z0-9][a-zA-Z0-9_.-]*`, as the engine wants a name. */
function containerName(image: string, session: string): string {
  return `${imageName(image.replace(/@.*$/, '').replace(/:[^/:]*$/, ''))}-debug-${session}`;
}

function imageName(path: string): string {
  const name = path
    .replace(/^.*[\\/]/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'image' : name;
}

/** Which key of the js-debug configuration names the container that goes away with its session. */
export const sessionKey = '__gantrySession';

export function nodeAttach(
  configuration: ContainerDebug,
  target: {
    readonly port: number;
    readonly localRoot: string | undefined;
    readonly remoteRoot: string;
    readonly session?: string;
  },
): { readonly type: 'pwa-node'; readonly request: 'attach'; readonly name: string; readonly [key: string]: unknown } {
  const { localRoot, remoteRoot, port, session } = target;
  return {
    skipFiles: ['<node_internals>/**'],
    // Children listen on ports that are not published.
    autoAttachChildProcesses: false,
    ...Object.fromEntries(Object.entries(configuration).filter(([key]) => !ours.has(key))),
    type: 'pwa-node',
    request: 'attach',
    name: configuration.name,
    address: '127.0.0.1',
    port,
    ...(localRoot === undefined ? {} : { localRoot }),
    remoteRoot,
    continueOnAttach: configuration.request === 'launch' && configuration.stopOnEntry !== true,
    ...(session === undefined ? {} : { [sessionKey]: session }),
  };
}

/** Where the inspector is reached, as the engine published it. */
export function inspectorAddress({ ports }: Pick<RunResult, 'ports'>, containerPort: number): number | undefined {
  return ports.find(
    (port) => port.containerPort === containerPort && port.protocol === 'tcp' && port.hostPort !== undefined,
  )?.hostPort;
}

/** Where sources are: as said, else the build context, else the workspace folder. */
export function localRootOf(
  configuration: ContainerDebug,
  context: string | undefined,
  workspaceFolder: string | undefined,
): string | undefined {
  return configuration.localRoot === undefined
    ? (context ?? workspaceFolder)
    : inFolder(configuration.localRoot, workspaceFolder);
}

export function remoteRootOf(configuration: ContainerDebug, image: Pick<ImageConfig, 'workingDirectory'>): string {
  return configuration.remoteRoot ?? (image.workingDirectory === '' ? '/' : image.workingDirectory);
}

function inFolder(path: string, folder: string | undefined): string {
  return isAbsolute(path) || folder === undefined ? path : resolve(folder, path);
}
