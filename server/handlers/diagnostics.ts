import { type Connection, type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import { diagnose } from '../language/diagnostics/diagnose.ts';
import { fnv1a } from '../language/dockerfile/parseSafely.ts';
import type { Log } from '../language/host.ts';
import type { Documents, OpenDocument } from './documents.ts';
import { stackOf } from './log.ts';
import type { Settings } from './settings.ts';

/**
 * Tells the client what is wrong in every open file, each time its text or the settings change. Edits that arrive together
 * are answered once, for the last of them.
 */
export function registerDiagnostics(connection: Connection, documents: Documents, settings: Settings, log: Log): void {
  const scheduled = new Set<string>();

  async function run(uri: string): Promise<void> {
    await settings.ready;
    await settled(documents, uri);
    scheduled.delete(uri);
    const document = documents.get(uri);
    if (document === undefined) return;
    await connection.sendDiagnostics({ uri, version: document.version, diagnostics: check(document, log) });
  }

  function schedule(uri: string): void {
    if (scheduled.has(uri)) return;
    scheduled.add(uri);
    run(uri).catch((error: unknown) => {
      log.warn('diagnostics: not delivered', { error: stackOf(error) });
    });
  }

  documents.onDidChange(schedule);
  settings.onDidChange(() => {
    for (const uri of documents.uris) schedule(uri);
  });
  documents.onDidClose((uri) => {
    connection.sendDiagnostics({ uri, diagnostics: [] }).catch(() => {
      // The client is gone, and its problems with it.
    });
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

function check({ text, dockerfile }: OpenDocument, log: Log): Diagnostic[] {
  try {
    return [...diagnose(dockerfile)];
  } catch (error) {
    log.error('diagnostics: failed', { hash: fnv1a(text), error: stackOf(error) });
    return [failure(text)];
  }
}

/** A bug of ours, told once where the user sees it instead of showing a file without problems. */
function failure(text: string): Diagnostic {
  return {
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    severity: DiagnosticSeverity.Warning,
    source: 'gantry',
    code: 'CheckFailed',
    message: `Gantry could not check this file. Its log has the details under ${fnv1a(text)}; please report it.`,
  };
}
