import { pathToFileURL } from 'node:url';
import type { PatternMatcher } from '../../common/ignore.ts';
import { hadolintCandidates, ignoreCandidates } from './candidates.ts';
import { readHadolint } from './contents.ts';
import type { HadolintFile } from './hadolintFile.ts';
import { readIgnore } from './ignoreRules.ts';
import { maxBytes, readSmallFile, type SmallFile } from './smallFile.ts';

export interface BesideOnce {
  readonly hadolint?: HadolintFile & { readonly path: string };
  readonly ignore?: PatternMatcher;
  readonly ignoreFile?: { readonly uri: string; readonly text: string };
}

/** The files beside a Dockerfile as they are now, for who asks once. Throws as node:fs does for one that cannot be read. */
export async function readBesideOnce(dockerfile: string): Promise<BesideOnce> {
  const hadolint = await first(hadolintCandidates(dockerfile, []));
  const ignoreFile = await first(ignoreCandidates(dockerfile, []));
  const ignore = ignoreFile && readIgnore(ignoreFile);
  return {
    ...(hadolint && { hadolint: { ...(await readHadolint(hadolint)), path: hadolint.path } }),
    ...(ignoreFile &&
      ignore && { ignore, ignoreFile: { uri: pathToFileURL(ignoreFile.path).href, text: ignoreFile.text ?? '' } }),
  };
}

async function first(paths: readonly string[]): Promise<(SmallFile & { readonly path: string }) | undefined> {
  for (const path of paths) {
    const file = await readSmallFile(path, maxBytes);
    if (file) return { ...file, path };
  }
  return undefined;
}
