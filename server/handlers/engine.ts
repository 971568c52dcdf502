import type { Connection } from 'vscode-languageserver';
import type { Engine } from '../engine/engine.ts';
import { answer, asKnown, tell } from './answer.ts';

/** Returns how to stop telling of changes. */
export function registerEngine(connection: Connection, engine: Engine): () => void {
  answer(connection, 'gantry/engine/status', (_, signal) => asKnown(engine.status(signal), 'engine'));
  return engine.onDidChange((what) => tell(connection, 'gantry/engine/changed', { what }));
}
