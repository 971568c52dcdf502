import { fileURLToPath } from 'node:url';

/** The absolute path of a file on this machine; undefined for what is none. */
export function filePath(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined; // a host, or what no path on this machine is
  }
}
