/** What a build needs to know, asked of the user once and remembered for each Dockerfile. */
import { basename, relative } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { BuildSpec } from '../../common/protocol.ts';
import { contextChoices, dockerfileGlob, isDockerfile, isTag, suggestTag } from './names.ts';

interface Remembered {
  readonly context: string;
  readonly tag: string;
}

const rememberedAs = 'build:';

/** The context of the last build here that gave an image this tag. */
export function contextOf(tag: string, memento: vscode.Memento): string | undefined {
  const builds = memento
    .keys()
    .filter((key) => key.startsWith(rememberedAs))
    .map((key) => memento.get<Remembered>(key));
  return builds.find((build) => build?.tag === tag)?.context;
}

/** Undefined when the user thought better of it. */
export async function askBuild(
  target: vscode.Uri | undefined,
  memento: vscode.Memento,
): Promise<BuildSpec | undefined> {
  const dockerfile = target ?? (await chooseDockerfile());
  if (dockerfile === undefined) return undefined;
  if (dockerfile.scheme !== 'file') {
    throw new Error(l10n.t('Only a Dockerfile on disk can be built. Save it first.'));
  }
  const key = `${rememberedAs}${dockerfile.toString()}`;
  const before = memento.get<Remembered>(key);
  let context = before?.context ?? (await askContext(dockerfile, false));
  while (context !== undefined) {
    const tag = await askTag(before?.tag ?? suggestTag(context), context);
    if (tag === undefined) return undefined;
    if (tag !== changeContext) {
      await memento.update(key, { context, tag } satisfies Remembered);
      return { dockerfile: dockerfile.fsPath, context, tags: [tag] };
    }
    context = (await askContext(dockerfile, true)) ?? context;
  }
  return undefined;
}

async function chooseDockerfile(): Promise<vscode.Uri | undefined> {
  const active = vscode.window.activeTextEditor?.document;
  if (active?.languageId === 'dockerfile') return active.uri;
  const files = await vscode.workspace.findFiles(dockerfileGlob, '**/node_modules/**', 500);
  const found = files.filter(({ path }) => isDockerfile(path));
  if (found.length === 0) {
    throw new Error(l10n.t('There is no Dockerfile in this workspace. Open one and try again.'));
  }
  if (found.length === 1) return found[0];
  const items = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  items.sort((a, b) => a.label.localeCompare(b.label));
  return (await vscode.window.showQuickPick(items, { title: l10n.t('Build which Dockerfile?') }))?.uri;
}

async function askContext(dockerfile: vscode.Uri, again: boolean): Promise<string | undefined> {
  const workspaceFolder = vscode.workspace.getWorkspaceFolder(dockerfile)?.uri.fsPath;
  const folders = contextChoices(dockerfile.fsPath, workspaceFolder);
  if (folders.length === 1 && !again) return folders[0];
  const other = { label: l10n.t('Another Folder…'), description: '', folder: undefined };
  const items = folders.map((folder, index) => ({
    label: index === 0 ? l10n.t("The Dockerfile's folder") : l10n.t('The workspace folder'),
    description: workspaceFolder === undefined ? folder : relative(workspaceFolder, folder) || basename(folder),
    folder,
  }));
  const picked = await vscode.window.showQuickPick([...items, other], {
    title: l10n.t('Build context'),
    placeHolder: l10n.t('The folder that COPY and ADD read from'),
  });
  if (picked !== other) return picked?.folder;
  const chosen = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false });
  return chosen?.[0]?.fsPath;
}

const changeContext = Symbol('change the context');

function askTag(value: string, context: string): Promise<string | typeof changeContext | undefined> {
  return new Promise((resolve) => {
    const input = vscode.window.createInputBox();
    const button = { iconPath: new vscode.ThemeIcon('folder'), tooltip: l10n.t('Change the build context') };
    input.title = l10n.t('Build Image');
    input.prompt = l10n.t('Tag of the image. Build context: {0}', vscode.workspace.asRelativePath(context));
    input.value = value;
    input.buttons = [button];
    input.ignoreFocusOut = true;
    const check = () => {
      const valid = isTag(input.value.trim());
      input.validationMessage = valid
        ? undefined
        : l10n.t('Write a name in lower case, and a tag after a colon: team/app:1.0');
      return valid;
    };
    input.onDidChangeValue(check);
    input.onDidAccept(() => {
      if (!check()) return;
      resolve(input.value.trim());
      input.hide();
    });
    input.onDidTriggerButton(() => {
      resolve(changeContext);
      input.hide();
    });
    input.onDidHide(() => {
      resolve(undefined);
      input.dispose();
    });
    input.show();
  });
}
