import {
  type Connection,
  DiagnosticSeverity,
  DidChangeWatchedFilesNotification,
  type DidChangeWatchedFilesParams,
  type InitializeParams,
} from 'vscode-languageserver';
import type { BuildContexts } from '../context/contexts.ts';
import type { Log } from '../language/host.ts';
import { filePath } from '../util/filePath.ts';
import type { WorkspaceFiles } from '../workspace/workspaceFiles.ts';
import type { Documents } from './documents.ts';

const watched = ['**/.hadolint.{yaml,yml}', '**/.dockerignore', '**/*.dockerignore'];
/** What stands in the folders that are sent to builds, which may be anything. */
const everything = '**/*';

export interface FilesHandler {
  initialize(params: InitializeParams): void;
  initialized(): void;
  dispose(): void;
}

interface Needs {
  readonly files: WorkspaceFiles;
  readonly contexts: BuildContexts;
}

/**
 * Has the files beside open Dockerfiles, and their build contexts, looked at again whenever they may have changed: the client
 * watches them where it can, and opening or saving a Dockerfile is always a reason to look. What is wrong in one of them is shown
 * in it.
 */
export function registerFiles(
  connection: Connection,
  documents: Documents,
  { files, contexts }: Needs,
  log: Log,
): FilesHandler {
  let watches = false;
  let watchesAll = false;
  let hasFolders = false;

  function watch(globs: readonly string[]): void {
    if (!watches) return;
    connection.client
      .register(DidChangeWatchedFilesNotification.type, { watchers: globs.map((globPattern) => ({ globPattern })) })
      .catch((error: unknown) => log.warn('files: not watched', { error: String(error) }));
  }

  connection.onDidChangeWatchedFiles(({ changes }: DidChangeWatchedFilesParams) => {
    if (changes.some(({ uri }) => /\.(?:dockerignore|hadolint\.ya?ml)$/.test(uri))) files.look();
    contexts.changed(changes.flatMap(({ uri }) => filePath(uri) ?? []));
  });
  documents.onDidOpen((uri) => {
    files.look(uri);
    if (watches && !watchesAll) watch([everything]);
    watchesAll = watches;
    if (!watches) contexts.changed();
  });
  documents.onDidSave((uri) => {
    files.look(uri);
    contexts.changed();
  });
  documents.onDidClose((uri) => {
    files.forget(uri);
    contexts.forget(uri);
  });
  const stop = files.onProblems((uri, problems) => {
    const diagnostics = problems.map(({ range, message, severity }) => ({
      range,
      message,
      severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
      source: 'gantry',
      code: 'HadolintConfig',
    }));
    connection.sendDiagnostics({ uri, diagnostics }).catch(() => {
      // The client is gone, and its problems with it.
    });
  });

  return {
    initialize({ capabilities, workspaceFolders, rootUri }) {
      watches = capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
      hasFolders = capabilities.workspace?.workspaceFolders === true;
      files.setFolders(workspaceFolders?.map(({ uri }) => uri) ?? [rootUri ?? []].flat());
      contexts.setFolders(files.folders);
    },
    initialized() {
      watch(watched);
      if (hasFolders) {
        connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
          files.changeFolders(
            added.map(({ uri }) => uri),
            removed.map(({ uri }) => uri),
          );
          contexts.setFolders(files.folders);
        });
      }
    },
    dispose: stop,
  };
}
