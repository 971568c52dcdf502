import { type Connection, type DocumentDiagnosticReport, DocumentDiagnosticReportKind } from 'vscode-languageserver';
import type { Log } from '../language/host.ts';
import { cancellable } from './answer.ts';
import type { ClientSupport } from './capabilities.ts';
import type { Documents } from './documents.ts';
import type { Lint } from './lint.ts';
import { stackOf } from './log.ts';
import type { Settings } from './settings.ts';

interface Needs {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly settings: Settings;
  readonly lint: Lint;
  readonly support: () => ClientSupport;
  readonly log: Log;
}

/**
 * Tells the client what is wrong in every open file, each time its text changes or what is known beside it. A file is pushed
 * until the client first asks about it; from then on it is asked for only, and the client is told when asking again is worth
 * it. What a client says it can do does not tell whether it will ask, and of which files: so no file is shown twice, and none
 * is left out. Returns how to stop.
 */
export function registerDiagnostics({ connection, documents, settings, lint, support, log }: Needs): () => void {
  const scheduled = new Set<string>();
  /** What the client was told last, by file: the id of an analysis; undefined while that is not all. */
  const pushed = new Map<string, string | undefined>();
  /** Files that the client asks about. */
  const pulled = new Set<string>();
  let refreshing = false;

  /** Edits that arrive together are answered once, for the last of them. */
  function schedule(uri: string): void {
    if (scheduled.has(uri)) return;
    scheduled.add(uri);
    push(uri).catch((error: unknown) => {
      log.warn('diagnostics: not delivered', { error: stackOf(error) });
    });
  }

  async function push(uri: string): Promise<void> {
    await settings.ready;
    await settled(documents, uri);
    scheduled.delete(uri);
    const document = documents.get(uri);
    if (document === undefined || pulled.has(uri)) return;
    const first = pushed.has(uri) ? undefined : lint.first(document);
    if (first) {
      pushed.set(uri, undefined);
      await connection.sendDiagnostics({ uri, version: document.version, diagnostics: [...first] });
      await turn();
      if (documents.get(uri) !== document || pulled.has(uri)) return; // and with the edit it is scheduled
    }
    const { id, diagnostics } = lint.of(document);
    if (pushed.get(uri) === id) return;
    pushed.set(uri, id);
    if (first && JSON.stringify(first) === JSON.stringify(diagnostics)) return;
    await connection.sendDiagnostics({ uri, version: document.version, diagnostics: [...diagnostics] });
  }

  function takeBack(uri: string): void {
    if (!pushed.delete(uri)) return;
    connection.sendDiagnostics({ uri, diagnostics: [] }).catch(() => {
      // The client is gone, and its problems with it.
    });
  }

  async function report(uri: string, previousResultId: string | undefined): Promise<DocumentDiagnosticReport> {
    const nothing: DocumentDiagnosticReport = { kind: DocumentDiagnosticReportKind.Full, items: [] };
    if (documents.versionOf(uri) === undefined) return nothing;
    pulled.add(uri);
    takeBack(uri);
    await settings.ready;
    const document = documents.get(uri);
    if (document === undefined) return nothing;
    const { id, diagnostics } = lint.of(document);
    return id === previousResultId
      ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId: id }
      : { kind: DocumentDiagnosticReportKind.Full, resultId: id, items: [...diagnostics] };
  }

  /** One for all that changes at the same time. */
  function refresh(): void {
    if (refreshing || !support().diagnostics.refresh) return;
    refreshing = true;
    setImmediate(() => {
      refreshing = false;
      connection.languages.diagnostics.refresh().catch((error: unknown) => {
        log.warn('diagnostics: not refreshed', { error: stackOf(error) });
      });
    });
  }

  connection.languages.diagnostics.on(({ textDocument, previousResultId }, token) =>
    cancellable(token, () => report(textDocument.uri, previousResultId), 'diagnostics'),
  );
  documents.onDidChange((uri) => {
    if (!pulled.has(uri)) schedule(uri);
  });
  documents.onDidClose((uri) => {
    pulled.delete(uri);
    lint.forget(uri);
    takeBack(uri);
  });
  return lint.onDidChange((changed) => {
    for (const uri of changed === undefined ? documents.uris : [changed]) {
      if (pulled.has(uri)) refresh();
      else schedule(uri);
    }
  });
}

/** Resolves when the connection's queue, which hands out one message a turn, has no further edit of the file. */
async function settled(documents: Documents, uri: string): Promise<void> {
  let version: number | undefined;
  do {
    version = documents.versionOf(uri);
    await turn();
    await turn();
  } while (documents.versionOf(uri) !== version);
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
