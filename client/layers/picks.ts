/** Asks which image is meant: one of the engine, or one that a registry has. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { failed, type Known } from '../../common/known.ts';
import { type ImageReference, parseReference } from '../../common/reference.ts';
import type { Page, TagRow } from '../../common/registry.ts';
import { type Backend, problemOf } from '../backend.ts';
import { pickImage, taggedImages } from '../ui/picks.ts';
import { sizeUnits } from '../ui/registration.ts';
import { accepted, type OtherImage, otherImages } from './otherTags.ts';
import { shortName, type Target } from './target.ts';

/** How long a text rests before the registry is asked. */
const restMs = 250;

/** Of the engine one that is there, of a registry a tag of the same repository or whatever is named. Undefined when none is. */
export async function pickOther({ source, reference }: Target, backend: Backend): Promise<string | undefined> {
  const title = l10n.t('Compare {0} with which image?', shortName(reference));
  const of = source === 'registry' ? parseReference(reference) : undefined;
  return of === undefined ? pickImage(backend, title) : pickTag(of, title, backend);
}

type Item = OtherImage & { readonly alwaysShow: true };

async function pickTag(of: ImageReference, title: string, backend: Backend): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = title;
  pick.placeholder = l10n.t('A tag, or a whole reference. Nothing is pulled.');
  let asking = new AbortController();
  const ask = async (typed: string): Promise<void> => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    pick.busy = true;
    const filter = typed === '' ? {} : { filter: typed };
    const answer: Known<Page<TagRow>> = await backend
      .tags(of.registry, of.repository, { order: 'version', ...filter }, signal)
      .catch((error: unknown) => failed(problemOf(error, of.registry)));
    if (signal.aborted) return;
    pick.busy = false;
    const items = otherImages(of, typed, answer, { now: Date.now(), units: sizeUnits() });
    pick.items = items.map((item) => ({ ...item, alwaysShow: true as const }));
  };
  let rest: NodeJS.Timeout | undefined;
  const chosen = await new Promise<string | undefined>((resolve) => {
    pick.onDidChangeValue((text) => {
      clearTimeout(rest);
      pick.busy = true;
      rest = setTimeout(() => void ask(text.trim()), restMs);
    });
    pick.onDidAccept(() => {
      const reference = accepted(of, pick.value, pick.busy, pick.selectedItems[0]);
      if (reference !== undefined) resolve(reference);
    });
    pick.onDidHide(() => resolve(undefined));
    pick.show();
    void ask('');
  });
  clearTimeout(rest);
  asking.abort();
  pick.dispose();
  return chosen;
}

/** One of the engine, or one of a registry that is named. Without an engine only the latter, and why. */
export async function pickTarget(title: string, backend: Backend): Promise<Target | undefined> {
  const far = { label: l10n.t('$(cloud) An image of a registry…'), description: l10n.t('nothing is pulled') };
  const items = taggedImages(backend).then(
    (images) => [...images.map(({ label, description }) => ({ label, description })), far],
    (error: unknown) => [{ ...far, detail: problemOf(error, title).message }],
  );
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: l10n.t('Images of the engine') });
  if (picked === undefined) return undefined;
  if (picked.label !== far.label) return { source: 'engine', reference: picked.label };
  const reference = await vscode.window.showInputBox({
    title,
    prompt: l10n.t('As docker names it: node:22, registry.example.com/team/app:1.0'),
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim() === '' || parseReference(text.trim()) !== undefined
        ? undefined
        : l10n.t('This is no reference of an image. Write it like team/app:1.0.'),
  });
  const named = reference?.trim() ?? '';
  return named === '' ? undefined : { source: 'registry', reference: named };
}
