import {
  type Connection,
  DiagnosticSeverity,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
} from 'vscode-languageserver';
import type { Log } from '../language/host.ts';
import type { WorkspaceFiles } from '../workspace/workspaceFiles.ts';
import type { Documents } from './documents.ts';

const watched = ['**/.hadolint.{yaml,yml}', '**/.dockerignore', '**/*.dockerignore'];

export interface FilesHandler {
  initialize(params: InitializeParams): void;
  initialized(): void;
  dispose(): void;
}

/**
 * Has the files beside open Dockerfiles looked at again whenever they may have changed: the client watches them where it can,
 * and opening or saving a Dockerfile is always a reason to look. What is wrong in one of them is shown in it.
 */
export function registerFiles(
  connection: Connection,
  documents: Documents,
  files: WorkspaceFiles,
  log: Log,
): FilesHandler {
  let watches = false;
  let hasFolders = false;

  connection.onDidChangeWatchedFiles(() => files.look());
  documents.onDidOpen((uri) => files.look(uri));
  documents.onDidSave((uri) => files.look(uri));
  documents.onDidClose((uri) => files.forget(uri));
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
    },
    initialized() {
      if (watches) {
        connection.client
          .register(DidChangeWatchedFilesNotification.type, {
            watchers: watched.map((globPattern) => ({ globPattern })),
          })
          .catch((error: unknown) => log.warn('files: not watched', { error: String(error) }));
      }
      if (hasFolders) {
        connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) =>
          files.changeFolders(
            added.map(({ uri }) => uri),
            removed.map(({ uri }) => uri),
          ),
        );
      }
    },
    dispose: stop,
  };
}
