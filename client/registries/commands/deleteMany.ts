/** Deleting many tags at once: those of an age and with a name, shown before anything goes. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatBytesIn } from '../../../common/bytes.ts';
import type { TagRow } from '../../../common/registry.ts';
import { age } from '../../ui/age.ts';
import { sizeUnits } from '../../ui/registration.ts';
import { wholeTagList } from '../everyTag.ts';
import { chooseTags, readPattern } from '../tagChoice.ts';
import type { RegistryElement, Tools } from '../tools.ts';
import type { RepositoryPlace } from '../values.ts';
import { confirmAndDelete } from './delete.ts';

export async function deleteMany(
  place: RepositoryPlace,
  element: RegistryElement | undefined,
  tools: Tools,
): Promise<void> {
  const { host, repository, reference } = place;
  const title = l10n.t('Delete tags of {0}', reference);
  const pattern = await vscode.window.showInputBox({
    title: l10n.t('{0} (1 of 3)', title),
    prompt: l10n.t('Which names? Such as nightly-* or /^pr-[0-9]+$/. Empty: all.'),
    ignoreFocusOut: true,
    validateInput: (text) => {
      const read = readPattern(text);
      return 'wrong' in read ? read.wrong : undefined;
    },
  });
  if (pattern === undefined) return;
  const days = await vscode.window.showInputBox({
    title: l10n.t('{0} (2 of 3)', title),
    prompt: l10n.t('Older than how many days? Empty: of any age. Tags without a date are left alone when this is set.'),
    ignoreFocusOut: true,
    validateInput: (text) => (/^\d{0,5}$/.test(text.trim()) ? undefined : l10n.t('A number of days, for example 90.')),
  });
  if (days === undefined) return;

  const rows = await wholeTagList(place, tools);
  if (rows === undefined) return;
  const now = Date.now();
  const { chosen, locked, undated } = chooseTags(rows, {
    pattern: pattern.trim(),
    ...(days.trim() === '' ? {} : { olderThanDays: Number(days) }),
    now,
  });
  const kept = [
    locked > 0 ? l10n.t('{0} are locked', locked) : undefined,
    undated > 0 ? l10n.t('{0} have no date', undated) : undefined,
  ].filter((text) => text !== undefined);
  if (chosen.length === 0) {
    void vscode.window.showInformationMessage([l10n.t('No tag of {0} fits.', reference), ...kept].join(' · '));
    return;
  }
  const picked = await vscode.window.showQuickPick(
    chosen.map((row) => ({ label: row.name, description: describe(row, now), picked: true })),
    {
      title: l10n.t('{0} (3 of 3)', title),
      placeHolder: [l10n.t('Checked tags are deleted, after one more question'), ...kept].join(' · '),
      canPickMany: true,
      ignoreFocusOut: true,
      matchOnDescription: true,
    },
  );
  if (picked === undefined || picked.length === 0) return;
  const tags = picked.map(({ label }) => label);
  const previews = await tools.tree.busy(() => tools.backend.previewDeletion({ host, repository, tags }));
  await confirmAndDelete(place, tags, previews, element, tools);
}

function describe({ date, compressedBytes }: TagRow, now: number): string {
  return [
    date === undefined ? undefined : age(date, now),
    compressedBytes === undefined ? undefined : formatBytesIn(sizeUnits(), compressedBytes),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}
