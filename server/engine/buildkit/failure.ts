/** What the engine says went wrong, as a result for people: in plain words, with the lines at fault. */
import type { BuildResult } from '../../../common/protocol.ts';
import type { GrpcError } from './grpcError.ts';
import type { BuildTracker } from './progress.ts';

export type BuildFailure = Extract<BuildResult, { kind: 'failed' }>;
type FailureRange = NonNullable<BuildFailure['range']>;

/** Source of the details: moby/buildkit solver/errdefs, frontend/gateway/errdefs; their values are JSON. */
export function failureOf(error: GrpcError, tracker: BuildTracker): BuildFailure {
  const details = new Map(error.details.map((detail) => [nameOf(detail.type_url), detail.value]));
  const source = parsed<SourceDetail>(details.get('errdefs.Source'));
  const vertex = parsed<{ digest?: string }>(details.get('errdefs.Vertex'))?.digest ?? tracker.failed;
  const exitCode = parsed<{ Code?: number }>(
    details.get('pb.ExitMessage') ?? details.get('gatewayapi.ExitMessage'),
  )?.Code;
  const step = vertex === undefined ? undefined : tracker.step(vertex);
  const range = source ? rangeOf(source) : undefined;
  return describe({ message: error.message, range, exitCode, step: step?.name, log: step?.log });
}

interface SourceDetail {
  readonly info?: { readonly filename?: string; readonly data?: string };
  /** Go writes an empty list as null. */
  readonly ranges?:
    | readonly {
        readonly start?: { readonly line?: number };
        readonly end?: { readonly line?: number };
      }[]
    | null;
}

/** BuildKit names every line of the instruction on its own, so from the first to the last. */
function rangeOf({ info, ranges }: SourceDetail): FailureRange | undefined {
  const lines = (ranges ?? [])
    .flatMap(({ start, end }) => [start?.line ?? 0, end?.line ?? 0])
    .filter((line) => line > 0);
  if (lines.length === 0) return undefined;
  const text = Buffer.from(info?.data ?? '', 'base64').toString('utf8');
  return linesAsRange(Math.min(...lines), Math.max(...lines), text);
}

/** Lines counted from 1, both inclusive, to the end of the last. */
export function linesAsRange(first: number, last: number, text: string): FailureRange {
  const lastLine = text.split('\n')[last - 1]?.replace(/\r$/, '') ?? '';
  return { start: { line: first - 1, character: 0 }, end: { line: last - 1, character: lastLine.length } };
}

export interface RawFailure {
  readonly message: string;
  readonly range?: FailureRange | undefined;
  readonly exitCode?: number | undefined;
  readonly step?: string | undefined;
  readonly log?: string | undefined;
}

/** The line (from 1) that a parse error names in its text, for where nothing else tells a place. */
export function lineIn(message: string): number | undefined {
  const line = /parse error (?:on )?line (\d+)/i.exec(message)?.[1];
  return line === undefined ? undefined : Number(line);
}

export function describe({ message, range, exitCode, step, log }: RawFailure): BuildFailure {
  const code = exitCode ?? exitCodeIn(message);
  return {
    kind: 'failed',
    message: plainWords(message, code, step),
    ...(range ? { range } : {}),
    ...(code === undefined ? {} : { exitCode: code }),
    ...(step === undefined ? {} : { step }),
    ...(log ? { log } : {}),
  };
}

function exitCodeIn(message: string): number | undefined {
  const code = /(?:did not complete successfully: exit code|returned a non-zero code): (\d+)/.exec(message)?.[1];
  return code === undefined ? undefined : Number(code);
}

/** The engine nests the words of all its layers; people need the innermost ones, named by what they wrote. */
function plainWords(message: string, exitCode: number | undefined, step: string | undefined): string {
  if (exitCode !== undefined) return withHint(exitCode);
  // The second form is how a path absent from an image or a stage is told, by the engine's own temporary mount.
  const absent =
    /failed to calculate checksum of ref [^ ]+: "?([^"]+?)"?: not found/.exec(message)?.[1] ??
    /lstat \S*\/buildkit-mount\d+(\/.*): no such file or directory/.exec(message)?.[1];
  if (absent !== undefined) {
    if (step !== undefined && /--from=/.test(step)) return `"${absent}" does not exist where the step copies from.`;
    return `"${absent}" does not exist in the build context, or .dockerignore leaves it out.`;
  }
  const image = /^(\S+): failed to resolve source metadata for \S+: (.*)$/s.exec(stripped(message));
  if (image) return `${image[1]} cannot be fetched: ${image[2]}`;
  return stripped(message);
}

function stripped(message: string): string {
  return message
    .replace(/^(?:(?:failed to solve(?: with frontend [\w.]+)?|rpc error: code = \w+ desc =):? )+/, '')
    .replace(/^(?:dockerfile parse error|Dockerfile parse error) (?:on )?line \d+: /i, '')
    .trim();
}

/** Source: POSIX shell, "Exit Status for Commands"; 128 + n is the signal n. */
function withHint(exitCode: number): string {
  const hints: Readonly<Record<number, string>> = {
    126: ': it was found, but it cannot be executed',
    127: ': it was not found in the image',
    137: ': it was killed, perhaps for want of memory',
  };
  return `The command failed with exit code ${exitCode}${hints[exitCode] ?? ''}.`;
}

/** `type.googleapis.com/errdefs.Source+json` and `github.com/moby/buildkit/errdefs.Source+json` are the same. */
function nameOf(typeUrl: string): string {
  return (typeUrl.split('/').at(-1) ?? '').replace(/\+json$/, '');
}

function parsed<T>(value: Uint8Array | undefined): T | undefined {
  if (value === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(value).toString('utf8')) as T;
  } catch {
    return undefined; // A detail we do not know the form of; the message stays.
  }
}
