/** What a panel asks of the server. Without VS Code. */
import * as l10n from '@vscode/l10n';
import { type ByteUnits, formatBytesIn } from '../../common/bytes.ts';
import type { AnalyzeProgress } from '../../common/protocol.ts';
import { type Backend, isAbort, problemOf } from '../backend.ts';
import type { Content, FromPage, Subject, ToPage } from './messages.ts';

/** What is named when something goes wrong. */
export const nameOf = (subject: Subject): string => (subject.kind === 'analysis' ? subject.reference : subject.second);

/** Throws what the server answers when it cannot. */
export async function askServer(
  subject: Subject,
  backend: Backend,
  onProgress: (progress: AnalyzeProgress) => void,
  signal: AbortSignal,
): Promise<Content> {
  if (subject.kind === 'analysis') {
    const { kind, ...question } = subject;
    return { kind, analysis: await backend.analyzeLayers(question, onProgress, signal) };
  }
  const { kind, ...question } = subject;
  return { kind, comparison: await backend.compareLayers(question, onProgress, signal) };
}

/** What a panel shows in place of what it was to show. */
export function problemIn(error: unknown, subject: Subject): Content {
  const name = nameOf(subject);
  if (!isAbort(error)) return { kind: 'problem', problem: problemOf(error, name) };
  return { kind: 'problem', problem: { subject: name, message: l10n.t('The analysis was canceled.') } };
}

export async function entriesOf(
  { image, layer, folder, filter }: Extract<FromPage, { kind: 'files' }>,
  content: Content,
  backend: Backend,
  signal: AbortSignal,
): Promise<ToPage> {
  const of = { image, layer, folder, ...(filter !== undefined && { filter }) };
  // A page asks only about what it shows: no other image is told of.
  if (content.kind !== 'analysis' || content.analysis.id !== image) {
    return { kind: 'noEntries', ...of, message: l10n.t('This image is not shown any more.') };
  }
  try {
    const { image: id, ...question } = of;
    return { kind: 'entries', ...of, entries: await backend.layerFiles({ id, ...question }, signal) };
  } catch (error) {
    const { message, next } = problemOf(error, image);
    return { kind: 'noEntries', ...of, message: next === undefined ? message : `${message} ${next}` };
  }
}

/** Bytes under a notification, as a bar that only ever moves forward. */
export function reportingBytes(
  report: (progress: { message?: string; increment?: number }) => void,
  units: ByteUnits,
): (progress: AnalyzeProgress) => void {
  let shown = 0;
  return ({ current, total }) => {
    const percent = total > 0 ? Math.floor((100 * Math.min(current, total)) / total) : 0;
    report({
      message: l10n.t('{0} of {1}', formatBytesIn(units, current), formatBytesIn(units, total)),
      increment: Math.max(0, percent - shown),
    });
    shown = Math.max(shown, percent);
  };
}
