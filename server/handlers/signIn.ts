/** Finding registries, and signing in to them. */
import type { Connection } from 'vscode-languageserver';
import { type AzureRoom, discoverAzure } from '../registries/signIn/azure.ts';
import { probe } from '../registries/signIn/probe.ts';
import { type SignInRoom, signIn, signOut } from '../registries/signIn/signIn.ts';
import { answer } from './answer.ts';

export function registerSignIn(
  connection: Connection,
  room: SignInRoom,
  azure: AzureRoom,
  configured: Promise<void>,
): void {
  answer(connection, 'gantry/registries/probe', async (ask, signal) => {
    await configured;
    return probe(room, ask, signal);
  });
  answer(connection, 'gantry/registries/signIn', async ({ signIn: by, ...at }, signal) => {
    await configured;
    return signIn(room, at, by, signal);
  });
  answer(connection, 'gantry/registries/signOut', async ({ host }, signal) => {
    await signOut(room, host, signal);
    return null;
  });
  answer(connection, 'gantry/registries/discover', ({ cloud = 'public' }, signal) =>
    discoverAzure(azure, cloud, signal),
  );
}
