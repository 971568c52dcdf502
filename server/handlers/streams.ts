import type { Connection } from 'vscode-languageserver';
import { type StreamSpec, streamWindowBytes } from '../../common/protocol.ts';
import { openLogs } from '../engine/streams/logs.ts';
import type { OutputStream, Terminal } from '../engine/streams/outputStream.ts';
import { openShell } from '../engine/streams/shell.ts';
import type { Transport } from '../engine/transport.ts';
import { problemOf } from '../util/problemError.ts';
import { answer, onNotification, tell } from './answer.ts';
import { SendWindow } from './sendWindow.ts';

interface OpenStream {
  readonly terminal: Terminal | undefined;
  readonly window: SendWindow;
  /** Ends it; its end is told as that of any other. */
  readonly close: () => void;
  /** Settles when nothing of it is left. */
  readonly ended: Promise<void>;
}

/** Returns how to end all streams: when the connection closes, before the engine is disposed. */
export function registerStreams(connection: Connection, engine: Transport): () => Promise<void> {
  const streams = new Map<number, OpenStream>();
  let lastNumber = 0;

  answer(connection, 'gantry/stream/open', async (spec, signal) => {
    const life = new AbortController();
    const giveUp = () => life.abort();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const source = await open(engine, spec, life.signal);
      const number = ++lastNumber;
      const window = new SendWindow(streamWindowBytes);
      const ended = pump(number, source, window, life.signal).finally(() => streams.delete(number));
      streams.set(number, { terminal: source.terminal, window, close: () => life.abort(), ended });
      return { stream: number };
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  });
  onNotification(connection, 'gantry/stream/write', ({ stream, data }) => streams.get(stream)?.terminal?.write(data));
  onNotification(connection, 'gantry/stream/resize', ({ stream, columns, rows }) =>
    streams.get(stream)?.terminal?.resize(columns, rows),
  );
  onNotification(connection, 'gantry/stream/acknowledge', ({ stream, bytes }) =>
    streams.get(stream)?.window.acknowledge(bytes),
  );
  onNotification(connection, 'gantry/stream/close', ({ stream }) => streams.get(stream)?.close());

  async function pump(stream: number, { output }: OutputStream, window: SendWindow, signal: AbortSignal) {
    // The answer that tells the client this number goes out first.
    await new Promise(setImmediate);
    try {
      let next = await output.next();
      for (; !next.done; next = await output.next()) {
        for (const data of window.pieces(next.value)) {
          await window.take(data, signal);
          tell(connection, 'gantry/stream/data', { stream, data });
        }
      }
      tell(connection, 'gantry/stream/end', { stream, ...(next.value === undefined ? {} : { exitCode: next.value }) });
    } catch (error) {
      // Whatever breaks because the client closed it is no problem of anybody.
      tell(connection, 'gantry/stream/end', {
        stream,
        ...(signal.aborted ? {} : { problem: problemOf(error, 'stream') }),
      });
    } finally {
      await output.return(undefined);
    }
  }

  return async () => {
    const open = [...streams.values()];
    for (const { close } of open) close();
    await Promise.all(open.map(({ ended }) => ended));
  };
}

function open(engine: Transport, spec: StreamSpec, signal: AbortSignal): Promise<OutputStream> {
  switch (spec.kind) {
    case 'logs':
      return openLogs(engine, spec, signal);
    case 'shell':
      return openShell(engine, spec, signal);
  }
}
