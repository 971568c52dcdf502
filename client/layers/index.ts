/** "Analyze Layers" and "Compare Layers": what images are made of, in a panel. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatPlatform } from '../../common/platform.ts';
import type { AnalyzeProgress } from '../../common/protocol.ts';
import type { Backend } from '../backend.ts';
import { commands } from '../contributions.ts';
import type { Notify } from '../ui/notify.ts';
import { registerCommand, runCommand, sizeUnits } from '../ui/registration.ts';
import { askServer, entriesOf, nameOf, problemIn, reportingBytes } from './asking.ts';
import type { Content, FromPage, Subject, ToPage } from './messages.ts';
import { openLine } from './openLine.ts';
import { createPanels, type Panel } from './panels.ts';
import { pickOther, pickTarget } from './picks.ts';
import { shortName, type Target, targetsOf } from './target.ts';

export interface LayersNeeds {
  /** The image that a Dockerfile was last built as. */
  lastImageOf(dockerfile: vscode.Uri): string | undefined;
}

export function registerLayers(
  backend: Backend,
  notify: Notify,
  { lastImageOf }: LayersNeeds,
  extension: vscode.Uri,
  subscriptions: vscode.Disposable[],
): void {
  /** What each panel is busy with. */
  const busy = new WeakMap<Panel, AbortController>();

  /** Under a notification that can be cancelled; undefined when it was. What goes wrong is shown. */
  const ask = (subject: Subject) => {
    const name = nameOf(subject);
    return notify.progress(l10n.t('Analyzing {0}', shortName(name)), name, (report, signal) =>
      askServer(subject, backend, reportingBytes(report, sizeUnits()), signal),
    );
  };

  const open = async (subject: Subject): Promise<void> => {
    const content = await ask(subject);
    if (content !== undefined) panels.open(subject, content);
  };

  /** Asks again for what a panel shows: how it goes on, and what goes wrong, is shown in the panel. */
  const renew = (panel: Panel): Promise<void> => {
    busy.get(panel)?.abort();
    const work = new AbortController();
    busy.set(panel, work);
    panel.show({ kind: 'loading' });
    const signal = AbortSignal.any([work.signal, panel.signal]);
    const onProgress = ({ current, total }: AnalyzeProgress) => {
      if (!signal.aborted) panel.show({ kind: 'loading', current, total });
    };
    return askServer(panel.subject, backend, onProgress, signal)
      .catch((error: unknown) => problemIn(error, panel.subject))
      .then((content) => {
        if (busy.get(panel) === work && !panel.signal.aborted) panel.show(content);
      });
  };

  const analyze = (target: Target) => open({ kind: 'analysis', ...target });
  const compare = (first: string, second: string, source: Target['source']) =>
    open({ kind: 'comparison', source, first, second });

  const onMessage = async (
    panel: Panel,
    message: Exclude<FromPage, { kind: 'ready' }>,
    answer: (message: ToPage) => void,
  ): Promise<void> => {
    const { subject } = panel;
    switch (message.kind) {
      case 'files':
        answer(await entriesOf(message, panel.content, backend, panel.signal));
        return;
      case 'openLine': {
        const origin = originOf(panel.content, message.layer);
        if (origin !== undefined) await notify.attempt(origin.path, () => openLine(origin));
        return;
      }
      case 'again':
        return renew(panel);
      case 'cancel':
        return busy.get(panel)?.abort();
      case 'pull':
        if (subject.kind === 'analysis') await pullAndAnalyze(subject.reference, analyze);
        return;
      case 'compare':
        if (subject.kind === 'analysis') await compareWith(subject, platformOf(panel.content), backend, notify, open);
    }
  };
  const panels = createPanels(extension, {
    onRestored: (panel) => void renew(panel),
    onMessage: (panel, message, answer) => void onMessage(panel, message, answer),
  });

  /** The engine knows of builds by anybody; where it remembers none, what was built from here. */
  const builtOf = async (dockerfile: vscode.Uri): Promise<string | undefined> => {
    const { uri } = await vscode.workspace.openTextDocument(dockerfile);
    return (await backend.lastBuilt(uri.toString()))?.id ?? lastImageOf(dockerfile);
  };
  const analyzeGiven = async (given: unknown, selected: unknown) => {
    const targets =
      typeof given === 'string' ? [engineImage(await calledBy(given, backend))] : targetsOf(given, selected);
    if (targets.length > 0) {
      for (const target of targets) await analyze(target);
      return;
    }
    const built = given instanceof vscode.Uri ? await builtOf(given) : undefined;
    const title = l10n.t('Analyze the layers of which image?');
    const chosen = built === undefined ? await pickTarget(title, backend) : engineImage(await calledBy(built, backend));
    if (chosen !== undefined) await analyze(chosen);
  };
  const compareGiven = async (given: unknown, other: unknown, source: unknown) => {
    if (typeof given === 'string' && typeof other === 'string') {
      await compare(given, other, source === 'registry' ? 'registry' : 'engine');
      return;
    }
    const [first, second] = targetsOf(given, other);
    if (first !== undefined && second !== undefined) {
      await compare(first.reference, second.reference, first.source);
      return;
    }
    const one = first ?? (await pickTarget(l10n.t('Compare the layers of which image?'), backend));
    if (one !== undefined) await compareWith(one, undefined, backend, notify, open);
  };
  subscriptions.push(
    panels,
    registerCommand(commands.analyzeLayers, (given?: unknown, selected?: unknown) =>
      notify.attempt(l10n.t('Analyze Layers'), () => analyzeGiven(given, selected)),
    ),
    registerCommand(commands.compareLayers, (given?: unknown, other?: unknown, source?: unknown) =>
      notify.attempt(l10n.t('Compare Layers'), () => compareGiven(given, other, source)),
    ),
  );
}

const engineImage = (reference: string): Target => ({ source: 'engine', reference });

function originOf(content: Content, layer: number) {
  return content.kind === 'analysis' ? content.analysis.layers[layer]?.origin : undefined;
}

async function pullAndAnalyze(reference: string, analyze: (target: Target) => Promise<void>): Promise<void> {
  if ((await runCommand(commands.pullImage, reference)) === true) await analyze(engineImage(reference));
}

/** What an image of the engine goes by; its id where it has no tag, or is gone. */
async function calledBy(id: string, backend: Backend): Promise<string> {
  if (!id.startsWith('sha256:')) return id;
  const answer = await backend.images();
  const images = answer.state === 'known' ? answer.value : [];
  return images.find((image) => image.id === id)?.tags[0] ?? id;
}

/** With an image that the user picks. Of a registry's, both for the platform of the first. */
async function compareWith(
  target: Target,
  platform: string | undefined,
  backend: Backend,
  notify: Notify,
  open: (subject: Subject) => Promise<void>,
): Promise<void> {
  const { source, reference: first } = target;
  const second = await notify.attempt(first, () => pickOther(target, backend));
  if (second === undefined) return;
  await open({ kind: 'comparison', source, first, second, ...(platform !== undefined && { platform }) });
}

/** Of a registry's image: its tag may stand for others too. */
function platformOf(content: Content): string | undefined {
  return content.kind === 'analysis' && content.analysis.source === 'registry'
    ? formatPlatform(content.analysis.platform)
    : undefined;
}
