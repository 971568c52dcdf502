/**
 * The language client as a {@link Wire}: started on the first message, restarted by its own policy when the server dies.
 * Its library is loaded with the first start, so that activation does not pay for it.
 */
import { dirname } from 'node:path';
import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Problem } from '../common/known.ts';
import { isAbort, RequestError, type ServerProcess, type ServerState, serverStopped } from './backend.ts';
import { commands, serverCommands } from './contributions.ts';
import { signalOf } from './ui/signal.ts';

/** `storage` is the folder for what the server keeps; `trusted` says whether the user trusts the workspace. */
export function serverProcess(
  module: string,
  version: string,
  storage: string | undefined,
  log: vscode.LogOutputChannel,
  trusted: () => boolean = () => false,
): ServerProcess {
  const notifications = new Map<string, Set<(params: unknown) => void>>();
  const answers = new Map<string, (params: never, signal: AbortSignal) => Promise<unknown>>();
  const stopped = new Set<() => void>();
  const returned = new Set<() => void>();
  const changed = new Set<(state: ServerState) => void>();
  let state: ServerState = 'stopped';
  let running: Promise<LanguageClient> | undefined;
  /** Set while we end it ourselves: what follows is no crash. */
  let ending = false;
  let ranBefore = false;

  const change = (next: ServerState) => {
    if (next === state) return;
    const was = state;
    state = next;
    if (was === 'running') for (const listener of stopped) listener();
    if (next === 'running') {
      if (ranBefore) for (const listener of returned) listener();
      ranBefore = true;
    }
    for (const listener of changed) listener(next);
  };

  const hear = (client: LanguageClient, method: string) =>
    client.onNotification(method, (params: unknown) => {
      for (const listener of notifications.get(method) ?? []) listener(params);
    });

  const answer = (client: LanguageClient, method: string, handler: (params: never, signal: AbortSignal) => unknown) =>
    client.onRequest(method, async (params: unknown, token: vscode.CancellationToken) => {
      const following = signalOf(token);
      try {
        return await handler(params as never, following.signal);
      } finally {
        following.dispose();
      }
    });

  const create = async (): Promise<LanguageClient> => {
    change('starting');
    const { LanguageClient, RevealOutputChannelOn, State, TransportKind } = await import('vscode-languageclient/node');
    // The library's own choice is the opened folder. Windows looks for a program there first, and the server starts `ssh`.
    const cwd = dirname(module);
    const client = new LanguageClient(
      'gantry',
      'Gantry',
      {
        run: { module, transport: TransportKind.ipc, options: { cwd } },
        debug: { module, transport: TransportKind.ipc, options: { cwd, execArgv: ['--nolazy', '--inspect=6009'] } },
      },
      {
        documentSelector: [{ language: 'dockerfile' }],
        initializationOptions: () => ({
          version,
          storage,
          ignoreCommand: serverCommands.ignoreInWorkspace,
          analyzeCommand: commands.analyzeLayers,
          answers: ['secrets', 'sessions'],
          trusted: trusted(),
        }),
        outputChannel: log,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        initializationFailedHandler: () => false,
        middleware: {
          provideCompletionItem: async (document, position, context, token, next) =>
            suggestingValues(await next(document, position, context, token)),
        },
        // The library asks on opening only, unless told so. What changes beside the text the server says by itself.
        diagnosticPullOptions: { onChange: true },
        connectionOptions: { maxRestartCount: 4 },
      },
    );
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) change('running');
      else if (newState === State.Starting) change('starting');
      else change(ending ? 'stopped' : 'crashed');
    });
    for (const method of notifications.keys()) hear(client, method);
    for (const [method, handler] of answers) answer(client, method, handler);
    try {
      await client.start();
    } catch (error) {
      change('crashed');
      throw new RequestError({
        ...serverStopped,
        message: l10n.t('The server behind Gantry did not start: {0}', String(error)),
      });
    }
    return client;
  };

  const client = () => {
    running ??= create().catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    return running;
  };

  const stop = async () => {
    const current = running;
    running = undefined;
    if (current === undefined) return;
    ending = true;
    try {
      await (await current).dispose(2000);
    } catch (error) {
      log.warn(`server: it did not stop in order: ${String(error)}`);
    } finally {
      ending = false;
      change('stopped');
    }
  };

  return {
    get state() {
      return state;
    },
    start: async () => void (await client()),
    stop,
    restart: async () => {
      await stop();
      await client();
    },
    onDidChangeState: (listener) => {
      changed.add(listener);
      return () => changed.delete(listener);
    },
    onStopped: (listener) => {
      stopped.add(listener);
      return () => stopped.delete(listener);
    },
    onReturned: (listener) => {
      returned.add(listener);
      return () => returned.delete(listener);
    },
    request: async (method, params, signal) => {
      signal?.throwIfAborted();
      return send(await client(), method, params, signal);
    },
    notify: (method, params) => {
      running
        ?.then((client) => client.sendNotification(method, params))
        .catch((error: unknown) => log.warn(`server: ${method} was not sent: ${String(error)}`));
    },
    onRequest: (method, handler) => {
      answers.set(method, handler);
      running?.then((client) => answer(client, method, handler)).catch(() => undefined); // the start's own caller reports it
    },
    onNotification: (method, listener) => {
      let listeners = notifications.get(method);
      if (listeners === undefined) {
        listeners = new Set();
        notifications.set(method, listeners);
        running?.then((client) => hear(client, method)).catch(() => undefined); // the start's own caller reports it
      }
      const heard = listener as (params: unknown) => void;
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
  };
}

async function send<T>(client: LanguageClient, method: string, params: unknown, signal?: AbortSignal): Promise<T> {
  const { CancellationTokenSource, State } = await import('vscode-languageclient/node');
  if (client.state === State.Stopped) throw new RequestError(serverStopped);
  const source = new CancellationTokenSource();
  const cancel = () => source.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await client.sendRequest<T>(method, params, source.token);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (isAbort(error)) throw error;
    throw new RequestError(problemIn(error) ?? { ...serverStopped, message: messageOf(error) });
  } finally {
    signal?.removeEventListener('abort', cancel);
    source.dispose();
  }
}

/** The problem that the server put into its ResponseError. */
function problemIn(error: unknown): Problem | undefined {
  const data = error instanceof Error && 'data' in error ? error.data : undefined;
  return typeof data === 'object' && data !== null && 'message' in data && 'kind' in data
    ? (data as Problem)
    : undefined;
}

/** Lets a flag or key that was chosen be followed by the list of its values, as if its `=` had been typed; and so a folder. */
function suggestingValues(result: CompletionResult): CompletionResult {
  const command = { command: 'editor.action.triggerSuggest', title: l10n.t('Show Values') };
  for (const item of Array.isArray(result) ? result : (result?.items ?? [])) {
    const label = typeof item.label === 'string' ? item.label : item.label.label;
    if (/[=/]$/.test(label)) item.command = command;
  }
  return result;
}

type CompletionResult = vscode.CompletionItem[] | vscode.CompletionList | null | undefined;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
