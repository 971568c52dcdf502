/** What tags and images of registries hold, and taking them away. */
import type { Connection } from 'vscode-languageserver';
import { type Platform, parsePlatform } from '../../common/platform.ts';
import type { Engine } from '../engine/engine.ts';
import { searchAnywhere } from '../images/hubSearch.ts';
import { type LocalLayers, withLocal } from '../images/localLayers.ts';
import { statementsOf } from '../registries/attestation.ts';
import { bestFor, type Wanted } from '../registries/chooseImage.ts';
import { compareImages } from '../registries/compare.ts';
import { deleteFrom, previewDeletion } from '../registries/deletion.ts';
import { registryDocument } from '../registries/documents.ts';
import type { Registries } from '../registries/registries.ts';
import { ProblemError } from '../util/problemError.ts';
import { answer, asKnown } from './answer.ts';

/** What is known of the engine's layers is shown; nobody waits long for the rest. */
const engineMs = 500;

export function registerRegistryContents(
  connection: Connection,
  registries: Registries,
  engine: Pick<Engine, 'knownStatus' | 'json'>,
  localLayers: LocalLayers,
): void {
  const platformOf = (text: string | undefined): Wanted | undefined =>
    text === undefined ? bestFor(engine.knownStatus()?.platform) : platformNamed(text);

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
  answer(connection, 'gantry/registries/compare', async ({ first, second, platform }, signal) => {
    const local = localLayers.soon(engineMs, signal);
    const compared = await compareImages(registries, first, second, platformOf(platform), signal);
    const known = await local;
    return { ...compared, first: withLocal(compared.first, known), second: withLocal(compared.second, known) };
  });
  answer(connection, 'gantry/registries/deletePreview', (question, signal) =>
    previewDeletion(registries, question, signal),
  );
  answer(connection, 'gantry/registries/delete', (deletion, signal) => deleteFrom(registries, deletion, signal));
  answer(connection, 'gantry/registries/search', ({ text, cursor }, signal) =>
    asKnown(searchAnywhere(registries, engine, text, cursor, signal), 'Docker Hub'),
  );
}

function platformNamed(text: string): Platform {
  const platform = parsePlatform(text);
  if (platform !== undefined) return platform;
  const message = `${JSON.stringify(text.slice(0, 100))} is no platform.`;
  throw new ProblemError({
    kind: 'unsupported',
    subject: text.slice(0, 100),
    message,
    next: 'Write it like linux/arm64.',
  });
}
