import type { DiagnoseStep } from '../../../common/registry.ts';
import { isLoopback } from '../address.ts';

/** Which proxy `transport.ts` goes through for a target, and how that is said: without the password in its address. */
export function proxyFor(
  target: URL,
  env: NodeJS.ProcessEnv,
): { readonly address?: URL; readonly step: Omit<DiagnoseStep, 'name'> } {
  if (isLoopback(target.hostname)) return { step: { state: 'ok', detail: 'None: the registry is on this machine.' } };
  const names = target.protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY'];
  const name = names.find((each) => env[each]?.trim());
  if (name === undefined) return { step: { state: 'ok', detail: 'None.' } };
  const written = env[name]?.trim() ?? '';
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `http://${written}`;
  if (!URL.canParse(text)) {
    const detail = `The environment variable ${name} names no address.`;
    return { step: { state: 'failed', detail, next: `Correct ${name} (or unset it) and start VS Code again.` } };
  }
  const exceptions = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
  if (isExcepted(target, exceptions)) {
    return { step: { state: 'ok', detail: `None: ${target.hostname} is excepted by ${exceptions}.` } };
  }
  const address = new URL(text);
  const secret = address.password === '' ? '' : ', with a password';
  return { address, step: { state: 'ok', detail: `${address.protocol}//${address.host} (${name}${secret}).` } };
}

/** As undici's EnvHttpProxyAgent reads `no_proxy`: names, with what is below them, with an optional port; `*` is all. */
function isExcepted({ hostname, port, protocol }: URL, exceptions: string): boolean {
  const actualPort = port || (protocol === 'https:' ? '443' : '80');
  return exceptions.split(/[,\s]+/).some((entry) => {
    if (entry === '') return false;
    if (entry === '*') return true;
    const [, name = '', wanted] = /^(.+?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (wanted !== undefined && wanted !== actualPort) return false;
    const bare = name.replace(/^\*?\./, '');
    return hostname === bare || hostname.endsWith(`.${bare}`);
  });
}
