/** Streams of the server: what comes is given to whoever opened them, and acknowledged. */
import { type Backend, type StreamSink, serverStopped, type Wire } from './backend.ts';

export function streamsOver(wire: Wire): Backend['openStream'] {
  const sinks = new Map<number, StreamSink>();
  /** What came for a stream whose `open` has not been answered yet, as far as this side knows. */
  const early = new Map<number, ((sink: StreamSink) => void)[]>();

  const deliver = (stream: number, send: (sink: StreamSink) => void) => {
    const sink = sinks.get(stream);
    if (sink !== undefined) send(sink);
    else if (opening > 0) early.set(stream, [...(early.get(stream) ?? []), send]);
  };
  let opening = 0;

  wire.onNotification('gantry/stream/data', ({ stream, data }) =>
    deliver(stream, (sink) => {
      sink.data(data);
      wire.notify('gantry/stream/acknowledge', { stream, bytes: Buffer.byteLength(data) });
    }),
  );
  wire.onNotification('gantry/stream/end', ({ stream, ...end }) =>
    deliver(stream, (sink) => {
      sinks.delete(stream);
      sink.end(end);
    }),
  );
  wire.onStopped(() => {
    const lost = [...sinks.values()];
    sinks.clear();
    for (const sink of lost) sink.end({ problem: serverStopped });
  });

  return async (spec, sink, signal) => {
    opening++;
    try {
      const { stream } = await wire.request('gantry/stream/open', spec, signal);
      sinks.set(stream, sink);
      for (const send of early.get(stream) ?? []) send(sink);
      return {
        write: (data) => sinks.has(stream) && wire.notify('gantry/stream/write', { stream, data }),
        resize: (columns, rows) => sinks.has(stream) && wire.notify('gantry/stream/resize', { stream, columns, rows }),
        close: () => sinks.delete(stream) && wire.notify('gantry/stream/close', { stream }),
      };
    } finally {
      opening--;
      if (opening === 0) early.clear();
    }
  };
}
