import type { RunResult, RunSpec } from '../../common/protocol.ts';
import { fields, text } from '../util/json.ts';
import { ProblemError } from '../util/problemError.ts';
import { path } from './apiPath.ts';
import { inspectContainer, inspectedPorts } from './containers.ts';
import { withDeadline } from './deadline.ts';
import { badAnswer } from './engineProblem.ts';
import type { Transport } from './transport.ts';

const createDeadlineMs = 60_000;
const cleanUpDeadlineMs = 30_000;

/**
 * Creates and starts a container, and says where its ports are. What was created is removed again when it does not start or
 * the caller gives up. Throws ProblemError: `conflict` when a name or a port is taken, `notFound` when there is no image.
 */
export async function runContainer(engine: Transport, spec: RunSpec, signal: AbortSignal): Promise<RunResult> {
  signal.throwIfAborted();
  const id = await create(engine, spec);
  try {
    signal.throwIfAborted();
    await engine.json({ method: 'POST', path: path`/containers/${id}/start`, subject: spec.image }, signal);
    const inspected = await inspectContainer(engine, id, signal).catch(alreadyGone);
    const name = text(fields(inspected)['Name']).replace(/^\//, '');
    return {
      id,
      name: name || id.slice(0, 12),
      ports: inspectedPorts(inspected).filter(({ hostPort }) => hostPort !== undefined),
    };
  } catch (error) {
    await remove(engine, id);
    throw plainer(error, spec.image);
  }
}

/** A container with autoRemove whose command was quick: it did run, and has no ports. */
function alreadyGone(error: unknown): undefined {
  if (error instanceof ProblemError && error.problem.kind === 'notFound') return undefined;
  throw error;
}

/** Not with the caller's signal: an abort while the engine creates would leave a container whose id nobody knows. */
function create(engine: Transport, spec: RunSpec): Promise<string> {
  return withDeadline(createDeadlineMs, spec.image, new AbortController().signal, async (signal) => {
    const request = {
      method: 'POST',
      path: '/containers/create',
      query: { name: spec.name },
      body: createBody(spec),
      subject: spec.image,
      next: {
        notFound: 'Pull or build the image first.',
        conflict: `Choose another name, or remove the container ${spec.name ?? ''}.`,
      },
    } as const;
    const id = fields(await engine.json(request, signal))['Id'];
    if (typeof id !== 'string') throw badAnswer(spec.image, 'it names no container');
    return id;
  });
}

/** Also when the caller has aborted. A container with autoRemove may be gone already; any other failure has a reason to show before. */
async function remove(engine: Transport, id: string): Promise<void> {
  const request = {
    method: 'DELETE',
    path: path`/containers/${id}`,
    query: { force: true, v: true },
    subject: id,
  } as const;
  await withDeadline(cleanUpDeadlineMs, id, new AbortController().signal, (signal) =>
    engine.json(request, signal),
  ).catch(() => {});
}

/** The body of POST /containers/create. */
export function createBody(spec: RunSpec): object {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { containerPort, protocol, hostPort, hostIp = '127.0.0.1' } of spec.ports) {
    const key = `${containerPort}/${protocol}`;
    bindings[key] = [...(bindings[key] ?? []), { HostIp: hostIp, HostPort: String(hostPort) }];
  }
  return {
    Image: spec.image,
    Entrypoint: spec.entrypoint,
    Cmd: spec.command,
    Env: spec.environment,
    Labels: spec.labels,
    ExposedPorts: Object.fromEntries(Object.keys(bindings).map((key) => [key, {}])),
    HostConfig: { PortBindings: bindings, AutoRemove: spec.autoRemove, Init: spec.init },
  };
}

/** The engine's words for a port that is taken, made plain. Any other error stays as it is. */
export function plainer(error: unknown, image: string): unknown {
  if (!(error instanceof ProblemError)) return error;
  const { message } = error.problem;
  const taken = /Bind for (\S+) failed: port is already allocated|listen \w+ (\S+): bind: address already in use/.exec(
    message,
  );
  if (taken !== null) {
    return new ProblemError(
      {
        kind: 'conflict',
        subject: image,
        message: `The host port ${taken[1] ?? taken[2]} is taken.`,
        next: 'Choose another host port, or stop what uses it.',
      },
      error,
    );
  }
  return error;
}
