/** `"type": "gantry"` in tasks.json: a build with everything written down. */
import { isAbsolute, resolve } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { BuildResult, BuildSpec } from '../../common/protocol.ts';
import { taskType } from '../contributions.ts';
import { type TerminalWriter, terminalWriter } from '../ui/outputTerminal.ts';
import { suggestTag } from './names.ts';

/** What package.json's task definition allows. */
export interface BuildTask extends vscode.TaskDefinition {
  readonly dockerfile: string;
  readonly context?: string;
  readonly tags?: readonly string[];
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly platform?: string;
  readonly noCache?: boolean;
}

export function registerBuildTasks(
  run: (spec: BuildSpec, writer: TerminalWriter) => Promise<BuildResult | undefined>,
): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(taskType, {
    provideTasks: async () => {
      const folder = vscode.workspace.workspaceFolders?.[0];
      const found = await vscode.workspace.findFiles('**/{Dockerfile,Containerfile}', '**/node_modules/**', 50);
      if (folder === undefined) return [];
      return found.map((uri) => {
        const dockerfile = vscode.workspace.asRelativePath(uri, false);
        const own = vscode.workspace.getWorkspaceFolder(uri) ?? folder;
        return task({ type: taskType, dockerfile }, own, run);
      });
    },
    resolveTask: ({ definition, scope }) => {
      if (typeof scope !== 'object' || typeof definition['dockerfile'] !== 'string') return undefined;
      return task(definition as BuildTask, scope, run);
    },
  });
}

function task(
  definition: BuildTask,
  folder: vscode.WorkspaceFolder,
  run: (spec: BuildSpec, writer: TerminalWriter) => Promise<BuildResult | undefined>,
): vscode.Task {
  const execution = new vscode.CustomExecution(async (resolved) => {
    const writer = terminalWriter();
    void run(buildOf(resolved as BuildTask, folder.uri.fsPath), writer).then((result) =>
      writer.exit(result?.kind === 'built' ? 0 : 1),
    );
    return writer.pty;
  });
  const made = new vscode.Task(definition, folder, l10n.t('build {0}', definition.dockerfile), 'gantry', execution);
  made.group = vscode.TaskGroup.Build;
  return made;
}

/** Paths in a task are relative to its workspace folder; the context is the Dockerfile's folder unless said. */
export function buildOf(definition: BuildTask, folder: string): BuildSpec {
  const { dockerfile: named, context: given, tags, target, buildArgs, platform, noCache } = definition;
  const dockerfile = isAbsolute(named) ? named : resolve(folder, named);
  const context = given === undefined ? resolve(dockerfile, '..') : resolve(folder, given);
  return {
    dockerfile,
    context,
    tags: tags ?? [suggestTag(context)],
    ...(target === undefined ? {} : { target }),
    ...(buildArgs === undefined ? {} : { buildArgs }),
    ...(platform === undefined ? {} : { platform }),
    ...(noCache === undefined ? {} : { noCache }),
  };
}
