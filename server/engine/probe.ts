import type { EngineStatus } from '../../common/protocol.ts';
import { fields } from '../util/json.ts';
import { formatAddress } from './address.ts';
import { withDeadline } from './deadline.ts';
import type { Endpoint } from './endpoint.ts';
import { badAnswer } from './engineProblem.ts';
import type { Transport } from './transport.ts';

const probeDeadlineMs = 10_000;
/** A log-in over ssh may take its time. */
const probeDeadlineSshMs = 30_000;

/** Asks whoever answers what it is. Throws ProblemError when that is not an engine. */
export async function probe(endpoint: Endpoint, transport: Transport, signal: AbortSignal): Promise<EngineStatus> {
  const address = formatAddress(endpoint.address);
  const deadlineMs = endpoint.address.kind === 'ssh' ? probeDeadlineSshMs : probeDeadlineMs;
  return withDeadline(deadlineMs, address, signal, async (signal) => {
    const askedAt = Date.now();
    const ping = await transport.stream({ method: 'GET', path: '/_ping' }, signal);
    const ahead = clockAhead(ping.headers['date'], askedAt, Date.now());
    ping.resume();
    const builder = ping.headers['builder-version'];
    const version = await transport.json({ method: 'GET', path: '/version' }, signal);
    const status = statusOf(
      { origin: endpoint.origin, address },
      version,
      typeof builder === 'string' ? builder : undefined,
    );
    return ahead === undefined ? status : { ...status, clockAheadMs: ahead };
  });
}

/**
 * How far the clock of who answered with the header `Date` may be ahead at most, negative where it is behind for certain; undefined
 * where it may be ours. Times in milliseconds since 1970, by our clock.
 */
export function clockAhead(date: string | undefined, askedAt: number, answeredAt: number): number | undefined {
  const second = Date.parse(date ?? '');
  if (Number.isNaN(second)) return undefined;
  const [least, most] = [second - answeredAt, second + 1000 - askedAt];
  return least <= 0 && most >= 0 ? undefined : Math.ceil(most / 1000) * 1000;
}

/** `version` is the answer to GET /version; `builderVersion` the ping's header: 2 where BuildKit is the builder. */
export function statusOf(
  where: Pick<EngineStatus, 'origin' | 'address'>,
  version: unknown,
  builderVersion: string | undefined,
): EngineStatus {
  const { Version, ApiVersion, Os, Arch, Components } = fields(version);
  if (typeof Version !== 'string' || typeof ApiVersion !== 'string') {
    throw badAnswer(where.address, 'it tells no version of a container engine');
  }
  const podman =
    Array.isArray(Components) && Components.some((component) => fields(component)['Name'] === 'Podman Engine');
  return {
    ...where,
    product: podman ? 'podman' : 'docker',
    version: Version,
    apiVersion: ApiVersion,
    platform: { os: String(Os ?? 'unknown'), architecture: String(Arch ?? 'unknown') },
    buildkit: !podman && Number(builderVersion) >= 2 && isAtLeast(ApiVersion, '1.39'),
  };
}

/** Compares versions of the API as numbers: 1.9 is before 1.45. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [minMajor = 0, minMinor = 0] = minimum.split('.').map(Number);
  return major > minMajor || (major === minMajor && minor >= minMinor);
}
