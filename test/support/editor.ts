import {
  ConfigurationRequest,
  type Diagnostic,
  DiagnosticRefreshRequest,
  type DocumentDiagnosticReport,
  InlayHintRefreshRequest,
  LogMessageNotification,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  RegistrationRequest,
} from 'vscode-languageserver-protocol/node';
import { startServer } from '../../server/server.ts';
import type { World } from '../../server/world.ts';
import { wire } from './wire.ts';

export const dockerfileUri = 'file:///project/Dockerfile';

/** What an editor says of itself in `initialize`. */
export interface EditorOptions {
  /** The section `gantry`; with it the editor offers `workspace/configuration`. */
  readonly configuration?: unknown;
  readonly initializationOptions?: unknown;
  readonly clientInfo?: { readonly name: string };
  readonly capabilities?: Readonly<Record<string, unknown>>;
  /** URIs of the folders that are open. */
  readonly folders?: readonly string[];
}

/** An editor at the other end of a connection: it keeps what it was told, and lets a test wait for it. */
export class Editor {
  readonly connection: ProtocolConnection;
  readonly logged: string[] = [];
  /** What was pushed last, by URI. */
  readonly shown = new Map<string, readonly Diagnostic[]>();
  /** Methods that the server asked to be told about. */
  readonly registered: string[] = [];
  configuration: unknown;
  configurationRequests = 0;
  refreshes = 0;
  diagnosticRefreshes = 0;
  readonly #waiting = new Set<(params: PublishDiagnosticsParams) => void>();
  readonly #waitingForRefresh = new Set<() => void>();
  #version = 1;

  constructor(connection: ProtocolConnection, { configuration }: EditorOptions = {}) {
    this.connection = connection;
    this.configuration = configuration;
    connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.shown.set(params.uri, params.diagnostics);
      for (const tell of this.#waiting) tell(params);
    });
    connection.onNotification(LogMessageNotification.type, ({ message }) => {
      this.logged.push(message);
    });
    connection.onRequest(ConfigurationRequest.type, ({ items }) => {
      this.configurationRequests++;
      return items.map(() => this.configuration);
    });
    connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
      this.registered.push(...registrations.map(({ method }) => method));
    });
    connection.onRequest(DiagnosticRefreshRequest.type, () => {
      this.diagnosticRefreshes++;
    });
    connection.onRequest(InlayHintRefreshRequest.type, () => {
      this.refreshes++;
      for (const tell of this.#waitingForRefresh) tell();
    });
  }

  async initialize({
    configuration,
    initializationOptions,
    capabilities,
    clientInfo,
    folders,
  }: EditorOptions = {}): Promise<unknown> {
    const result = await this.connection.sendRequest('initialize', {
      processId: null,
      rootUri: null,
      ...(folders && { workspaceFolders: folders.map((uri) => ({ uri, name: uri })) }),
      capabilities: { workspace: { configuration: configuration !== undefined }, ...capabilities },
      initializationOptions,
      ...(clientInfo && { clientInfo }),
    });
    await this.connection.sendNotification('initialized', {});
    return result;
  }

  /** Opens the file and waits for what is wrong with it. */
  async open(text: string, uri = dockerfileUri): Promise<readonly Diagnostic[]> {
    const diagnostics = this.nextDiagnostics(uri);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'dockerfile', version: this.#version, text },
    });
    return (await diagnostics).diagnostics;
  }

  async change(text: string, range?: unknown, uri = dockerfileUri): Promise<void> {
    const textDocument = { uri, version: ++this.#version };
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument,
      contentChanges: [range === undefined ? { text } : { range, text }],
    });
  }

  get version(): number {
    return this.#version;
  }

  /** Calls `listener` with the URI of each file that is told about. */
  onShown(listener: (uri: string) => void): void {
    this.#waiting.add(({ uri }) => listener(uri));
  }

  nextDiagnostics(uri = dockerfileUri): Promise<PublishDiagnosticsParams> {
    return new Promise((resolve) => {
      const tell = (params: PublishDiagnosticsParams): void => {
        if (params.uri !== uri) return;
        this.#waiting.delete(tell);
        resolve(params);
      };
      this.#waiting.add(tell);
    });
  }

  nextRefresh(): Promise<void> {
    return new Promise((resolve) => {
      const tell = (): void => {
        this.#waitingForRefresh.delete(tell);
        resolve();
      };
      this.#waitingForRefresh.add(tell);
    });
  }

  /** Asks what is wrong, as an editor that does not wait to be told. */
  pull(previousResultId?: string, uri = dockerfileUri): Promise<DocumentDiagnosticReport> {
    return this.ask('diagnostic', { identifier: 'gantry', previousResultId }, uri);
  }

  /** A request about a place of the file. */
  ask<T>(method: string, params: Readonly<Record<string, unknown>> = {}, uri = dockerfileUri): Promise<T> {
    return this.connection.sendRequest<T>(`textDocument/${method}`, { textDocument: { uri }, ...params });
  }
}

/** A server and an editor, connected and initialized. Call `close` in the end. */
export async function startEditor(
  options: EditorOptions & { readonly world?: Partial<World> } = {},
): Promise<{ readonly editor: Editor; readonly close: () => Promise<void> }> {
  const { server, client, close } = wire();
  startServer(server, { env: {}, platform: 'linux', now: () => 0, ...options.world });
  const editor = new Editor(client, options);
  await editor.initialize(options);
  return {
    editor,
    async close() {
      await client.sendRequest('shutdown');
      close();
    },
  };
}
