/** "Run" on an image. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { RunResult } from '../../common/protocol.ts';
import type { Backend } from '../backend.ts';
import { commands } from '../contributions.ts';
import { type ImageTarget, referenceIn } from '../ui/imageTarget.ts';
import type { Notify } from '../ui/notify.ts';
import { pickImage } from '../ui/picks.ts';
import { registerCommand, runCommand } from '../ui/registration.ts';
import { addressOf, type ExposedPort, exposedPorts, publish } from './spec.ts';
import { start } from './start.ts';

export function registerRun(backend: Backend, notify: Notify, subscriptions: vscode.Disposable[]): void {
  subscriptions.push(
    registerCommand(commands.runImage, (target?: ImageTarget) =>
      notify.attempt(l10n.t('Run Image'), async () => {
        const image = referenceIn(target) ?? (await pickImage(backend, l10n.t('Run which image?')));
        if (image === undefined) return;
        const chosen = await choosePorts(exposedPorts(await backend.imageConfig(image)));
        if (chosen === undefined) return;
        const result = await notify.progress(l10n.t('Starting {0}', image), image, (_report, signal) =>
          start(backend, { image, ports: publish(chosen) }, signal),
        );
        if (result !== undefined) void tellRunning(image, result);
      }),
    ),
  );
}

async function choosePorts(exposed: readonly ExposedPort[]): Promise<readonly ExposedPort[] | undefined> {
  if (exposed.length === 0) return [];
  const items = exposed.map((port) => ({ label: `${port.containerPort}/${port.protocol}`, picked: true, port }));
  const picked = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    title: l10n.t('Publish which ports on this machine?'),
    placeHolder: l10n.t('What the image exposes'),
  });
  return picked?.map(({ port }) => port);
}

async function tellRunning(image: string, result: RunResult): Promise<void> {
  const address = addressOf(result);
  const open = l10n.t('Open');
  const logs = l10n.t('Logs');
  const text =
    address === undefined
      ? l10n.t('{0} runs as {1}.', image, result.name)
      : l10n.t('{0} runs as {1} at {2}', image, result.name, address);
  const choice = await vscode.window.showInformationMessage(text, ...(address === undefined ? [] : [open]), logs);
  if (choice === open && address !== undefined) await vscode.env.openExternal(vscode.Uri.parse(address));
  if (choice === logs) await runCommand(commands.showLogs, { id: result.id, name: result.name });
}
