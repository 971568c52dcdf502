/** Whose word counts for a certificate: Node's and the system's authorities, and those of a file that the user names. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SecureContext } from 'node:tls';
import { ProblemError } from '../util/problemError.ts';

/** More than every bundle of authorities there is. */
const maximumBytes = 4 << 20;

/** The certificates of a PEM file, as text. Throws a ProblemError `certificate` that names the file where it has none. */
export async function readAuthorities(path: string): Promise<readonly string[]> {
  const file = path.replace(/^~(?=[\\/])/, homedir());
  const text = await readFile(join(file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw broken(path, `it cannot be read (${error.code ?? error.message})`, error);
  });
  if (text.length > maximumBytes) throw broken(path, 'it is too long to be one');
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) throw broken(path, 'it holds no certificate in PEM form');
  for (const certificate of certificates) {
    try {
      new X509Certificate(certificate);
    } catch (error) {
      throw broken(path, 'it holds a certificate that is damaged', error);
    }
  }
  return certificates;
}

/**
 * Node's own roots with the system's, where this Node can read them (22.15 and later), and `more`. Undefined where Node's
 * own say it all. To be made once for many connections: it takes longer than a handshake.
 */
export async function trusting(
  env: NodeJS.ProcessEnv,
  more: readonly string[] = [],
): Promise<SecureContext | undefined> {
  const tls = await import('node:tls');
  const readsThem = typeof tls.getCACertificates === 'function';
  if (!readsThem && more.length === 0) return undefined;
  const own = readsThem
    ? [...tls.getCACertificates('default'), ...tls.getCACertificates('system')]
    : [...tls.rootCertificates, ...(await extra(env))];
  return tls.createSecureContext({ ca: [...new Set([...own, ...more])] });
}

/** What Node was started with. It has told of a broken file then, and went on without it. */
async function extra({ NODE_EXTRA_CA_CERTS: path }: NodeJS.ProcessEnv): Promise<readonly string[]> {
  return path ? readAuthorities(path).catch(() => []) : [];
}

function broken(path: string, reason: string, cause?: unknown): ProblemError {
  return new ProblemError(
    {
      kind: 'certificate',
      subject: path,
      message: `The file of authorities ${path} cannot be used: ${reason}.`,
      next: 'Correct "caFile" in gantry.registries.',
    },
    cause,
  );
}
