import type { Connection } from 'vscode-languageserver';
import type { BuildRecord, Images } from '../language/host.ts';
import { answer } from './answer.ts';
import type { Documents } from './documents.ts';

/** For an engine that was not asked yet; what it has not said by then it says another time. */
const patienceMs = 3000;

/** Which image a Dockerfile was last built as, whoever built it. */
export function registerLastBuilt(
  connection: Connection,
  documents: Pick<Documents, 'get'>,
  images: Pick<Images, 'builds' | 'onDidChange'>,
): void {
  answer(connection, 'gantry/layers/built', async ({ uri }, signal) => {
    const late = AbortSignal.timeout(patienceMs);
    const either = AbortSignal.any([signal, late]);
    for (;;) {
      const document = documents.get(uri);
      if (document === undefined) return null;
      const builds = images.builds({ uri, text: document.text });
      if (builds.state !== 'pending' || late.aborted) return lastImage(builds.state === 'known' ? builds.value : []);
      await change(images, either);
      signal.throwIfAborted();
    }
  });
}

/** `builds` are the newest first. The whole file comes before a stage of it, and what was built here before what has the same text. */
function lastImage(builds: readonly BuildRecord[]): { readonly id: string } | null {
  const made = builds.flatMap(({ image, target, elsewhere }) => (image ? [{ image, target, elsewhere }] : []));
  const here = made.filter(({ elsewhere }) => elsewhere === undefined);
  const found = here.find(({ target }) => target === undefined) ?? here[0] ?? made[0];
  return found === undefined ? null : { id: found.image.id };
}

function change(images: Pick<Images, 'onDidChange'>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = images.onDidChange(() => end());
    const end = () => {
      stop();
      signal.removeEventListener('abort', end);
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
  });
}
