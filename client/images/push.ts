/** Pushing one of the engine's images: under a name it has, or under a new one. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { dockerHub, formatReference, parseReference } from '../../common/reference.ts';
import { type Backend, RequestError } from '../backend.ts';
import type { Notify } from '../ui/notify.ts';
import { pickImage } from '../ui/picks.ts';
import { sizeUnits } from '../ui/registration.ts';
import { reporting } from '../ui/transfer.ts';
import { withoutLinks } from '../ui/withoutLinks.ts';

/** `given`: an image by a name or its id; asked for when absent. */
export async function push(
  given: { readonly reference: string; readonly id: string } | undefined,
  backend: Backend,
  notify: Notify,
): Promise<void> {
  const source = given?.reference ?? (await pickImage(backend, l10n.t('Push which image?')));
  if (source === undefined) return;
  const names = await namesOf(given?.id ?? source, source, backend);
  const target = await pickName(source, names, backend);
  if (target === undefined) return;
  await notify.progress(l10n.t('Pushing {0}', target), target, async (report, signal) => {
    if (!names.includes(target)) await backend.tag(source, target, signal);
    const digest = await backend.push(target, reporting(report, sizeUnits()), signal);
    const copy = l10n.t('Copy Digest');
    const told = withoutLinks(l10n.t('{0} is pushed.', target));
    if (digest === undefined) void vscode.window.showInformationMessage(told);
    else {
      void vscode.window.showInformationMessage(told, copy).then((answer) => {
        const { tag: _, digest: __, ...name } = parseReference(target) ?? { registry: '', repository: target };
        if (answer === copy) return vscode.env.clipboard.writeText(formatReference({ ...name, digest }));
        return undefined;
      });
    }
  });
}

async function namesOf(id: string, source: string, backend: Backend): Promise<readonly string[]> {
  const answer = await backend.images();
  if (answer.state === 'failed') throw new RequestError(answer.problem);
  const images = answer.state === 'known' ? answer.value : [];
  const tags = images.find((image) => image.id === id || image.tags.includes(source))?.tags ?? [];
  return tags.includes(source) ? [source, ...tags.filter((tag) => tag !== source)] : tags;
}

/** The names the image has, the same under each registry the user has, or one that is typed. */
async function pickName(source: string, names: readonly string[], backend: Backend): Promise<string | undefined> {
  const { registries } = await backend.registries();
  const suggested = registries
    .filter(({ kind }) => kind !== 'mcr')
    .map(({ host, account }) => nameUnder(host, account, source))
    .filter((name) => name !== undefined && !names.includes(name));
  const other = l10n.t('Another name…');
  const picked = await vscode.window.showQuickPick(
    [
      ...names.map((label) => ({ label, description: destination(label), iconPath: new vscode.ThemeIcon('tag') })),
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      ...[...new Set(suggested)].map((label) => ({
        label: label ?? '',
        description: l10n.t('new name'),
        iconPath: new vscode.ThemeIcon('add'),
      })),
      { label: other, iconPath: new vscode.ThemeIcon('edit') },
    ],
    { title: l10n.t('Push as'), placeHolder: l10n.t('The name says which registry the image goes to.') },
  );
  if (picked?.label !== other) return picked?.label;
  const typed = await vscode.window.showInputBox({
    title: l10n.t('Push as'),
    prompt: l10n.t('The reference, for example registry.example.com/team/app:1.0'),
    value: suggested[0] ?? source,
    ignoreFocusOut: true,
    validateInput: (text) =>
      parseReference(text.trim()) === undefined ? l10n.t('"{0}" is no image reference.', text) : undefined,
  });
  return typed?.trim() || undefined;
}

/** The last part of the name and its tag in another registry; on Docker Hub in the account's own namespace. */
function nameUnder(host: string, account: string | undefined, source: string): string | undefined {
  const reference = parseReference(source);
  if (reference === undefined) return undefined;
  const { repository, tag = 'latest' } = reference;
  const own = repository.replace(/^library\//, '');
  if (host !== dockerHub) return formatReference({ registry: host, repository: own, tag });
  const name = own.slice(own.lastIndexOf('/') + 1);
  return account === undefined
    ? undefined
    : formatReference({ registry: host, repository: `${account.toLowerCase()}/${name}`, tag });
}

function destination(name: string): string {
  const reference = parseReference(name);
  return reference === undefined ? '' : l10n.t('to {0}', reference.registry);
}
