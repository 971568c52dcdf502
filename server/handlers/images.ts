import type { Connection } from 'vscode-languageserver';
import type { PullProgress } from '../../common/protocol.ts';
import { parseReference } from '../../common/reference.ts';
import { imageConfig, inspectImage, listImages, removeImage, tagImage } from '../engine/images.ts';
import { pullImage } from '../engine/pull.ts';
import { pushImage } from '../engine/push.ts';
import type { Transport } from '../engine/transport.ts';
import { checkPush } from '../registries/pushRights.ts';
import type { Registries } from '../registries/registries.ts';
import type { Credentials } from '../util/credential.ts';
import { answer, asKnown, tell } from './answer.ts';

/** Everything about images but building them. */
export function registerImages(
  connection: Connection,
  engine: Transport,
  credentials: Pick<Credentials, 'find'>,
  registries: Pick<Registries, 'ask' | 'productOf' | 'contentsChanged'>,
): void {
  answer(connection, 'gantry/images/list', (_, signal) => asKnown(listImages(engine, signal), 'images'));
  answer(connection, 'gantry/images/config', ({ reference }, signal) => imageConfig(engine, reference, signal));
  answer(connection, 'gantry/images/inspect', ({ reference }, signal) => inspectImage(engine, reference, signal));
  answer(connection, 'gantry/images/remove', async ({ reference, force }, signal) => {
    await removeImage(engine, reference, force, signal);
    return null;
  });
  answer(connection, 'gantry/images/tag', async ({ reference, target }, signal) => {
    await tagImage(engine, reference, target, signal);
    return null;
  });
  const progressOf = (progress: string | undefined) =>
    sparingly((value: PullProgress) => {
      if (progress !== undefined) tell(connection, 'gantry/progress', { progress, value });
    });
  answer(connection, 'gantry/images/push', async ({ reference, progress }, signal) => {
    const parsed = parseReference(reference); // the engine's part says what is wrong with it
    if (parsed !== undefined) await checkPush(registries, credentials, parsed, signal);
    const onProgress = progressOf(progress);
    const digest = await pushImage(engine, reference, { credentials, onProgress }, signal);
    if (parsed !== undefined) registries.contentsChanged(parsed.registry, parsed.repository, 'filled');
    return digest === undefined ? {} : { digest };
  });
  answer(connection, 'gantry/images/pull', async ({ reference, platform, progress }, signal) => {
    const onProgress = progressOf(progress);
    await pullImage(engine, reference, { platform, credentials, onProgress }, signal);
    return null;
  });
}

const progressEveryMs = 100;

/** The engine tells of each layer many times a second; a person needs fewer. What a new status says always passes. */
function sparingly(send: (value: PullProgress) => void): (value: PullProgress) => void {
  let sentAt = 0;
  let status = '';
  return (value) => {
    const now = performance.now();
    if (value.status === status && now - sentAt < progressEveryMs) return;
    sentAt = now;
    status = value.status;
    send(value);
  };
}
