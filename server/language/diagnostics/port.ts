/** One port of EXPOSE, `[ip:][host:]container[/protocol]`, as it is written. */
export interface Port {
  readonly ip: string;
  readonly host: string;
  /** With its protocol. */
  readonly container: string;
  readonly protocol: string;
  /** Why BuildKit refuses it, in our words. */
  readonly problem?: string;
}

/** Source: parsePort and what it calls in BuildKit's convert_expose.go. */
export function readPort(text: string): Port {
  const parts = text.split(':');
  const container = parts.pop()!;
  const host = parts.pop() ?? '';
  const ip = parts.join(':');
  const slash = container.indexOf('/');
  const number = slash === -1 ? container : container.slice(0, slash);
  const protocol = slash === -1 ? '' : container.slice(slash + 1);
  const problem = problemOf(ip, host, number, protocol);
  return { ip, host, container, protocol, ...(problem && { problem }) };
}

function problemOf(ip: string, host: string, container: string, protocol: string): string | undefined {
  if (container === '') return 'There is no port before the protocol.';
  if (!/^(?:tcp|udp|sctp)?$/i.test(protocol)) return `"${protocol}" is no protocol. There are tcp, udp and sctp.`;
  if (ip !== '' && !isAddress(ip)) return `"${ip}" is no IP address.`;
  const inside = rangeOf(container);
  if (inside === undefined) return notPort(container);
  if (host === '') return undefined;
  const outside = rangeOf(host);
  if (outside === undefined) return notPort(host);
  const fits = inside.length === outside.length || inside.length === 1;
  return fits ? undefined : `The ranges ${host} and ${container} are not of one length.`;
}

function notPort(text: string): string {
  const hint = /^\d+(?:-\d+)?[,;]$/.test(text) ? ' Separate ports by blanks only.' : '';
  return `"${text}" is no port: a number up to 65535, or a range such as 8000-8010.${hint}`;
}

function rangeOf(text: string): { readonly length: number } | undefined {
  const dash = text.indexOf('-', 1);
  const first = portNumber(dash === -1 ? text : text.slice(0, dash));
  const last = dash === -1 ? first : portNumber(text.slice(dash + 1));
  if (first === undefined || last === undefined || last < first) return undefined;
  return { length: last - first + 1 };
}

function portNumber(text: string): number | undefined {
  return /^\d+$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

/** Without a zone, and without leading zeros in version 4. Source: net.ParseIP in Go. */
function isAddress(text: string): boolean {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (!bare.includes(':')) return isVersion4(bare);
  const halves = bare.split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  const mapped = last?.includes('.') === true;
  if (mapped) groups.pop();
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group)) || (mapped && !isVersion4(last!))) return false;
  const count = groups.length + (mapped ? 2 : 0);
  return halves.length === 1 ? count === 8 : halves.length === 2 && count < 8;
}

function isVersion4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}
