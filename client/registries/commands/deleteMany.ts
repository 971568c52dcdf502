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

  const list = await wholeTagList(place, tools);
  if (list === undefined) return;
  const now = Date.now();
  const { chosen, locked, undated, attachments } = chooseTags(list.items, {
    pattern: pattern.trim(),
    ...(days.trim() === '' ? {} : { olderThanDays: Number(days) }),
    withAttachments: tools.arranged.showsAttachments,
    now,
  });
  const kept = [
    locked > 0 ? l10n.t('locked: {0}', locked) : undefined,
    undated > 0 ? l10n.t('without a date: {0}', undated) : undefined,
    attachments > 0 ? l10n.t('hidden, signatures and the like: {0}', attachments) : undefined,
    list.cursor === undefined ? undefined : l10n.t('only the first {0} were looked at', list.items.length),
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
  const previews = await tools.notify.progress(
    l10n.t('Looking at what would go with {0} tags', tags.length),
    reference,
    (_, signal) => tools.backend.previewDeletion({ host, repository, tags }, signal),
  );
  if (previews !== undefined) await confirmAndDelete(place, tags, previews, element, tools);
}

function describe({ date, compressedBytes }: TagRow, now: number): string {
  return [
    date === undefined ? undefined : age(date, now),
    compressedBytes === undefined ? undefined : formatBytesIn(sizeUnits(), compressedBytes),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}
