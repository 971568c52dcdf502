/** What tags and images of registries hold, and taking them away. */
import type { Connection } from 'vscode-languageserver';
import type { Engine } from '../engine/engine.ts';
import { searchAnywhere } from '../images/hubSearch.ts';
import { type LocalLayers, withLocal } from '../images/localLayers.ts';
import { statementsOf } from '../registries/attestation.ts';
import { deleteFrom, previewDeletion } from '../registries/deletion.ts';
import { registryDocument } from '../registries/documents.ts';
import type { Registries } from '../registries/registries.ts';
import { answer, asKnown } from './answer.ts';
import { wantedPlatform } from './wantedPlatform.ts';

/** What is known of the engine's layers is shown; nobody waits long for the rest. */
const engineMs = 500;

export function registerRegistryContents(
  connection: Connection,
  registries: Registries,
  engine: Pick<Engine, 'knownStatus' | 'json'>,
  localLayers: LocalLayers,
): void {
  const platformOf = (text: string | undefined) => wantedPlatform(text, engine);

  answer(connection, 'gantry/registries/digest', async ({ host, repository, tag }, signal) => ({
    digest: await registries.ask(host, (client) => client.resolve(repository, tag, signal)),
  }));
  answer(connection, 'gantry/registries/layers', ({ host, repository, digest }, signal) => {
    const layers = registries.ask(host, (client) => client.layers(repository, digest, signal));
    const local = localLayers.soon(engineMs, signal);
    const joined = async () => withLocal(await layers, await local);
    return asKnown(joined(), `${host}/${repository}@${digest}`);
  });
  answer(connection, 'gantry/registries/referrers', ({ host, repository, digest }, signal) =>
    asKnown(
      registries.ask(host, (client) => client.referrers(repository, digest, signal)),
      `${host}/${repository}@${digest}`,
    ),
  );
  answer(connection, 'gantry/registries/attestation', ({ host, repository, digest }, signal) =>
    asKnown(
      registries.ask(host, (client) => statementsOf(client, repository, digest, signal)),
      `${host}/${repository}@${digest}`,
    ),
  );
  answer(connection, 'gantry/registries/document', async ({ platform, ...question }, signal) =>
    registryDocument(registries, { ...question, platform: platformOf(platform) }, signal),
  );
  answer(connection, 'gantry/registries/deletePreview', (question, signal) =>
    previewDeletion(registries, question, signal),
  );
  answer(connection, 'gantry/registries/delete', (deletion, signal) => deleteFrom(registries, deletion, signal));
  answer(connection, 'gantry/registries/search', ({ text, cursor }, signal) =>
    asKnown(searchAnywhere(registries, engine, text, cursor, signal), 'Docker Hub'),
  );
}
