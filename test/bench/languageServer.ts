import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ClientCapabilities, ConfigurationParams, PublishDiagnosticsParams } from 'vscode-languageserver/node';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { node24 } from '../../scripts/parts/dependencies.mjs';

/** A language server on stdio, asked as an editor would ask it. */
export interface LanguageServer {
  readonly pid: number | undefined;
  request(method: string, params: unknown): Promise<unknown>;
  notify(method: string, params: unknown): Promise<void>;
  /** The next diagnostics that are published for this document. To be asked for before what causes them. */
  diagnostics(uri: string): Promise<PublishDiagnosticsParams>;
  stop(): Promise<void>;
}

const answerMs = 60_000;

/** The peer has one set of rules; of ours all shall run, hadolint's among them. ShellCheck is a program of its own. */
const allRules = { lint: { preset: 'hadolint', shellcheck: false } };

export function startLanguageServer(program: string): LanguageServer {
  const child = spawn(node24, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const waiting = new Map<string, (params: PublishDiagnosticsParams) => void>();
  connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    waiting.get(params.uri)?.(params);
    waiting.delete(params.uri);
  });
  connection.onRequest('workspace/configuration', ({ items }: ConfigurationParams) =>
    items.map(({ section }) => (section === 'gantry' ? allRules : null)),
  );
  connection.onRequest('client/registerCapability', () => null);
  connection.listen();

  const inTime = async <T>(what: string, answer: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${program} did not answer ${what}`)), answerMs);
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  };
  return {
    pid: child.pid,
    request: (method, params) => inTime(method, connection.sendRequest(method, params)),
    notify: (method, params) => connection.sendNotification(method, params),
    diagnostics: (uri) => inTime(`with diagnostics of ${uri}`, new Promise((resolve) => waiting.set(uri, resolve))),
    async stop() {
      const ended = once(child, 'exit');
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      await ended;
      connection.dispose();
    },
  };
}

/** What VS Code says it can do, as far as it changes what a server sends. Without pulled diagnostics: both push. */
export const capabilities: ClientCapabilities = {
  workspace: { configuration: true, workspaceFolders: true },
  textDocument: {
    synchronization: { didSave: true },
    publishDiagnostics: { relatedInformation: true, versionSupport: true, codeDescriptionSupport: true },
    completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown', 'plaintext'] } },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
};
