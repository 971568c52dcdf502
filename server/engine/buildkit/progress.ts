import type { BuildProgress } from '../../../common/protocol.ts';
import { milliseconds, type Timestamp } from './proto.ts';

/** What the engine says of a build under way. Source: moby/buildkit control.proto, StatusResponse. */
export interface StatusResponse {
  readonly vertexes: readonly Vertex[];
  readonly statuses: readonly VertexStatus[];
  readonly logs: readonly VertexLog[];
}

export interface Vertex {
  readonly digest: string;
  readonly inputs: readonly string[];
  readonly name: string;
  readonly cached: boolean;
  readonly started: Timestamp | null;
  readonly completed: Timestamp | null;
  readonly error: string;
}

interface VertexStatus {
  readonly ID: string;
  readonly vertex: string;
  readonly name: string;
  readonly current: number;
  readonly total: number;
  readonly completed: Timestamp | null;
}

interface VertexLog {
  readonly vertex: string;
  readonly msg: Uint8Array;
}

export interface BuildTracker {
  add(status: StatusResponse): void;
  /** BuildKit's name of a step, and the last lines it printed. */
  step(digest: string): { readonly name: string; readonly log: string } | undefined;
  /** The digest of the step that failed, where one says so. */
  readonly failed: string | undefined;
}

type Step = Extract<BuildProgress, { kind: 'step' }>;

const logTailCharacters = 16 * 1024;
const logTailLines = 40;

/** Turns status messages into progress: a vertex is sent many times and told on only when something changed. */
export function trackBuild(onProgress: (progress: BuildProgress) => void): BuildTracker {
  const told = new Map<string, Step>();
  const transfers = new Map<string, string>();
  const logs = new Map<string, { readonly decoder: InstanceType<typeof TextDecoder>; tail: string }>();
  let failed: string | undefined;
  return {
    get failed() {
      return failed;
    },
    add({ vertexes, statuses, logs: lines }) {
      for (const vertex of vertexes) {
        const step = stepOf(vertex);
        if (!step) continue;
        if (step.state === 'failed') failed = step.id;
        const before = told.get(step.id);
        if (before?.state === step.state && before.name === step.name && before.seconds === step.seconds) continue;
        told.set(step.id, step);
        onProgress(step);
      }
      for (const { ID, vertex, name, current, total: announced, completed } of statuses) {
        const id = `${vertex} ${ID}`;
        // What is over is whole, whether or not anybody knew before how much it would be.
        const total = completed ? current : announced;
        const amount = `${current}/${total}${completed ? ' whole' : ''}`;
        if (transfers.get(id) === amount) continue;
        transfers.set(id, amount);
        onProgress({ kind: 'transfer', id, name: name || ID, current, ...(completed || total > 0 ? { total } : {}) });
      }
      for (const { vertex, msg } of lines) {
        const log = logs.get(vertex) ?? { decoder: new TextDecoder(), tail: '' };
        logs.set(vertex, log);
        // A character may be cut between two messages.
        const text = log.decoder.decode(msg, { stream: true });
        if (text === '') continue;
        log.tail = (log.tail + text).slice(-logTailCharacters);
        onProgress({ kind: 'log', id: vertex, text });
      }
    },
    step(digest) {
      const name = told.get(digest)?.name;
      if (name === undefined) return undefined;
      return { name, log: lastLines(logs.get(digest)?.tail ?? '') };
    },
  };
}

/** Undefined while it waits for its inputs. */
function stepOf({ digest, name, started, completed, cached, error }: Vertex): Step | undefined {
  const step = { kind: 'step', id: digest, name } as const;
  const seconds = started && completed ? { seconds: (milliseconds(completed) - milliseconds(started)) / 1000 } : {};
  if (error !== '') return { ...step, ...seconds, state: /context canceled$/.test(error) ? 'canceled' : 'failed' };
  if (cached) return { ...step, state: 'cached' };
  if (completed) return { ...step, ...seconds, state: 'done' };
  return started ? { ...step, state: 'running' } : undefined;
}

export function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-logTailLines).join('\n');
}
