/** Composition only: what exists, and who is given what. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { editorAccounts } from './accounts.ts';
import { connectBackend } from './backend.ts';
import { registerBuild } from './build/index.ts';
import { registerCompletion } from './completion/index.ts';
import { registerContainers } from './containers/index.ts';
import { commands } from './contributions.ts';
import { type DebugNeeds, registerDebug } from './debug/index.ts';
import { registerImages } from './images/index.ts';
import { serverProcess } from './languageClient.ts';
import { registerLayers } from './layers/index.ts';
import { registerLint } from './lint/index.ts';
import { registerRegistries } from './registries/index.ts';
import { registerRun } from './run/index.ts';
import { addressOf, exposedPorts, publish } from './run/spec.ts';
import { start } from './run/start.ts';
import { registerStatus } from './status/index.ts';
import { jsonDocuments } from './ui/jsonDocuments.ts';
import { notifier } from './ui/notify.ts';
import { registerCommand } from './ui/registration.ts';
import type { Element } from './ui/treeModel.ts';

/** What is said to whoever asks for the extension's exports. */
export interface Exports {
  /** How long `activate` took, milliseconds. */
  readonly activationMs: number;
}

/** What has to happen before the window goes. */
let beforeEnd: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): Exports {
  const began = performance.now();
  if (vscode.l10n.bundle !== undefined) l10n.config({ contents: vscode.l10n.bundle });
  const { subscriptions, workspaceState } = context;
  const log = vscode.window.createOutputChannel('Gantry', { log: true });
  const version = String(context.extension.packageJSON.version);
  const server = serverProcess(
    context.asAbsolutePath('dist/server.js'),
    version,
    vscode.Uri.joinPath(context.globalStorageUri, 'registries').fsPath,
    log,
    () => vscode.workspace.isTrusted,
  );
  const backend = connectBackend(server);
  backend.answerWith(
    editorAccounts(
      context.secrets,
      (host) => {
        // A server that does not run has nothing to forget.
        if (server.state === 'running') backend.refreshRegistry(host).catch((error) => log.warn(String(error)));
      },
      subscriptions,
    ),
  );
  const notify = notifier(log);
  const documents = jsonDocuments(backend);
  subscriptions.push(log, documents, vscode.workspace.onDidGrantWorkspaceTrust(backend.tellTrusted));

  const memory = { workspace: workspaceState, everywhere: context.globalState };
  const trees = [
    registerContainers(backend, notify, documents, subscriptions),
    registerImages(backend, notify, documents, workspaceState, subscriptions),
    registerRegistries(backend, notify, documents, memory, subscriptions),
  ];
  const builds = registerBuild(backend, notify, workspaceState, subscriptions);
  registerLayers(backend, notify, builds, context.extensionUri, subscriptions);
  registerRun(backend, notify, subscriptions);
  registerCompletion(backend, subscriptions);
  registerLint(notify, subscriptions);
  const needs: DebugNeeds = {
    ...builds,
    addressOf,
    publish: (image) => publish(exposedPorts(image)),
    run: (spec, signal) => start(backend, spec, signal),
  };
  const sessions = registerDebug(backend, notify, needs, workspaceState, subscriptions);
  registerStatus(backend, server, log, subscriptions);
  subscriptions.push(
    registerCommand(commands.retry, (element: Element<unknown>) => trees.some((tree) => tree.retry(element))),
  );

  startForFiles(() => notify.attempt('Gantry', server.start), subscriptions);
  if (sessions.hasLeftovers) void notify.attempt(l10n.t('Debug'), sessions.endLeftovers);
  beforeEnd = async () => {
    await sessions.endAll();
    await server.stop();
  };
  return { activationMs: performance.now() - began };
}

export async function deactivate(): Promise<void> {
  await beforeEnd?.();
}

/** The language server is there from the first open Dockerfile, compose file or .dockerignore on; views and commands start it by asking it something. */
function startForFiles(start: () => Promise<unknown>, subscriptions: vscode.Disposable[]): void {
  const isOurs = ({ languageId, fileName }: vscode.TextDocument) =>
    languageId === 'dockerfile' || languageId === 'dockercompose' || fileName.endsWith('.dockerignore');
  if (vscode.workspace.textDocuments.some(isOurs)) void start();
  else {
    const opened = vscode.workspace.onDidOpenTextDocument((document) => {
      if (!isOurs(document)) return;
      opened.dispose();
      void start();
    });
    subscriptions.push(opened);
  }
}
