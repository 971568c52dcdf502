import { parsePlatform } from '../../common/platform.ts';
import type { Engine } from '../engine/engine.ts';
import { bestFor, type Wanted } from '../registries/chooseImage.ts';
import { ProblemError } from '../util/problemError.ts';

/** The platform that somebody named as in `docker pull --platform`, else what the engine would pull. Throws ProblemError. */
export function wantedPlatform(text: string | undefined, engine: Pick<Engine, 'knownStatus'>): Wanted | undefined {
  if (text === undefined) return bestFor(engine.knownStatus()?.platform);
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
