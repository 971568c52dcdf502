import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { BuildResult } from '../../common/protocol.ts';
import { withoutLinks } from '../ui/withoutLinks.ts';

export type FailedBuild = Extract<BuildResult, { kind: 'failed' }>;

export interface BuildFailures extends vscode.Disposable {
  show(dockerfile: vscode.Uri, failure: FailedBuild): void;
  clear(dockerfile: vscode.Uri): void;
}

/** What a build ended at, as a diagnostic on the lines at fault, until the next build or the next edit. */
export function buildFailures(): BuildFailures {
  const collection = vscode.languages.createDiagnosticCollection('gantry-build');
  const edits = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (contentChanges.length > 0) collection.delete(document.uri);
  });
  return {
    show: (dockerfile, failure) => {
      const { range, log } = failure;
      const message = [failure.message, ...(log === undefined ? [] : [log.trimEnd()])].join('\n');
      const where =
        range === undefined
          ? new vscode.Range(0, 0, 0, 0)
          : new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
      const diagnostic = new vscode.Diagnostic(where, message, vscode.DiagnosticSeverity.Error);
      diagnostic.source = 'gantry';
      diagnostic.code = 'BuildFailed';
      collection.set(dockerfile, [diagnostic]);
    },
    clear: (dockerfile) => collection.delete(dockerfile),
    dispose: () => {
      edits.dispose();
      collection.dispose();
    },
  };
}

/** Tells that a build failed and offers the ways to look at it. */
export async function tellFailure(dockerfile: vscode.Uri, failure: FailedBuild, showOutput: () => void): Promise<void> {
  const line = l10n.t('Go to Line');
  const problems = l10n.t('Show Problems');
  const output = l10n.t('Show Output');
  const text =
    failure.step === undefined
      ? l10n.t('The build failed: {0}', failure.message)
      : l10n.t('The build failed at {0}: {1}', failure.step, failure.message);
  const choice = await vscode.window.showErrorMessage(
    withoutLinks(text),
    ...(failure.range === undefined ? [] : [line]),
    problems,
    output,
  );
  if (choice === output) showOutput();
  else if (choice === problems) await vscode.commands.executeCommand('workbench.actions.view.problems');
  else if (choice === line && failure.range !== undefined) {
    const { start, end } = failure.range;
    const selection = new vscode.Range(start.line, start.character, end.line, end.character);
    await vscode.window.showTextDocument(dockerfile, { selection });
  }
}
