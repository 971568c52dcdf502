import { type Connection, MessageType, ShowMessageNotification } from 'vscode-languageserver';
import type { Log } from '../language/host.ts';

type Data = Readonly<Record<string, unknown>>;

/** Writes `area: event {data}` to the client's log. Callers put the area first; data never holds secrets or whole files. */
export function clientLog(connection: Connection): Log {
  const line = (event: string, data?: Data) => (data === undefined ? event : `${event} ${JSON.stringify(data)}`);
  return {
    info: (event, data) => connection.console.info(line(event, data)),
    warn: (event, data) => connection.console.warn(line(event, data)),
    error: (event, data) => connection.console.error(line(event, data)),
  };
}

/** Tells the user at once, in the way that every editor has. Nothing that others wrote may stand in it: some make links of it. */
export function warnUser(connection: Connection, message: string): void {
  connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Warning, message }).catch(() => {}); // then it is gone
}

export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
