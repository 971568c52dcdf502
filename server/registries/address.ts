/** Where requests may go: what is this machine, what is a private network, and whom a registry may send us to. */
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Private, link-local (cloud metadata lives there), carrier-grade, unspecified. Source: RFC 1918, 3927, 4193, 4291, 6598. */
const inside = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  inside.addSubnet(net, prefix, 'ipv4');
}
inside.addAddress('::', 'ipv6');
inside.addSubnet('fc00::', 7, 'ipv6');
inside.addSubnet('fe80::', 10, 'ipv6');

/** `hostname` as a URL has it: an IPv6 address in brackets. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  return name === 'localhost' || name.endsWith('.localhost') || isIn(loopback, name);
}

function isPrivate(hostname: string): boolean {
  return isLoopback(hostname) || isIn(inside, hostname);
}

function isIn(list: BlockList, hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Why `registry` may not send us to `target` (a token server, a redirect); undefined when it may. A registry out there must
 * not make us talk to this machine or its network, nor take us from https to http.
 * Source: go-containerregistry, pkg/v1/remote/transport.
 */
export function refusal(target: URL, registry: URL): string | undefined {
  if (target.protocol !== 'https:' && target.protocol !== 'http:') return `it is not a web address`;
  if (target.protocol === 'http:' && registry.protocol === 'https:') return 'it is not encrypted';
  if (target.hostname === registry.hostname || !isPrivate(target.hostname)) return undefined;
  return isLoopback(target.hostname) && isLoopback(registry.hostname) ? undefined : 'it is an address inside a network';
}
