/** Opens the Dockerfile that made a layer, where it made it. */
import { isAbsolute } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { AnalyzedLayer } from '../../common/layers.ts';

/** The path is the engine's word: it may be of another machine, or of a file that is gone. Throws in words for a person. */
export async function openLine({ path, line }: NonNullable<AnalyzedLayer['origin']>): Promise<void> {
  const uri = await fileAt(path);
  if (uri === undefined) {
    throw new Error(l10n.t('The Dockerfile {0}, which made this layer, is not here any more.', path));
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const at = document.validateRange(new vscode.Range(line, 0, line, 0));
  await vscode.window.showTextDocument(document, { selection: at, viewColumn: vscode.ViewColumn.Beside });
}

async function fileAt(path: string): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const candidates = isAbsolute(path)
    ? [vscode.Uri.file(path)]
    : folders.map(({ uri }) => vscode.Uri.joinPath(uri, path));
  for (const uri of candidates) {
    const stat = await vscode.workspace.fs.stat(uri).then(
      ({ type }) => type,
      () => undefined, // it is not there
    );
    if (stat !== undefined && (stat & vscode.FileType.File) !== 0) return uri;
  }
  return undefined;
}
