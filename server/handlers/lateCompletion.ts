/** Completion is answered before a registry is; this tells the client when there is more. */
import type { CompletionList, CompletionParams, Connection } from 'vscode-languageserver';
import type { Completed } from '../language/completion/item.ts';
import type { Host } from '../language/host.ts';
import { tell } from './answer.ts';
import type { Documents } from './documents.ts';
import { stackOf } from './log.ts';

export interface LateCompletion {
  /** The list for the client. */
  watch(params: CompletionParams, signal: AbortSignal): Promise<CompletionList | null>;
  dispose(): void;
}

/** Later nobody waits any more, and a list that opens would only be in the way. */
const waitsMs = 10_000;

interface Waiting {
  readonly params: CompletionParams;
  readonly version: number;
  readonly labels: ReadonlySet<string>;
  readonly since: number;
}

/**
 * Of all that was asked only the last can still be waited for. The client is told once, and only when there is more than it
 * has: it opens a list for it.
 */
export function lateCompletion(
  connection: Connection,
  documents: Documents,
  host: Host,
  complete: (params: CompletionParams, signal: AbortSignal) => Promise<Completed> | undefined,
): LateCompletion {
  const lifetime = new AbortController();
  let waiting: Waiting | undefined;

  const versionOf = (uri: string) => (documents.compose(uri) ?? documents.get(uri))?.version;

  const look = async () => {
    const asked = waiting;
    if (asked === undefined) return;
    const { textDocument, position } = asked.params;
    const { uri } = textDocument;
    const isStill = () =>
      waiting === asked && versionOf(uri) === asked.version && performance.now() - asked.since < waitsMs;
    if (!isStill()) return;
    const now = await complete(asked.params, lifetime.signal);
    if (now === undefined || now.late || !isStill()) return;
    waiting = undefined;
    if (now.list.items.every(({ label }) => asked.labels.has(label))) return;
    tell(connection, 'gantry/completion/late', { uri, version: asked.version, position });
  };

  const stop = host.images.onDidChange(() => {
    look().catch((error: unknown) => {
      if (!lifetime.signal.aborted) host.log.warn('completion: not looked at again', { error: stackOf(error) });
    });
  });

  return {
    async watch(params, signal) {
      waiting = undefined;
      const version = versionOf(params.textDocument.uri);
      const completed = await complete(params, signal);
      if (completed === undefined) return null;
      if (completed.late && version !== undefined) {
        const labels = new Set(completed.list.items.map(({ label }) => label));
        waiting = { params, version, labels, since: performance.now() };
      }
      return completed.list;
    },
    dispose() {
      lifetime.abort();
      stop();
    },
  };
}
