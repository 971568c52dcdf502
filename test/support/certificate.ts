import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A certificate for 127.0.0.1 in the name of an authority, good for `days`. Undefined where there is no openssl. */
export function signedByAuthority(
  days: number,
): { readonly key: string; readonly cert: string; readonly authority: string } | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'gantry-tls-'));
  const file = (name: string) => path.join(folder, name);
  const openssl = (...words: readonly string[]) => execFileSync('openssl', words, { stdio: 'ignore', cwd: folder });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca', '-subj', '/CN=Test Authority', '-days', '99');
    openssl('req', ...newKey, '-keyout', 'key', '-out', 'request', '-subj', '/CN=registry');
    writeFileSync(file('names'), 'subjectAltName=IP:127.0.0.1,DNS:registry.example');
    const signing = ['-CA', 'ca', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', String(days)];
    openssl('x509', '-req', '-in', 'request', '-out', 'cert', ...signing);
    const [key = '', cert = '', authority = ''] = ['key', 'cert', 'ca'].map((name) => readFileSync(file(name), 'utf8'));
    return { key, cert, authority };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * A certificate for 127.0.0.1 that is its own authority, and its key, in PEM: as a CA file, `cert` makes it trusted.
 * Undefined where there is no openssl to make one.
 */
export function selfSigned(): { readonly key: string; readonly cert: string } | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'gantry-tls-'));
  const [key, cert] = [path.join(folder, 'key'), path.join(folder, 'cert')];
  const subject = ['-subj', '/CN=127.0.0.1', '-days', '1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  try {
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    execFileSync('openssl', [...request, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
