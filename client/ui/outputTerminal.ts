/** A terminal that only shows what is written to it, in colour, and may be told to stop. */
import * as vscode from 'vscode';

export interface TerminalWriter {
  readonly pty: vscode.Pseudoterminal;
  /** Text with `\n` or `\r\n` line ends. What comes before the terminal is open is kept for it. */
  write(text: string): void;
  /** The process behind a task's terminal ended. */
  exit(code: number): void;
  /** Ctrl+C, or the terminal was closed. Returns how to stop listening. */
  onStop(listener: () => void): () => void;
  readonly closed: boolean;
}

export function terminalWriter(): TerminalWriter {
  const written = new vscode.EventEmitter<string>();
  const exited = new vscode.EventEmitter<number>();
  const stops = new Set<() => void>();
  let waiting: string | undefined = '';
  let closed = false;
  let exitCode: number | undefined;
  const stop = () => {
    for (const listener of stops) listener();
  };
  return {
    pty: {
      onDidWrite: written.event,
      onDidClose: exited.event,
      open: () => {
        const text = waiting ?? '';
        waiting = undefined;
        written.fire(text);
        if (exitCode !== undefined) exited.fire(exitCode);
      },
      close: () => {
        closed = true;
        stop();
        written.dispose();
        exited.dispose();
      },
      handleInput: (data) => {
        if (data === '\u0003') stop();
      },
    },
    write: (text) => {
      const lines = text.replaceAll(/\r?\n/g, '\r\n');
      if (waiting === undefined) written.fire(lines);
      else waiting += lines;
    },
    exit: (code) => {
      exitCode = code;
      if (waiting === undefined) exited.fire(code);
    },
    onStop: (listener) => {
      stops.add(listener);
      return () => stops.delete(listener);
    },
    get closed() {
      return closed;
    },
  };
}
