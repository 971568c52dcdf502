import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { type Problem, sentenceOf } from '../../common/known.ts';
import { isAbort, problemOf } from '../backend.ts';
import { signalOf } from './signal.ts';
import { withoutLinks } from './withoutLinks.ts';

export interface Notify {
  /** Tells of a problem: the thing, the reason, the next step; the rest on request. Resolves when the user has seen it. */
  problem(problem: Problem): Promise<void>;
  /** Runs what a command does. What it throws is shown, except an abort. */
  attempt<T>(subject: string, work: () => Promise<T>): Promise<T | undefined>;
  /** The same under a notification that can be cancelled. */
  progress<T>(
    title: string,
    subject: string,
    work: (report: (progress: { message?: string; increment?: number }) => void, signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined>;
}

export function notifier(log: vscode.LogOutputChannel): Notify {
  const notify: Notify = {
    problem: async (problem) => {
      log.error(`${problem.subject}: ${problem.message}`, { kind: problem.kind, tried: problem.tried });
      const showDetails = l10n.t('Show Details');
      const text = [sentenceOf(problem), problem.next].filter((part) => part !== undefined).join(' ');
      if ((await vscode.window.showErrorMessage(withoutLinks(text), showDetails)) === showDetails) log.show();
    },
    attempt: async (subject, work) => {
      try {
        return await work();
      } catch (error) {
        if (!isAbort(error)) void notify.problem(problemOf(error, subject));
        return undefined;
      }
    },
    progress: (title, subject, work) =>
      notify.attempt(subject, async () =>
        vscode.window.withProgress(
          { location: vscode.ProgressLocation.Notification, title: withoutLinks(title), cancellable: true },
          async (progress, token) => {
            const following = signalOf(token);
            try {
              return await work(({ message, ...rest }) => {
                progress.report(message === undefined ? rest : { ...rest, message: withoutLinks(message) });
              }, following.signal);
            } finally {
              following.dispose();
            }
          },
        ),
      ),
  };
  return notify;
}
