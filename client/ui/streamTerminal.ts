/** Terminals over streams of the server: what a container prints, and shells inside it. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { StreamSpec } from '../../common/protocol.ts';
import { type Backend, isAbort, type OpenStream, problemOf, type StreamSink } from '../backend.ts';
import { paint } from './logColors.ts';

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** @param transform what happens to the text before it is shown, for example colours. */
export function streamTerminal(
  backend: Backend,
  subject: string,
  spec: (size: Size) => StreamSpec,
  transform: (data: string) => string = (data) => data,
): vscode.Pseudoterminal {
  const written = new vscode.EventEmitter<string>();
  const closed = new vscode.EventEmitter<number | undefined>();
  const opening = new AbortController();
  let stream: OpenStream | undefined;
  let over = false;

  const finish = (text: string) => {
    over = true;
    written.fire(`\r\n${paint(text, '2')}\r\n${paint(l10n.t('Press any key to close.'), '2')}`);
  };
  const sink: StreamSink = {
    data: (data) => written.fire(transform(data)),
    end: ({ exitCode, problem }) => {
      // A shell that was left in order closes its terminal, as everywhere.
      if (problem === undefined && exitCode === 0) closed.fire(0);
      else if (problem !== undefined) finish(problem.message);
      else
        finish(
          exitCode === undefined ? l10n.t('The log ends here.') : l10n.t('The shell ended with code {0}.', exitCode),
        );
    },
  };

  return {
    onDidWrite: written.event,
    onDidClose: closed.event,
    open: (dimensions) => {
      const size = { columns: dimensions?.columns ?? 80, rows: dimensions?.rows ?? 24 };
      backend.openStream(spec(size), sink, opening.signal).then(
        (open) => {
          if (opening.signal.aborted) open.close();
          else stream = open;
        },
        (error: unknown) => {
          if (!isAbort(error)) finish(problemOf(error, subject).message);
        },
      );
    },
    close: () => {
      opening.abort();
      stream?.close();
      written.dispose();
      closed.dispose();
    },
    handleInput: (data) => {
      if (over) closed.fire(undefined);
      else stream?.write(data);
    },
    setDimensions: ({ columns, rows }) => stream?.resize(columns, rows),
  };
}
