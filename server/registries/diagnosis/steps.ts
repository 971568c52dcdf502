import type { DiagnoseStep } from '../../../common/registry.ts';
import { isAbort, problemOf } from '../../util/problemError.ts';

/** What a step found, before it has a name and a time. */
export type Finding = Omit<DiagnoseStep, 'name' | 'ms'>;

export const ok = (detail: string): Finding => ({ state: 'ok', detail });
export const skipped = (detail: string): Finding => ({ state: 'skipped', detail });

/** What is not tried any more. */
export function* skip(names: readonly string[], why: string): Generator<DiagnoseStep> {
  for (const name of names) yield { name, ...skipped(why) };
}

/** What was thrown, as a failed step. An abort stays one. */
export function failed(error: unknown, subject: string): Finding {
  if (isAbort(error)) throw error;
  const { message, next } = problemOf(error, subject);
  return { state: 'failed', detail: message, ...(next !== undefined && { next }) };
}

/** Does a step, and takes its time. `explain` makes the problem of what it throws. */
export async function timed(
  name: string,
  signal: AbortSignal,
  work: () => Promise<Finding>,
  explain: (error: unknown) => Finding,
): Promise<DiagnoseStep> {
  signal.throwIfAborted();
  const from = performance.now();
  const finding = await work().catch((error: unknown) => {
    signal.throwIfAborted();
    return explain(error);
  });
  signal.throwIfAborted();
  return { name, ...finding, ms: Math.round(performance.now() - from) };
}

/** Names in certificates and answers are whatever somebody wrote: one line, not long. */
export function plain(value: unknown): string {
  const text = String(Array.isArray(value) ? value[0] : (value ?? ''));
  return text
    .slice(0, 200)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 100);
}
