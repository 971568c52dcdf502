import { randomUUID } from 'node:crypto';
import { basename, dirname } from 'node:path';
import type { BuildProgress, BuildResult, BuildSpec } from '../../../common/protocol.ts';
import { ProblemError } from '../../util/problemError.ts';
import type { Transport } from '../transport.ts';
import type { BuildWorld } from './build.ts';
import type { BuildkitConnection } from './connection.ts';
import { contextAttr, dockerfileAttr } from './dockerfileAttr.ts';
import { failureOf } from './failure.ts';
import { GrpcError } from './grpcError.ts';
import { imageBytes } from './imageBytes.ts';
import { methods } from './methods.ts';
import { type BuildTracker, type StatusResponse, trackBuild } from './progress.ts';
import { openSession, type Session } from './session.ts';

/** How long the engine may take to send the last progress after the build itself has ended. */
const lastStatusMs = 3000;

/** Builds with `Control/Solve`, the files and credentials going over a session. Source: moby/buildkit client/solve.go, docker/buildx build. */
export async function solve(
  transport: Pick<Transport, 'dial' | 'json'>,
  connection: BuildkitConnection,
  spec: BuildSpec,
  world: BuildWorld,
  onProgress: (progress: BuildProgress) => void,
  signal: AbortSignal,
): Promise<BuildResult> {
  const startedAt = performance.now();
  const folders = new Map([
    ['context', spec.context],
    ['dockerfile', dirname(spec.dockerfile)],
  ]);
  let session: Session | undefined;
  try {
    session = await openSession(transport, connection.codec, { folders, credentials: world.credentials }, signal);
    const tracker = trackBuild(onProgress);
    const response = await run(connection, session, spec, tracker, signal);
    if (response instanceof GrpcError) {
      // What went wrong on our side is known here in full; the engine hands on our words.
      const { failure } = session;
      if (failure instanceof ProblemError && response.message.includes(failure.problem.message)) throw failure;
      return failureOf(response, tracker);
    }
    return await built(transport, spec, response, (performance.now() - startedAt) / 1000, signal);
  } finally {
    session?.close();
  }
}

type ExporterResponse = Readonly<Record<string, string>>;

/** The exporter's response, or how the build failed; by then all progress has been told. */
async function run(
  connection: BuildkitConnection,
  session: Session,
  spec: BuildSpec,
  tracker: BuildTracker,
  signal: AbortSignal,
): Promise<ExporterResponse | GrpcError> {
  const Ref = randomUUID().replaceAll('-', '');
  const following = new AbortController();
  const status = follow(connection, Ref, tracker, following.signal);
  try {
    const solved = await connection.call<{ ExporterResponse: ExporterResponse }>(
      methods.solve,
      { Ref, Session: session.id, Frontend: 'dockerfile.v0', FrontendAttrs: frontendAttrs(spec), ...exporter(spec) },
      signal,
    );
    await within(status, lastStatusMs);
    return solved.ExporterResponse;
  } catch (error) {
    if (!(error instanceof GrpcError)) throw error;
    await within(status, lastStatusMs);
    return error;
  } finally {
    following.abort();
    await status;
  }
}

/** Progress is a courtesy: when its stream breaks, the result of the build itself still says what happened. */
async function follow(connection: BuildkitConnection, Ref: string, tracker: BuildTracker, signal: AbortSignal) {
  try {
    for await (const status of connection.stream<StatusResponse>(methods.status, { Ref }, signal)) tracker.add(status);
  } catch {} // Told by the call it accompanies.
}

async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

/** Source: moby/buildkit frontend/dockerui/config.go, "Opt" keys. */
function frontendAttrs(spec: BuildSpec): Record<string, string> {
  return {
    filename: basename(spec.dockerfile),
    'image-resolve-mode': 'local',
    // Frontends pass over keys they do not know; the engine's history then says whose build this was.
    [dockerfileAttr]: spec.dockerfile,
    [contextAttr]: spec.context,
    ...(spec.target === undefined ? {} : { target: spec.target }),
    ...(spec.platform === undefined ? {} : { platform: spec.platform }),
    ...(spec.noCache ? { 'no-cache': '' } : {}),
    ...prefixed('build-arg:', spec.buildArgs),
    ...prefixed('label:', spec.labels),
  };
}

function prefixed(prefix: string, values: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}

/** The engine's own image store, as docker's exporter `moby`. Both ways of naming it: BuildKit before 0.13 knows only the first. */
function exporter({ tags }: BuildSpec) {
  const attrs = tags.length > 0 ? { name: tags.join(',') } : {};
  return { ExporterDeprecated: 'moby', ExporterAttrsDeprecated: attrs, Exporters: [{ Type: 'moby', Attrs: attrs }] };
}

async function built(
  transport: Pick<Transport, 'json'>,
  spec: BuildSpec,
  response: ExporterResponse,
  seconds: number,
  signal: AbortSignal,
): Promise<BuildResult> {
  // On the containerd image store the image is its manifest, elsewhere its config.
  const imageId = response['containerimage.config.digest'] ?? response['containerimage.digest'] ?? '';
  const bytes = await imageBytes(transport, response['containerimage.digest'] ?? imageId, signal);
  return { kind: 'built', imageId, tags: spec.tags, seconds, ...(bytes === undefined ? {} : { bytes }) };
}
