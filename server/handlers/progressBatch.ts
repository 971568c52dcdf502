import type { BuildProgress } from '../../common/protocol.ts';

/** The pace: one message each so many milliseconds on average, 20 a second. */
const perMessageMs = 50;
/** However much there was to say, what comes next waits no longer. */
const longestMs = 1000;
/** Of one step's output between two messages; a person reads no more, and the build must not wait for the editor. */
const longestText = 256 * 1024;

export interface ProgressBatch {
  add(value: BuildProgress): void;
  /** Sends what is held back; nothing may be added any more. */
  end(): void;
}

/**
 * Gathers progress so that a chatty build does not flood the connection. The first of it goes at once. Output of a step is joined, of a
 * step's states and of a transfer only the last is kept; the order in which they were first heard of stays.
 */
export function progressBatch(
  send: (value: BuildProgress) => void,
  schedule: (work: () => void, ms: number) => () => void = inTime,
): ProgressBatch {
  const held = new Map<string, BuildProgress>();
  let cancel: (() => void) | undefined;

  function flush(): void {
    cancel = undefined;
    if (held.size === 0) return;
    const values = [...held.values()];
    held.clear();
    cancel = schedule(flush, Math.min(longestMs, values.length * perMessageMs));
    for (const value of values) send(value);
  }

  return {
    add(value) {
      const key = `${value.kind} ${value.id}`;
      held.set(key, joined(held.get(key), value));
      if (cancel === undefined) flush();
    },
    end() {
      cancel?.();
      for (const value of held.values()) send(value);
      held.clear();
    },
  };
}

function joined(before: BuildProgress | undefined, value: BuildProgress): BuildProgress {
  if (before?.kind !== 'log' || value.kind !== 'log') return value;
  const text = before.text + value.text;
  return { ...value, text: text.length <= longestText ? text : `…${text.slice(-longestText)}` };
}

function inTime(work: () => void, ms: number): () => void {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
}
