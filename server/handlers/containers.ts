import type { Connection } from 'vscode-languageserver';
import { actOnContainer, inspectContainer, listContainers } from '../engine/containers.ts';
import { runContainer } from '../engine/run.ts';
import type { Transport } from '../engine/transport.ts';
import { answer, asKnown } from './answer.ts';

export function registerContainers(connection: Connection, engine: Transport): void {
  answer(connection, 'gantry/containers/list', (_, signal) => asKnown(listContainers(engine, signal), 'containers'));
  answer(connection, 'gantry/containers/act', async ({ id, action }, signal) => {
    await actOnContainer(engine, id, action, signal);
    return null;
  });
  answer(connection, 'gantry/containers/inspect', ({ id }, signal) => inspectContainer(engine, id, signal));
  answer(connection, 'gantry/containers/run', (spec, signal) => runContainer(engine, spec, signal));
  answer(connection, 'gantry/debug/ready', async ({ id, port, timeoutMs }, signal) => {
    const { debugReady } = await import('../engine/debugReady.ts');
    await debugReady(engine, id, port, timeoutMs, signal);
    return null;
  });
}
