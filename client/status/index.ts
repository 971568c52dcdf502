/** Language status items of Dockerfiles: the engine, and the server when it is not well. They never pop up. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Known } from '../../common/known.ts';
import type { EngineStatus } from '../../common/protocol.ts';
import { type Backend, isAbort, type ServerProcess, type ServerState } from '../backend.ts';
import { commands } from '../contributions.ts';
import { registerCommand } from '../ui/registration.ts';
import { withoutLinks } from '../ui/withoutLinks.ts';
import { engineText, type StatusText, serverText } from './texts.ts';

export function registerStatus(
  backend: Backend,
  server: ServerProcess,
  log: vscode.LogOutputChannel,
  subscriptions: vscode.Disposable[],
): void {
  const engine = vscode.languages.createLanguageStatusItem('gantry.engine', { language: 'dockerfile' });
  engine.name = l10n.t('Container Engine');
  let item: vscode.LanguageStatusItem | undefined;

  const ask = async () => {
    engine.busy = true;
    try {
      show(engine, engineText(await backend.engineStatus()));
      engine.command = { command: commands.showOutput, title: l10n.t('Show Output') };
    } catch (error) {
      if (!isAbort(error)) log.warn(`engine: its status is not known: ${String(error)}`);
    } finally {
      engine.busy = false;
    }
  };
  const follow = (state: ServerState) => {
    const text = serverText(state);
    if (text === undefined) {
      item?.dispose();
      item = undefined;
    } else {
      item ??= vscode.languages.createLanguageStatusItem('gantry.server', { language: 'dockerfile' });
      item.name = 'Gantry';
      item.command = { command: commands.restartServer, title: l10n.t('Restart Server') };
      show(item, text);
    }
    if (state === 'running') void ask();
  };

  show(engine, engineText({ state: 'pending' } satisfies Known<EngineStatus>));
  subscriptions.push(
    engine,
    { dispose: () => item?.dispose() },
    { dispose: server.onDidChangeState(follow) },
    { dispose: backend.onEngineChanged((what) => what.includes('status') && void ask()) },
    registerCommand(commands.restartServer, () => server.restart()),
    registerCommand(commands.showOutput, () => log.show()),
  );
}

const severities = {
  information: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
} as const;

function show(item: vscode.LanguageStatusItem, { text, detail, severity }: StatusText): void {
  item.text = withoutLinks(text);
  item.detail = withoutLinks(detail);
  item.severity = severities[severity];
}
