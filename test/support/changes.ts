import type { Engine, EngineChange } from '../../server/engine/engine.ts';

/** Resolves when the engine tells of a change of `what`; listens from the moment of the call. */
export function onceChanged(engine: Engine, what: EngineChange): Promise<void> {
  return new Promise((resolve) => {
    const stop = engine.onDidChange((changed) => {
      if (!changed.includes(what)) return;
      stop();
      resolve();
    });
  });
}

export const silentLog = { info: () => {}, warn: () => {}, error: () => {} };
