/** Building images: the command, the task, and the one way both and debugging take. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { BuildResult, BuildSpec } from '../../common/protocol.ts';
import { type Backend, isAbort, problemOf } from '../backend.ts';
import { commands } from '../contributions.ts';
import { paint } from '../ui/logColors.ts';
import type { Notify } from '../ui/notify.ts';
import { type TerminalWriter, terminalWriter } from '../ui/outputTerminal.ts';
import { registerCommand, runCommand, sizeUnits } from '../ui/registration.ts';
import { signalOf } from '../ui/signal.ts';
import { withoutLinks } from '../ui/withoutLinks.ts';
import { buildFailures, tellFailure } from './failure.ts';
import { lastBuildOf, rememberBuild, type SizeChange } from './lastBuilds.ts';
import { buildLog, sizeText } from './log.ts';
import { askBuild, contextOf } from './request.ts';
import { registerBuildTasks } from './task.ts';

/** Builds an image for a while under a notification, with its output in the build terminal; undefined when it was cancelled or could not start. */
export type Build = (spec: BuildSpec) => Promise<BuildResult | undefined>;

type Built = Extract<BuildResult, { kind: 'built' }>;

interface Ways {
  /** Shows the terminal, for whoever wants to see why the build failed. */
  readonly reveal?: () => void;
  /** Whether the image is there to stay, and the next one of this Dockerfile to be compared with it. */
  readonly isKept?: boolean;
  readonly onBuilt?: (built: Built, change: SizeChange | undefined) => void;
}

export interface Builds {
  readonly build: Build;
  /** The context that an image with this tag was last built from here; where its sources are. */
  contextOf(tag: string): string | undefined;
  /** The image that a Dockerfile was last built as from here, by its id. */
  lastImageOf(dockerfile: vscode.Uri): string | undefined;
}

export function registerBuild(
  backend: Backend,
  notify: Notify,
  memento: vscode.Memento,
  subscriptions: vscode.Disposable[],
): Builds {
  const failures = buildFailures();
  let terminal: { readonly writer: TerminalWriter; readonly terminal: vscode.Terminal } | undefined;

  const buildTerminal = () => {
    if (terminal === undefined || terminal.writer.closed) {
      const writer = terminalWriter();
      const iconPath = new vscode.ThemeIcon('package');
      terminal = {
        writer,
        terminal: vscode.window.createTerminal({ name: 'Gantry Build', pty: writer.pty, iconPath }),
      };
    }
    terminal.terminal.show(true);
    return terminal.writer;
  };

  const run = async (
    spec: BuildSpec,
    writer: TerminalWriter,
    { reveal = () => {}, isKept = true, onBuilt = () => {} }: Ways = {},
  ): Promise<BuildResult | undefined> => {
    const dockerfile = vscode.Uri.file(spec.dockerfile);
    const log = buildLog(sizeUnits());
    const stop = new AbortController();
    const deaf = writer.onStop(() => stop.abort());
    failures.clear(dockerfile);
    try {
      await saveIfDirty(dockerfile);
      writer.write(log.begin(spec));
      const result = await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: withoutLinks(l10n.t('Building {0}', spec.tags[0] ?? vscode.workspace.asRelativePath(dockerfile))),
          cancellable: true,
        },
        async (progress, token) => {
          const following = signalOf(token);
          try {
            return await backend.build(
              spec,
              (value) => {
                writer.write(log.progress(value));
                progress.report({ message: withoutLinks(log.current) });
              },
              AbortSignal.any([following.signal, stop.signal]),
            );
          } finally {
            following.dispose();
          }
        },
      );
      const change = result.kind === 'built' && isKept ? await rememberBuild(spec, result, memento) : undefined;
      writer.write(log.end(result, change));
      if (result.kind === 'built') onBuilt(result, change);
      else {
        failures.show(dockerfile, result);
        void tellFailure(dockerfile, result, reveal);
      }
      return result;
    } catch (error) {
      const text = isAbort(error) ? l10n.t('Build canceled.') : problemOf(error, spec.dockerfile).message;
      writer.write(`\n${paint(text, '33')}\n`);
      if (!isAbort(error)) void notify.problem(problemOf(error, vscode.workspace.asRelativePath(dockerfile)));
      return undefined;
    } finally {
      deaf();
    }
  };

  const reveal = () => terminal?.terminal.show();
  const build: Build = (spec) => run(spec, buildTerminal(), { reveal, isKept: false });
  const command = (target: vscode.Uri | undefined) =>
    notify.attempt(l10n.t('Build Image'), async () => {
      const spec = await askBuild(target instanceof vscode.Uri ? target : undefined, memento);
      const onBuilt: Ways['onBuilt'] = (built, change) =>
        void notify.attempt(l10n.t('Build Image'), () => tellSuccess(built, change, backend));
      if (spec !== undefined) await run(spec, buildTerminal(), { reveal, onBuilt });
    });
  subscriptions.push(
    failures,
    registerBuildTasks((spec, writer) => run(spec, writer)),
    registerCommand(commands.build, command),
    {
      dispose: () => terminal?.terminal.dispose(),
    },
  );
  return {
    build,
    contextOf: (tag) => contextOf(tag, memento),
    lastImageOf: ({ fsPath }) => lastBuildOf(fsPath, memento)?.imageId,
  };
}

/** The engine reads the file, not the editor. */
async function saveIfDirty(uri: vscode.Uri): Promise<void> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open?.isDirty) await open.save();
}

async function tellSuccess(built: Built, change: SizeChange | undefined, backend: Backend): Promise<void> {
  const { tags, imageId, seconds, bytes } = built;
  const reference = tags[0] ?? imageId;
  const run = l10n.t('Run');
  const debug = l10n.t('Debug');
  const compare = l10n.t('Compare');
  const before = change === undefined || change.before.imageId === imageId ? undefined : change.before.imageId;
  const pair = before === undefined ? undefined : await namesOf([before, imageId], backend);
  const text =
    bytes === undefined
      ? l10n.t('Built {0} in {1} s.', reference, seconds.toFixed(1))
      : l10n.t('Built {0} in {1} s: image {2}.', reference, seconds.toFixed(1), sizeText(bytes, change, sizeUnits()));
  const answers = [run, debug, ...(pair === undefined ? [] : [compare])];
  const choice = await vscode.window.showInformationMessage(text, ...answers);
  if (choice === run) await runCommand(commands.runImage, reference);
  if (choice === debug) await runCommand(commands.debug, reference);
  if (choice === compare && pair !== undefined) await runCommand(commands.compareLayers, ...pair, 'engine');
}

/** What two images go by now: tags move on, ids stay. Undefined where the engine does not have both any more. */
async function namesOf(ids: readonly [string, string], backend: Backend): Promise<[string, string] | undefined> {
  const answer = await backend.images();
  const images = answer.state === 'known' ? answer.value : [];
  const [first, second] = ids.map((id) => images.find((image) => image.id === id));
  if (first === undefined || second === undefined) return undefined;
  return [first.tags[0] ?? first.id, second.tags[0] ?? second.id];
}
