/** Debug type `container`: VS Code asks here what such a configuration means, and js-debug does the debugging. */
import { randomBytes } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ProblemKind } from '../../common/known.ts';
import type { ImageConfig, RunResult, RunSpec } from '../../common/protocol.ts';
import { type Backend, problemOf, RequestError } from '../backend.ts';
import { commands, debugType } from '../contributions.ts';
import { type ImageTarget, referenceIn } from '../ui/imageTarget.ts';
import type { Notify } from '../ui/notify.ts';
import { pickImage } from '../ui/picks.ts';
import { registerCommand } from '../ui/registration.ts';
import { type ContainerDebug, sessionKey } from './configuration.ts';
import { attach, type Launched, type LaunchWorld, launch } from './launch.ts';
import { type DebugSessions, debugSessions } from './sessions.ts';
import { substitute } from './variables.ts';

/** What other parts of Gantry do for debugging. */
export interface DebugNeeds extends Pick<LaunchWorld, 'build' | 'contextOf' | 'run'> {
  readonly publish: (image: ImageConfig) => RunSpec['ports'];
  readonly addressOf: (result: RunResult) => string | undefined;
}

export function registerDebug(
  backend: Backend,
  notify: Notify,
  needs: DebugNeeds,
  memento: vscode.Memento,
  subscriptions: vscode.Disposable[],
): DebugSessions {
  const sessions = debugSessions(memento, async ({ container, image }) => {
    // Somebody else removed it, or it was never created.
    await passing(['notFound'], backend.act(container, 'removeForce'));
    // Another session may still run it; the last one removes it.
    if (image !== undefined) await passing(['notFound', 'conflict'], backend.removeImage(image, false));
  });
  const end = (session: string) => notify.attempt(l10n.t('Debug'), () => sessions.end(session));
  /** By session, until its debugger starts. */
  const waiting = new Map<string, Launched>();

  /** A debugger that never starts leaves nobody to say that it ended. */
  const endUnlessStarted = (launched: Launched) => {
    waiting.set(launched.session, launched);
    const timer = setTimeout(() => {
      if (waiting.delete(launched.session)) void end(launched.session);
    }, 60_000);
    subscriptions.push({ dispose: () => clearTimeout(timer) });
  };

  const resolve = (folder: vscode.WorkspaceFolder | undefined, given: ContainerDebug) =>
    notify.progress(given.name, given.name, async (report, signal) => {
      const configuration = substitute(given, variables(folder));
      const world: LaunchWorld = {
        backend,
        sessions,
        ...needs,
        workspaceFolder: folder?.uri.fsPath,
        newSession: () => randomBytes(3).toString('hex'),
      };
      if (configuration.request === 'attach') return attach(configuration, world, signal);
      const launched = await launch(configuration, world, (message) => report({ message }), signal);
      if (launched === undefined) return undefined;
      endUnlessStarted(launched);
      return launched.configuration;
    });

  const provider: vscode.DebugConfigurationProvider = {
    provideDebugConfigurations: () => [launchOf('${workspaceFolder}/Dockerfile', l10n.t('Debug in Container'))],
    resolveDebugConfiguration: async (folder, configuration) => {
      if (!vscode.workspace.isTrusted) {
        void notify.problem(untrusted);
        return undefined;
      }
      const given = configuration.type === undefined ? fromEditor() : (configuration as unknown as ContainerDebug);
      // Null opens launch.json, undefined ends it without a word.
      if (given === undefined) return null;
      return (await resolve(folder ?? vscode.workspace.workspaceFolders?.[0], given)) as
        | vscode.DebugConfiguration
        | undefined;
    },
  };

  subscriptions.push(
    vscode.debug.registerDebugConfigurationProvider(debugType, provider),
    vscode.debug.onDidStartDebugSession((session) => {
      const ours = sessionOf(session);
      const launched = ours === undefined ? undefined : waiting.get(ours);
      if (launched === undefined) return;
      waiting.delete(launched.session);
      // Before, its program waits for the debugger and answers nobody.
      void tellAddress(launched, needs);
    }),
    vscode.debug.onDidTerminateDebugSession((session) => {
      const ours = sessionOf(session);
      if (ours !== undefined) void end(ours);
    }),
    registerCommand(commands.debug, (target?: vscode.Uri | ImageTarget) =>
      notify.attempt(l10n.t('Debug in Container'), () => debug(target, backend)),
    ),
  );
  return sessions;
}

/** Lets these kinds of problem pass. */
async function passing(kinds: readonly ProblemKind[], work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!kinds.includes(problemOf(error, '').kind)) throw error;
  }
}

/** js-debug's child sessions carry their parent's configuration; only the parent's end counts. */
function sessionOf(session: vscode.DebugSession): string | undefined {
  const ours: unknown = session.parentSession === undefined ? session.configuration[sessionKey] : undefined;
  return typeof ours === 'string' ? ours : undefined;
}

async function debug(target: vscode.Uri | ImageTarget | undefined, backend: Backend): Promise<void> {
  if (target instanceof vscode.Uri) return start(target, launchOf(target.fsPath, nameOf(target)));
  const editor = target === undefined ? fromEditor() : undefined;
  if (editor !== undefined) return start(vscode.window.activeTextEditor?.document.uri, editor);
  const image = referenceIn(target) ?? (await pickImage(backend, l10n.t('Debug which image?')));
  if (image === undefined) return;
  await start(undefined, { type: debugType, request: 'launch', name: l10n.t('Debug {0}', image), image });
}

async function start(near: vscode.Uri | undefined, configuration: vscode.DebugConfiguration): Promise<void> {
  const folder = near === undefined ? undefined : vscode.workspace.getWorkspaceFolder(near);
  await vscode.debug.startDebugging(folder ?? vscode.workspace.workspaceFolders?.[0], configuration);
}

/** F5 in a Dockerfile, without a configuration. */
function fromEditor(): (ContainerDebug & vscode.DebugConfiguration) | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === 'dockerfile' && document.uri.scheme === 'file'
    ? launchOf(document.uri.fsPath, nameOf(document.uri))
    : undefined;
}

const nameOf = (dockerfile: vscode.Uri) => l10n.t('Debug {0}', vscode.workspace.asRelativePath(dockerfile));

function launchOf(dockerfile: string, name: string): ContainerDebug & vscode.DebugConfiguration {
  return { type: debugType, request: 'launch', name, dockerfile };
}

function variables(folder: vscode.WorkspaceFolder | undefined) {
  const file = vscode.window.activeTextEditor?.document.uri;
  return {
    ...(folder === undefined ? {} : { workspaceFolder: folder.uri.fsPath }),
    ...(file?.scheme === 'file' ? { file: file.fsPath } : {}),
    environment: process.env,
  };
}

async function tellAddress({ run }: Launched, { addressOf }: DebugNeeds): Promise<void> {
  const address = addressOf(run);
  if (address === undefined) return;
  const open = l10n.t('Open');
  const choice = await vscode.window.showInformationMessage(l10n.t('{0} answers at {1}', run.name, address), open);
  if (choice === open) await vscode.env.openExternal(vscode.Uri.parse(address));
}

const untrusted = new RequestError({
  kind: 'denied',
  subject: l10n.t('Debug in Container'),
  message: l10n.t('This workspace is not trusted, and debugging runs what is in it.'),
  next: l10n.t('Trust the workspace first.'),
}).problem;
