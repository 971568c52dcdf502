/** A server in memory: answers the client's requests from handlers, counts what it was asked, and says what it likes. */

import type { ServerHandler, Wire } from '../../client/backend.ts';
import type {
  ClientNotifications,
  ClientRequests,
  ServerNotifications,
  ServerRequests,
} from '../../common/protocol.ts';

export type Handlers = {
  readonly [M in keyof ClientRequests]?: (
    params: ClientRequests[M]['params'],
    signal: AbortSignal,
  ) => Promise<ClientRequests[M]['result']> | ClientRequests[M]['result'];
};

export interface MemoryWire extends Wire {
  readonly requests: readonly { readonly method: string; readonly params: unknown }[];
  readonly notifications: readonly { readonly method: string; readonly params: unknown }[];
  /** How many listeners the client has. */
  readonly listeners: number;
  tell<M extends keyof ServerNotifications>(method: M, params: ServerNotifications[M]): void;
  /** Asks the client, as the server does. */
  ask<M extends keyof ServerRequests>(
    method: M,
    params: ServerRequests[M]['params'],
  ): Promise<ServerRequests[M]['result']>;
  stop(): void;
  comeBack(): void;
}

export function memoryWire(handlers: Handlers): MemoryWire {
  const requests: { method: string; params: unknown }[] = [];
  const notifications: { method: string; params: unknown }[] = [];
  const listeners = new Set<{ readonly method: string; readonly hear: (params: never) => void }>();
  const answers = new Map<string, unknown>();
  const stopped = new Set<() => void>();
  const returned = new Set<() => void>();
  return {
    requests,
    notifications,
    get listeners() {
      return listeners.size;
    },
    request: async (method, params, signal = new AbortController().signal) => {
      requests.push({ method, params });
      const handler = handlers[method];
      if (handler === undefined) throw new Error(`${method} is not answered here`);
      return await handler(params as never, signal);
    },
    notify: <M extends keyof ClientNotifications>(method: M, params: ClientNotifications[M]) =>
      void notifications.push({ method, params }),
    onNotification: (method, listener) => {
      const entry = { method, hear: listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    onRequest: (method, handler) => void answers.set(method, handler),
    ask: <M extends keyof ServerRequests>(method: M, params: ServerRequests[M]['params']) => {
      const handler = answers.get(method) as ServerHandler<M> | undefined;
      if (handler === undefined) throw new Error(`${method} is not answered by the client`);
      return handler(params, new AbortController().signal);
    },
    onStopped: (listener) => {
      stopped.add(listener);
      return () => stopped.delete(listener);
    },
    onReturned: (listener) => {
      returned.add(listener);
      return () => returned.delete(listener);
    },
    tell: (method, params) => {
      for (const listener of [...listeners]) if (listener.method === method) listener.hear(params as never);
    },
    stop: () => {
      for (const listener of stopped) listener();
    },
    comeBack: () => {
      for (const listener of returned) listener();
    },
  };
}
