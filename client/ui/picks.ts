import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatBytesIn } from '../../common/bytes.ts';
import { type Backend, RequestError } from '../backend.ts';
import { sizeUnits } from './registration.ts';

/** One of the engine's tagged images, newest first; undefined when the user thought better of it. */
export async function pickImage(backend: Backend, title: string): Promise<string | undefined> {
  const picked = await vscode.window.showQuickPick(taggedImages(backend), {
    title,
    placeHolder: l10n.t('Images of the engine'),
  });
  return picked?.label;
}

/** The engine's tagged images, newest first, each with its size. Throws what the engine says. */
export async function taggedImages(
  backend: Backend,
): Promise<readonly { readonly label: string; readonly description: string }[]> {
  const units = sizeUnits();
  const answer = await backend.images();
  if (answer.state === 'failed') throw new RequestError(answer.problem);
  const images = answer.state === 'known' ? answer.value : [];
  return images
    .toSorted((a, b) => b.created - a.created)
    .flatMap(({ tags, bytes }) => tags.map((label) => ({ label, description: formatBytesIn(units, bytes) })));
}
