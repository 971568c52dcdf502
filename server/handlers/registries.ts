/** The registries view's questions. */
import type { Connection } from 'vscode-languageserver';
import { type Known, known } from '../../common/known.ts';
import type { Registries } from '../registries/registries.ts';
import type { Learned } from '../util/cache.ts';
import { answer, asKnown, tell } from './answer.ts';

/**
 * The list waits for `configured`, so that it never lacks what the user's settings name.
 * Returns how to stop telling of changes.
 */
export function registerRegistries(
  connection: Connection,
  registries: Registries,
  configured: Promise<void>,
): () => void {
  answer(connection, 'gantry/registries/list', async (_, signal) => {
    await configured;
    return registries.listed(signal);
  });
  answer(connection, 'gantry/registries/repositories', ({ host, ...query }, signal) =>
    learned(registries.repositories(host, query, signal), host),
  );
  answer(connection, 'gantry/registries/tags', ({ host, repository, ...query }, signal) =>
    learned(registries.tags(host, repository, query, signal), `${host}/${repository}`),
  );
  answer(connection, 'gantry/registries/platforms', ({ host, repository, tag }, signal) =>
    learned(registries.platforms(host, repository, tag, signal), `${host}/${repository}:${tag}`),
  );
  answer(connection, 'gantry/registries/refresh', async ({ host }) => {
    registries.refresh(host);
    return null;
  });
  return registries.onDidChange((host, why, repository) => {
    if (why === 'emptied') return; // many a time in a row, by a client that asks again when it is done
    const where = { ...(host !== undefined && { host }), ...(repository !== undefined && { repository }) };
    tell(connection, 'gantry/registries/changed', where);
  });
}

/** With the moment it was learned, which a cached answer keeps. */
async function learned<T>(work: Promise<Learned<T>>, subject: string): Promise<Known<T>> {
  const answered = await asKnown(work, subject);
  return answered.state === 'known' ? known(answered.value.value, answered.value.at) : answered;
}
