/** Which proxy the environment names, and for whom. */
import { ProblemError } from '../util/problemError.ts';
import { isLoopback } from './address.ts';

export interface Proxies {
  readonly http: NamedProxy | undefined;
  readonly https: NamedProxy | undefined;
  /** As it is written: hosts that no proxy is asked for. */
  readonly exceptions: string;
}

/** A proxy, or why what is written is none; with the variable that names it. */
export type NamedProxy =
  | { readonly variable: string /** May hold a password. */; readonly address: URL }
  | { readonly variable: string; readonly problem: ProblemError };

/** Lower case counts first, also where it is empty, which means none. Source: curl, and docker after it. */
export function proxiesIn(env: NodeJS.ProcessEnv): Proxies {
  return {
    http: proxyIn(env, 'http_proxy', 'HTTP_PROXY'),
    https: proxyIn(env, 'https_proxy', 'HTTPS_PROXY'),
    exceptions: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
  };
}

/** `http://` is added where only `host:port` is written, as docker has it. */
function proxyIn(env: NodeJS.ProcessEnv, ...names: readonly string[]): NamedProxy | undefined {
  const variable = names.find((each) => env[each] !== undefined) ?? '';
  const written = env[variable]?.trim() ?? '';
  if (written === '') return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `http://${written}`;
  if (/^(?:https?|socks5):/i.test(text) && URL.canParse(text)) return { variable, address: new URL(text) };
  const problem = new ProblemError({
    kind: 'unsupported',
    subject: variable,
    message: `The proxy that the environment variable ${variable} names cannot be used: it is no http://, https:// or socks5:// address.`,
    next: `Correct ${variable} (or unset it) and start VS Code again.`,
  });
  return { variable, problem };
}

/** Why a target is met without the proxies that there are. */
export type Excepted = 'thisMachine' | 'exceptions';

/**
 * The proxy that `transport.ts` goes through for a target, undefined where there is none: never for this machine, as docker
 * has it, and for https that of http where there is no other, as undici's EnvHttpProxyAgent has it.
 */
export function proxyFor({ http, https, exceptions }: Proxies, target: URL): NamedProxy | Excepted | undefined {
  const broken = [http, https].find((each) => each !== undefined && 'problem' in each);
  const named = broken ?? (target.protocol === 'https:' ? (https ?? http) : http);
  if (named === undefined) return undefined;
  if (isLoopback(target.hostname)) return 'thisMachine';
  return broken === undefined && isExcepted(target, exceptions) ? 'exceptions' : named;
}

/** As undici reads `no_proxy`: names, with what is below them, with an optional port; `*` alone is all. */
function isExcepted({ hostname, port, protocol }: URL, exceptions: string): boolean {
  if (exceptions === '*') return true;
  const actualPort = port || (protocol === 'https:' ? '443' : '80');
  return exceptions.split(/[,\s]/).some((entry) => {
    const [, name = entry, wanted] = /^(.+):(\d+)$/.exec(entry) ?? [];
    if (entry === '' || (wanted !== undefined && wanted !== actualPort)) return false;
    const bare = name.replace(/^\*?\./, '').toLowerCase();
    return hostname === bare || hostname.endsWith(`.${bare}`);
  });
}
