/** Builds by the engine's REST API, where BuildKit's own is not to be had: Podman, old engines, proxies. */
import { readFile } from 'node:fs/promises';
import type { BuildProgress, BuildResult, BuildSpec } from '../../../common/protocol.ts';
import { dockerHub, dockerHubAddress, parseReference } from '../../../common/reference.ts';
import type { Credentials } from '../../util/credential.ts';
import { fields, text } from '../../util/json.ts';
import { lines } from '../../util/lines.ts';
import { ProblemError } from '../../util/problemError.ts';
import { badAnswer, connectionError } from '../engineProblem.ts';
import { authHeader, authOf } from '../registryAuth.ts';
import type { BuildEngine, BuildWorld } from './build.ts';
import { ClassicSteps } from './classicSteps.ts';
import { contextTar } from './contextTar.ts';
import { type BuildFailure, describe, lineIn, linesAsRange } from './failure.ts';
import { imageBytes } from './imageBytes.ts';
import { type StatusResponse, trackBuild } from './progress.ts';
import { loadCodec } from './proto.ts';

/** Source: docs.docker.com/reference/api/engine, ImageBuild; version 2 is BuildKit, 1 the classic builder. */
export async function buildOverRest(
  engine: BuildEngine,
  spec: BuildSpec,
  world: BuildWorld,
  onProgress: (progress: BuildProgress) => void,
  signal: AbortSignal,
): Promise<BuildResult> {
  const startedAt = performance.now();
  const dockerfile = await readFile(spec.dockerfile, 'utf8');
  const { buildkit } = await engine.status(signal);
  const headers = await registryConfig(dockerfile, world.credentials, signal);
  const context = await contextTar(spec.context, spec.dockerfile, { classic: !buildkit }, signal);
  // A context that cannot be read ends the request; nothing else would.
  const broken = new AbortController();
  context.body.once('error', (error) => broken.abort(error));
  try {
    const answer = await engine.stream(
      {
        method: 'POST',
        path: '/build',
        query: query(spec, context.dockerfile, buildkit),
        headers: { 'Content-Type': 'application/x-tar', ...headers },
        body: context.body,
        subject: 'build',
      },
      AbortSignal.any([signal, broken.signal]),
    );
    const outcome = await readOutcome(answer, dockerfile, onProgress);
    if (outcome.kind === 'failed') return outcome;
    const bytes = await imageBytes(engine, outcome.imageId, signal);
    const seconds = (performance.now() - startedAt) / 1000;
    return { ...outcome, tags: spec.tags, seconds, ...(bytes === undefined ? {} : { bytes }) };
  } catch (error) {
    signal.throwIfAborted();
    if (broken.signal.aborted) throw broken.signal.reason;
    // A Dockerfile that cannot be parsed is refused before there is a stream.
    const range = error instanceof ProblemError ? rangeIn(error.problem.message, dockerfile) : undefined;
    if (error instanceof ProblemError && range) return describe({ message: error.problem.message, range });
    if (error instanceof SyntaxError) throw badAnswer('build', 'the progress is not JSON', error);
    throw connectionError(error, 'build');
  } finally {
    context.body.destroy();
  }
}

function query(spec: BuildSpec, dockerfile: string, buildkit: boolean) {
  return {
    version: buildkit ? '2' : '1',
    dockerfile,
    t: spec.tags,
    target: spec.target,
    platform: spec.platform,
    nocache: spec.noCache,
    buildargs: spec.buildArgs && JSON.stringify(spec.buildArgs),
    labels: spec.labels && JSON.stringify(spec.labels),
    rm: true,
    forcerm: true,
  };
}

type Outcome = BuildFailure | { readonly kind: 'built'; readonly imageId: string };

async function readOutcome(
  answer: AsyncIterable<Buffer>,
  dockerfile: string,
  onProgress: (progress: BuildProgress) => void,
): Promise<Outcome> {
  const codec = await loadCodec();
  const tracker = trackBuild(onProgress);
  const classic = new ClassicSteps(onProgress);
  let imageId: string | undefined;
  for await (const line of lines(answer)) {
    const message = fields(JSON.parse(line));
    if (message['id'] === 'moby.buildkit.trace') {
      tracker.add(codec.decode<StatusResponse>('StatusResponse', Buffer.from(text(message['aux']), 'base64')));
      continue;
    }
    if (message['stream'] !== undefined) classic.add(text(message['stream']));
    imageId = text(fields(message['aux'])['ID']) || imageId;
    const failure = text(fields(message['errorDetail'])['message']) || text(message['error']);
    if (failure === '') continue;
    const step = tracker.failed === undefined ? undefined : tracker.step(tracker.failed);
    classic.end('failed');
    const exitCode = fields(message['errorDetail'])['code'];
    return describe({
      message: failure,
      range: rangeIn(failure, dockerfile),
      exitCode: typeof exitCode === 'number' && exitCode > 0 ? exitCode : undefined,
      step: step?.name ?? classic.name,
      log: step?.log ?? classic.log,
    });
  }
  classic.end('done');
  imageId ??= classic.imageId;
  if (imageId !== undefined) return { kind: 'built', imageId };
  throw new ProblemError({
    kind: 'badAnswer',
    subject: 'build',
    message: 'The engine ended the build without a result.',
  });
}

/** REST tells a place only of what cannot be parsed, in the words of its error. */
function rangeIn(message: string, dockerfile: string): BuildFailure['range'] {
  const line = lineIn(message);
  return line === undefined ? undefined : linesAsRange(line, line, dockerfile);
}

/**
 * The classic builder wants the credentials beforehand: of those registries only that the Dockerfile names. BuildKit ignores them here.
 * What a variable names is not known.
 */
async function registryConfig(dockerfile: string, credentials: Pick<Credentials, 'find'>, signal: AbortSignal) {
  const stages = new Set(
    [...dockerfile.matchAll(/^\s*FROM\s.*\sAS\s+(\S+)/gim)].map((match) => match[1]!.toLowerCase()),
  );
  const named = /^\s*(?:FROM\s+(?:--\S+\s+)*|(?:COPY|RUN)\s.*?\bfrom=)([^\s$,]+)(?=[\s,]|$)/gim;
  const images = [...dockerfile.matchAll(named)]
    .map((match) => match[1]!)
    .filter((name) => !stages.has(name.toLowerCase()));
  const config: Record<string, object> = {};
  for (const host of new Set(images.flatMap((image) => parseReference(image)?.registry ?? []))) {
    const found = await credentials.find(host, undefined, signal);
    if (found) config[host === dockerHub ? dockerHubAddress : host] = authOf(found);
  }
  if (Object.keys(config).length === 0) return {};
  return { 'X-Registry-Config': authHeader(config) };
}
