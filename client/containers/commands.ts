import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Container, ContainerAction } from '../../common/protocol.ts';
import { type Backend, RequestError } from '../backend.ts';
import { commands, settings, views } from '../contributions.ts';
import type { JsonDocuments } from '../ui/jsonDocuments.ts';
import { logColors } from '../ui/logColors.ts';
import type { Notify } from '../ui/notify.ts';
import { registerCommand, setting } from '../ui/registration.ts';
import { streamTerminal } from '../ui/streamTerminal.ts';
import type { Element } from '../ui/treeModel.ts';
import type { Tree } from '../ui/treeView.ts';
import { actionable, removals } from './actions.ts';
import { type ContainerValue, containersOf, openablePorts } from './nodes.ts';

/** What logs and shells need of a container; other parts of Gantry know no more of it. */
type Named = Pick<Container, 'id' | 'name'>;

export function containerCommands(
  tree: Tree<ContainerValue>,
  backend: Backend,
  notify: Notify,
  documents: JsonDocuments,
): readonly vscode.Disposable[] {
  const act = (command: Parameters<typeof tree.onNodes>[0], action: ContainerAction) =>
    tree.onNodes(
      command,
      (values) =>
        vscode.window.withProgress({ location: { viewId: views.containers } }, () =>
          Promise.all(
            actionable(containersOf(values), action).map((container) =>
              notify.attempt(container.name, () => backend.act(container.id, action)),
            ),
          ),
        ),
      (value): value is ContainerValue => actionable(containersOf([value]), action).length > 0,
    );
  const each = (command: Parameters<typeof tree.onNodes>[0], work: (container: Container) => Promise<unknown>) =>
    tree.onNodes(command, (values) =>
      Promise.all(containersOf(values).map((container) => notify.attempt(container.name, () => work(container)))),
    );
  return [
    act(commands.startContainers, 'start'),
    act(commands.stopContainers, 'stop'),
    act(commands.restartContainers, 'restart'),
    act(commands.pauseContainers, 'pause'),
    act(commands.resumeContainers, 'unpause'),
    tree.onNodes(commands.removeContainers, (values) => remove(containersOf(values), backend, notify)),
    onNamed(commands.showLogs, backend, notify, (container) => showLogs(backend, container)),
    onNamed(commands.openShell, backend, notify, (container) => openShell(backend, container)),
    each(commands.inspectContainer, ({ id, name }) => documents.show({ kind: 'container', id, name })),
    each(commands.openPort, openPort),
    tree.onNodes(commands.copyContainerId, (values) => copy(containersOf(values).map(({ id }) => id))),
    tree.onNodes(commands.copyContainerName, (values) => copy(containersOf(values).map(({ name }) => name))),
  ];
}

/** A command on containers that the tree, other parts of Gantry (with an id and a name) and the palette (with nothing) run. */
function onNamed(
  command: typeof commands.showLogs | typeof commands.openShell,
  backend: Backend,
  notify: Notify,
  work: (container: Named) => void,
): vscode.Disposable {
  return registerCommand(
    command,
    (target?: Named | Element<ContainerValue>, selected?: readonly Element<ContainerValue>[]) =>
      notify.attempt(l10n.t('Containers'), async () => {
        if (target === undefined) {
          const picked = await pickRunning(backend);
          if (picked !== undefined) work(picked);
        } else if ('node' in target) {
          const chosen = selected?.includes(target) ? selected : [target];
          const values = chosen.flatMap(({ node }) => (node.value === undefined ? [] : [node.value]));
          for (const container of containersOf(values)) work(container);
        } else work(target);
      }),
  );
}

async function pickRunning(backend: Backend): Promise<Container | undefined> {
  const items = (async () => {
    const answer = await backend.containers();
    if (answer.state === 'failed') throw new RequestError(answer.problem);
    const running = answer.state === 'known' ? answer.value.filter(({ state }) => state === 'running') : [];
    return running.map((container) => ({ label: container.name, description: container.image, container }));
  })();
  const picked = await vscode.window.showQuickPick(items, {
    title: l10n.t('Choose a running container'),
    matchOnDescription: true,
  });
  return picked?.container;
}

function showLogs(backend: Backend, { id, name }: Named): void {
  const pty = streamTerminal(
    backend,
    name,
    () => ({
      kind: 'logs',
      id,
      tail: setting(settings.logTail),
      follow: true,
      timestamps: setting(settings.logTimestamps),
    }),
    logColors(),
  );
  vscode.window
    .createTerminal({ name: l10n.t('Logs: {0}', name), pty, iconPath: new vscode.ThemeIcon('output') })
    .show(true);
}

function openShell(backend: Backend, { id, name }: Named): void {
  const pty = streamTerminal(backend, name, ({ columns, rows }) => ({ kind: 'shell', id, columns, rows }));
  vscode.window.createTerminal({ name, pty, iconPath: new vscode.ThemeIcon('terminal') }).show();
}

async function remove(containers: readonly Container[], backend: Backend, notify: Notify): Promise<void> {
  if (containers.length === 0) return;
  const chosen = removals(containers);
  const forced = chosen.filter(({ action }) => action === 'removeForce').length;
  const answer = forced > 0 ? l10n.t('Stop and Remove') : l10n.t('Remove');
  const [first] = containers;
  const question =
    containers.length === 1 && first !== undefined
      ? l10n.t('Remove the container {0}?', first.name)
      : l10n.t('Remove {0} containers?', containers.length);
  const detail = [
    ...(containers.length > 1 ? [containers.map(({ name }) => name).join(', ')] : []),
    ...(forced === 0
      ? []
      : [
          forced === 1
            ? l10n.t('One is not at rest and is ended first.')
            : l10n.t('{0} are not at rest and are ended first.', forced),
        ]),
    l10n.t('What was written inside and not to a volume is lost.'),
  ].join('\n');
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, answer)) !== answer) return;
  await Promise.all(
    chosen.map(({ container, action }) => notify.attempt(container.name, () => backend.act(container.id, action))),
  );
}

async function openPort(container: Container): Promise<void> {
  const ports = openablePorts(container);
  const picked =
    ports.length < 2
      ? ports[0]
      : (
          await vscode.window.showQuickPick(
            ports.map((port) => ({
              label: `http://localhost:${port.hostPort}`,
              description: `${port.containerPort}/tcp`,
              port,
            })),
            { title: l10n.t('Open which port of {0}?', container.name) },
          )
        )?.port;
  if (picked !== undefined) await vscode.env.openExternal(vscode.Uri.parse(`http://localhost:${picked.hostPort}`));
}

async function copy(texts: readonly string[]): Promise<void> {
  if (texts.length > 0) await vscode.env.clipboard.writeText(texts.join('\n'));
}
