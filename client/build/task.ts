/** `"type": "gantry"` in tasks.json: a build with everything written down. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { BuildResult, BuildSpec } from '../../common/protocol.ts';
import { taskType } from '../contributions.ts';
import { type TerminalWriter, terminalWriter } from '../ui/outputTerminal.ts';
import { dockerfileGlob, isDockerfile } from './names.ts';
import { type BuildTask, buildOf } from './spec.ts';

export function registerBuildTasks(
  run: (spec: BuildSpec, writer: TerminalWriter) => Promise<BuildResult | undefined>,
): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(taskType, {
    provideTasks: async () => {
      const folder = vscode.workspace.workspaceFolders?.[0];
      const found = await vscode.workspace.findFiles(dockerfileGlob, '**/node_modules/**', 50);
      if (folder === undefined) return [];
      return found
        .filter(({ path }) => isDockerfile(path))
        .map((uri) => {
          const dockerfile = vscode.workspace.asRelativePath(uri, false);
          const own = vscode.workspace.getWorkspaceFolder(uri) ?? folder;
          return task({ type: taskType, dockerfile }, own, run);
        });
    },
    resolveTask: ({ definition, scope }) => {
      if (typeof scope !== 'object' || typeof definition['dockerfile'] !== 'string') return undefined;
      return task(definition as BuildTask & vscode.TaskDefinition, scope, run);
    },
  });
}

function task(
  definition: BuildTask & vscode.TaskDefinition,
  folder: vscode.WorkspaceFolder,
  run: (spec: BuildSpec, writer: TerminalWriter) => Promise<BuildResult | undefined>,
): vscode.Task {
  const execution = new vscode.CustomExecution(async (resolved) => {
    const writer = terminalWriter();
    void run(buildOf(resolved as BuildTask & vscode.TaskDefinition, folder.uri.fsPath), writer).then((result) =>
      writer.exit(result?.kind === 'built' ? 0 : 1),
    );
    return writer.pty;
  });
  const made = new vscode.Task(definition, folder, l10n.t('build {0}', definition.dockerfile), 'gantry', execution);
  made.group = vscode.TaskGroup.Build;
  return made;
}
