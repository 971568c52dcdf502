// Debug sessions as tests inside the extension host see them: by what js-debug tells VS Code.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Stop {
  readonly session: vscode.DebugSession;
  readonly threadId: number;
  readonly reason: string;
}

/** Where a program stopped, and what can be done there. */
export interface Stopped extends Stop {
  /** The file of the top frame, as VS Code would open it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  evaluate(expression: string): Promise<string>;
  resume(): Promise<void>;
}

/** Hears what js-debug's sessions tell, from the moment it is made. */
export function debugEvents(): {
  /** The next stop that nobody has taken yet. */
  stopped(): Promise<Stopped>;
  /** Resolves when a program has printed the text, once for each time. */
  printed(text: string): Promise<void>;
  dispose(): void;
} {
  const stops: Stop[] = [];
  const changed = new vscode.EventEmitter<void>();
  let output = '';
  const registration = vscode.debug.registerDebugAdapterTrackerFactory('pwa-node', {
    createDebugAdapterTracker: (session) => ({
      onDidSendMessage: ({ type, event, body }) => {
        if (type !== 'event') return;
        if (event === 'stopped') stops.push({ session, threadId: body.threadId, reason: body.reason });
        if (event === 'output') output += body.output;
        changed.fire();
      },
    }),
  });
  const until = async <T>(read: () => T | undefined): Promise<T> => {
    for (;;) {
      const value = read();
      if (value !== undefined) return value;
      await new Promise<void>((resolve) => {
        const subscription = changed.event(() => {
          subscription.dispose();
          resolve();
        });
      });
    }
  };
  return {
    stopped: async () => inspect(await until(() => stops.shift())),
    printed: async (text) => {
      await until(() => output.includes(text) || undefined);
      output = output.slice(output.indexOf(text) + text.length);
    },
    dispose: () => {
      registration.dispose();
      changed.dispose();
    },
  };
}

async function inspect(stop: Stop): Promise<Stopped> {
  const { session, threadId } = stop;
  const { stackFrames } = await session.customRequest('stackTrace', { threadId, levels: 1 });
  const [{ id: frameId, line, source }] = stackFrames;
  return {
    ...stop,
    file: source.path,
    line,
    evaluate: async (expression) => (await session.customRequest('evaluate', { expression, frameId })).result,
    resume: async () => void (await session.customRequest('continue', { threadId })),
  };
}

/** Sets a breakpoint at the line of the file that holds `text`, and returns its number, from 1. */
export async function breakAt(uri: vscode.Uri, text: string): Promise<number> {
  const lines = (await vscode.workspace.openTextDocument(uri)).getText().split('\n');
  const line = lines.findIndex((each) => each.includes(text));
  assert.notEqual(line, -1, `${uri.path} has no ${text}`);
  vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(new vscode.Location(uri, new vscode.Position(line, 0)))]);
  return line + 1;
}
