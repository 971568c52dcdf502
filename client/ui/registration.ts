/** The typed ways to use what contributions.ts names. */
import * as vscode from 'vscode';
import type { Command, CommandArguments, ContextKey, ServerCommand, SettingTypes } from '../contributions.ts';

export function registerCommand<A extends readonly unknown[]>(
  command: Command | ServerCommand,
  handler: (...args: A) => unknown,
): vscode.Disposable {
  return vscode.commands.registerCommand(command, (...args: unknown[]) => handler(...(args as unknown as A)));
}

export function runCommand<C extends keyof CommandArguments>(
  command: C,
  ...args: CommandArguments[C]
): Thenable<unknown> {
  return vscode.commands.executeCommand(command, ...args);
}

export function setContext(key: ContextKey, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}

/** A setting as it is now. Its default is package.json's. */
export function setting<S extends keyof SettingTypes>(name: S): SettingTypes[S] {
  return vscode.workspace.getConfiguration().get<SettingTypes[S]>(name) as SettingTypes[S];
}
