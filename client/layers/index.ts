/** "Analyze Layers" and "Compare Layers": what images are made of, in a panel. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatBytes } from '../../common/bytes.ts';
import type { AnalyzeProgress } from '../../common/protocol.ts';
import { type Backend, isAbort, problemOf } from '../backend.ts';
import { commands } from '../contributions.ts';
import type { Notify } from '../ui/notify.ts';
import { pickImage } from '../ui/picks.ts';
import { registerCommand, runCommand } from '../ui/registration.ts';
import type { Content, FromPage, Subject, ToPage } from './messages.ts';
import { openLine } from './openLine.ts';
import { createPanels, type Panel } from './panels.ts';
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
      askServer(subject, backend, reportingBytes(report), signal),
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
      .catch((error: unknown): Content => ({ kind: 'problem', problem: problemIn(error, panel.subject) }))
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
        answer(await entriesOf(message, backend, panel));
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
        if (subject.kind === 'analysis') await compareWith(subject, backend, notify, compare);
    }
  };
  const panels = createPanels(extension, {
    onRestored: (panel) => void renew(panel),
    onMessage: (panel, message, answer) => void onMessage(panel, message, answer),
  });

  const analyzeGiven = async (given: unknown, selected: unknown) => {
    const targets = typeof given === 'string' ? [engineImage(given)] : targetsOf(given, selected);
    if (targets.length > 0) {
      for (const target of targets) await analyze(target);
      return;
    }
    const built = given instanceof vscode.Uri ? lastImageOf(given) : undefined;
    const title = l10n.t('Analyze the layers of which image?');
    const chosen = await (built === undefined ? pickImage(backend, title) : calledBy(built, backend));
    if (chosen !== undefined) await analyze(engineImage(chosen));
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
    const one = first?.reference ?? (await pickImage(backend, l10n.t('Compare the layers of which image?')));
    if (one !== undefined) await compareWith(first ?? engineImage(one), backend, notify, compare);
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

const nameOf = (subject: Subject): string => (subject.kind === 'analysis' ? subject.reference : subject.second);

async function askServer(
  subject: Subject,
  backend: Backend,
  onProgress: (progress: AnalyzeProgress) => void,
  signal: AbortSignal,
): Promise<Content> {
  if (subject.kind === 'analysis') {
    const { kind, ...question } = subject;
    return { kind, analysis: await backend.analyzeLayers(question, onProgress, signal) };
  }
  const { kind, ...question } = subject;
  return { kind, comparison: await backend.compareLayers(question, onProgress, signal) };
}

function problemIn(error: unknown, subject: Subject): Extract<Content, { kind: 'problem' }>['problem'] {
  if (!isAbort(error)) return problemOf(error, nameOf(subject));
  return { subject: nameOf(subject), message: l10n.t('The analysis was canceled.') };
}

async function entriesOf(
  { image, layer, folder, filter }: Extract<FromPage, { kind: 'files' }>,
  backend: Backend,
  panel: Panel,
): Promise<ToPage> {
  const of = { image, layer, folder, ...(filter !== undefined && { filter }) };
  // A page asks only about what it shows: no other image is told of.
  if (panel.content.kind !== 'analysis' || panel.content.analysis.id !== image) {
    return { kind: 'noEntries', ...of, message: l10n.t('This image is not shown any more.') };
  }
  try {
    const { image: id, ...question } = of;
    return { kind: 'entries', ...of, entries: await backend.layerFiles({ id, ...question }, panel.signal) };
  } catch (error) {
    const { message, next } = problemOf(error, image);
    return { kind: 'noEntries', ...of, message: next === undefined ? message : `${message} ${next}` };
  }
}

function originOf(content: Content, layer: number) {
  return content.kind === 'analysis' ? content.analysis.layers[layer]?.origin : undefined;
}

async function pullAndAnalyze(reference: string, analyze: (target: Target) => Promise<void>): Promise<void> {
  if ((await runCommand(commands.pullImage, reference)) === true) await analyze(engineImage(reference));
}

/** What an image of the engine goes by; its id where it has no tag, or is gone. */
async function calledBy(id: string, backend: Backend): Promise<string> {
  const answer = await backend.images();
  const images = answer.state === 'known' ? answer.value : [];
  return images.find((image) => image.id === id)?.tags[0] ?? id;
}

/** With an image that the user picks: of the engine one that is there, of a registry one that is named. */
async function compareWith(
  { source, reference }: Target,
  backend: Backend,
  notify: Notify,
  compare: (first: string, second: string, source: Target['source']) => Promise<void>,
): Promise<void> {
  const title = l10n.t('Compare {0} with which image?', shortName(reference));
  const other =
    source === 'engine'
      ? await notify.attempt(reference, () => pickImage(backend, title))
      : await vscode.window.showInputBox({
          title,
          prompt: l10n.t('Another reference, for example an older tag. Nothing is pulled.'),
          value: reference,
          ignoreFocusOut: true,
        });
  if (other !== undefined && other.trim() !== '') await compare(reference, other.trim(), source);
}

function reportingBytes(
  report: (progress: { message?: string; increment?: number }) => void,
): (progress: AnalyzeProgress) => void {
  let shown = 0;
  return ({ current, total }) => {
    const percent = total > 0 ? Math.floor((100 * Math.min(current, total)) / total) : 0;
    report({
      message: l10n.t('{0} of {1}', formatBytes(current), formatBytes(total)),
      increment: Math.max(0, percent - shown),
    });
    shown = Math.max(shown, percent);
  };
}
