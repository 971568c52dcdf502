/** The typed ways to use what contributions.ts names. */
import * as vscode from 'vscode';
import { type ByteUnits, readByteUnits } from '../../common/bytes.ts';
import {
  type Command,
  type CommandArguments,
  type ContextKey,
  type ServerCommand,
  type SettingTypes,
  settings,
} from '../contributions.ts';

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

/** Units of all sizes that are shown. */
export function sizeUnits(): ByteUnits {
  return readByteUnits(setting(settings.sizeUnits));
}

/** Calls back when they change. */
export function onSizeUnits(changed: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration(settings.sizeUnits)) changed();
  });
}

/** A setting as it is now. Its default is package.json's. */
export function setting<S extends keyof SettingTypes>(name: S): SettingTypes[S] {
  return vscode.workspace.getConfiguration().get<SettingTypes[S]>(name) as SettingTypes[S];
}
