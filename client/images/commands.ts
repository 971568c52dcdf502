import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { type Backend, problemOf } from '../backend.ts';
import { type Command, commands } from '../contributions.ts';
import type { JsonDocuments } from '../ui/jsonDocuments.ts';
import type { Notify } from '../ui/notify.ts';
import { registerCommand, sizeUnits } from '../ui/registration.ts';
import { reporting } from '../ui/transfer.ts';
import type { Element } from '../ui/treeModel.ts';
import type { Tree } from '../ui/treeView.ts';
import { type ImageValue, shortId } from './nodes.ts';
import { push } from './push.ts';
import { removalsOf } from './removal.ts';

/** One image as a command names it: by tag where it has one. */
interface Target {
  readonly reference: string;
  readonly id: string;
}

export function imageCommands(
  tree: Tree<ImageValue>,
  backend: Backend,
  notify: Notify,
  documents: JsonDocuments,
): readonly vscode.Disposable[] {
  const onTargets = (command: Command, work: (targets: readonly Target[]) => Promise<unknown>) =>
    tree.onNodes(command, (values) => work(values.flatMap(targetsOf)));
  return [
    registerCommand(commands.pullImage, (from?: string | Element<ImageValue>, platform?: string) => {
      const given =
        typeof from === 'string' ? from : from === undefined ? undefined : targetsOf(from.node.value)[0]?.reference;
      return pull(given, typeof platform === 'string' ? platform : undefined, backend, notify);
    }),
    registerCommand(commands.pushImage, (from?: Element<ImageValue>) =>
      notify.attempt(l10n.t('Push'), () => push(targetsOf(from?.node.value)[0], backend, notify)),
    ),
    tree.onNodes(commands.removeImages, (values) => remove(values, backend, notify)),
    onTargets(commands.tagImage, ([target]) => tag(target, backend, notify)),
    onTargets(commands.inspectImage, (targets) =>
      Promise.all(
        targets.map(({ reference, id }) =>
          notify.attempt(reference, () => documents.show({ kind: 'image', id, name: nameOf(reference) })),
        ),
      ),
    ),
    onTargets(commands.copyImageReference, (targets) => copy(targets.map(({ reference }) => reference))),
    onTargets(commands.copyImageId, (targets) => copy(targets.map(({ id }) => id))),
  ];
}

function targetsOf(value: ImageValue | undefined): readonly Target[] {
  if (value === undefined) return [];
  if (value.kind === 'repository') return value.tags.map(({ reference, image }) => ({ reference, id: image.id }));
  return [{ reference: value.reference, id: value.image.id }];
}

/** True when it is pulled. */
async function pull(
  given: string | undefined,
  platform: string | undefined,
  backend: Backend,
  notify: Notify,
): Promise<boolean | undefined> {
  const reference =
    given ??
    (await vscode.window.showInputBox({
      title: l10n.t('Pull Image'),
      prompt: l10n.t('The image to pull, for example nginx:1.27 or ghcr.io/owner/app:latest'),
      ignoreFocusOut: true,
      validateInput: (text) => (/\s/.test(text.trim()) ? l10n.t('An image reference has no spaces.') : undefined),
    }));
  if (reference === undefined || reference.trim() === '') return undefined;
  const spec = { reference: reference.trim(), ...(platform === undefined ? {} : { platform }) };
  return notify.progress(l10n.t('Pulling {0}', spec.reference), spec.reference, async (report, signal) => {
    await backend.pull(spec, reporting(report, sizeUnits()), signal);
    vscode.window.setStatusBarMessage(l10n.t('$(check) Pulled {0}', spec.reference), 5000);
    return true;
  });
}

async function remove(values: readonly ImageValue[], backend: Backend, notify: Notify): Promise<void> {
  const references = removalsOf(values);
  const [first] = references;
  if (first === undefined) return;
  const answer = l10n.t('Remove');
  const question =
    references.length === 1
      ? l10n.t('Remove the image {0}?', nameOf(first))
      : l10n.t('Remove {0} images or tags?', references.length);
  const detail = references.length === 1 ? '' : references.map(nameOf).join('\n');
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, answer)) !== answer) return;
  for (const reference of references) {
    await notify.attempt(nameOf(reference), () => removeOne(reference, backend));
  }
}

/** The engine refuses to remove what a container uses; the user hears why and may insist. */
async function removeOne(reference: string, backend: Backend): Promise<void> {
  try {
    await backend.removeImage(reference, false);
  } catch (error) {
    const problem = problemOf(error, reference);
    if (problem.kind !== 'conflict') throw error;
    const insist = l10n.t('Remove Anyway');
    const detail = [
      problem.message,
      l10n.t('Removed anyway, a stopped container keeps its files but loses the name of its image.'),
    ].join('\n');
    const question = l10n.t('{0} is in use.', nameOf(reference));
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, insist)) !== insist) return;
    await backend.removeImage(reference, true);
  }
}

async function tag(target: Target | undefined, backend: Backend, notify: Notify): Promise<void> {
  if (target === undefined) return;
  const name = await vscode.window.showInputBox({
    title: l10n.t('Tag {0}', nameOf(target.reference)),
    prompt: l10n.t('The new reference, for example 127.0.0.1:5000/team/app:1.0'),
    value: target.reference.startsWith('sha256:') ? '' : target.reference,
    ignoreFocusOut: true,
  });
  if (name === undefined || name.trim() === '' || name.trim() === target.reference) return;
  await notify.attempt(name, () => backend.tag(target.reference, name.trim()));
}

function nameOf(reference: string): string {
  return reference.startsWith('sha256:') ? shortId(reference) : reference;
}

async function copy(texts: readonly string[]): Promise<void> {
  if (texts.length > 0) await vscode.env.clipboard.writeText(texts.join('\n'));
}
