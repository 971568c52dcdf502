import { posix, win32 } from 'node:path';

/** What we keep there. */
export type StoredName = 'registries' | 'compiled' | 'layers' | 'sizes';

/**
 * Where we keep what we can get again, by the custom of the platform; undefined where the environment does not say.
 * Source: XDG Base Directory Specification 0.8; Apple's File System Programming Guide; Windows' known folders.
 */
export function cacheFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  name: StoredName,
): string | undefined {
  const { LOCALAPPDATA, XDG_CACHE_HOME, HOME } = env;
  if (platform === 'win32') return LOCALAPPDATA ? win32.join(LOCALAPPDATA, 'gantry', 'cache', name) : undefined;
  if (platform === 'darwin') return HOME ? posix.join(HOME, 'Library/Caches/gantry', name) : undefined;
  // A relative path there has to be ignored, says the specification.
  if (XDG_CACHE_HOME?.startsWith('/')) return posix.join(XDG_CACHE_HOME, 'gantry', name);
  return HOME ? posix.join(HOME, '.cache/gantry', name) : undefined;
}
