// What tests inside VS Code's extension host share.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';

export const gantry = vscode.extensions.getExtension<{ readonly activationMs: number }>('gantry.gantry') as NonNullable<
  ReturnType<typeof vscode.extensions.getExtension<{ readonly activationMs: number }>>
>;

/** The folder that is open: a copy of the suite's workspace/. */
export const folder = vscode.workspace.workspaceFolders?.[0] as vscode.WorkspaceFolder;

export const inFolder = (path: string): vscode.Uri => vscode.Uri.joinPath(folder.uri, path);

const deadlineMs = 20_000;

/** The first event that passes. Gives up in the end and says what was waited for. */
export function once<T>(what: string, event: vscode.Event<T>, passes: (value: T) => boolean = () => true): Promise<T> {
  return new Promise((resolve, reject) => {
    const subscriptions = [
      event((value) => {
        if (!passes(value)) return;
        end();
        resolve(value);
      }),
    ];
    const timer = setTimeout(() => {
      end();
      reject(new Error(`${what}: not within ${deadlineMs} ms`));
    }, deadlineMs);
    const end = () => {
      clearTimeout(timer);
      for (const subscription of subscriptions) subscription.dispose();
    };
  });
}

/** Resolves when `read` is content, which it is asked at once and after each event. */
export async function becomes<T>(what: string, event: vscode.Event<T>, read: () => boolean): Promise<void> {
  if (!read()) await once(what, event, read);
}

export const diagnosticsOf = (uri: vscode.Uri): readonly vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'gantry');

/** Process ids of the language servers that this extension host has started. */
export async function servers(): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=,args=']);
  const program = join(gantry.extensionPath, 'dist/server.js');
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    const ours = Number(parent) === process.pid && command?.includes(program) && !state?.startsWith('Z');
    return ours ? [Number(pid)] : [];
  });
}

/** Shows Gantry's output and resolves when it says so. */
export async function outputSays(text: RegExp): Promise<void> {
  const output = () =>
    vscode.workspace.textDocuments
      .filter(({ uri, languageId }) => uri.scheme === 'output' && languageId === 'log')
      .map((document) => document.getText())
      .join('\n');
  const changed = new vscode.EventEmitter<void>();
  const subscriptions = [
    vscode.workspace.onDidOpenTextDocument(() => changed.fire()),
    vscode.workspace.onDidChangeTextDocument(() => changed.fire()),
    changed,
  ];
  try {
    await vscode.commands.executeCommand('gantry.showOutput');
    await becomes(`output with ${text}`, changed.event, () => text.test(output()));
  } catch (error) {
    throw new Error(`${(error as Error).message}; it ends with ${JSON.stringify(output().slice(-1000))}`);
  } finally {
    for (const subscription of subscriptions) subscription.dispose();
  }
}
