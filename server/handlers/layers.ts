import type { Connection } from 'vscode-languageserver';
import type { Engine } from '../engine/engine.ts';
import type { Analyses, OnProgress } from '../images/layers/analyses.ts';
import { answer, tell } from './answer.ts';
import { wantedPlatform } from './wantedPlatform.ts';

const progressEveryMs = 100;

/** What images are made of, layer by layer. */
export function registerLayers(connection: Connection, analyses: Analyses, engine: Pick<Engine, 'knownStatus'>): void {
  /** The engine hands over thousands of pieces; a person needs to hear of few. */
  const progressOf = (progress: string | undefined): OnProgress => {
    let toldAt = Number.NEGATIVE_INFINITY;
    return (current, total) => {
      const now = performance.now();
      if (progress === undefined || (now - toldAt < progressEveryMs && current < total)) return;
      toldAt = now;
      tell(connection, 'gantry/progress', { progress, value: { kind: 'analyze', current, total } });
    };
  };

  answer(connection, 'gantry/layers/analyze', async ({ platform, progress, ...question }, signal) =>
    analyses.analyze({ ...question, platform: wantedPlatform(platform, engine) }, progressOf(progress), signal),
  );
  answer(connection, 'gantry/layers/files', ({ id, layer, folder, filter }, signal) =>
    filter === undefined ? analyses.files(id, layer, folder) : analyses.find(id, layer, folder, filter, signal),
  );
  answer(connection, 'gantry/layers/compare', async ({ platform, progress, ...question }, signal) =>
    analyses.compare({ ...question, platform: wantedPlatform(platform, engine) }, progressOf(progress), signal),
  );
}
