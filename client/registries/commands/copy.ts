/** Names of images for elsewhere: references and digests to the clipboard, pages in the browser, documents in the editor. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatReference } from '../../../common/reference.ts';
import { pageOf } from '../../../common/registryPage.ts';
import type { Backend, RegistryDocument } from '../../backend.ts';
import { type Command, commands } from '../../contributions.ts';
import type { Tools } from '../tools.ts';
import {
  hasReference,
  type PlatformPlace,
  type ReferrerPlace,
  type RegistryValue,
  referenceOf,
  type TagPlace,
} from '../values.ts';

export function copyCommands({ tree, backend, notify, documents }: Tools): readonly vscode.Disposable[] {
  const copy = <V extends RegistryValue>(
    command: Command,
    text: (value: V) => string | Promise<string>,
    fits: (value: RegistryValue) => value is V,
  ) =>
    tree.onNodes(
      command,
      (values) =>
        notify.attempt(l10n.t('Registries'), async () =>
          vscode.env.clipboard.writeText((await Promise.all(values.map(text))).join('\n')),
        ),
      fits,
    );
  const show = (what: RegistryDocument['what']) => async (values: readonly Manifested[]) => {
    if (!(await isMeant(l10n.t('Show {0} documents?', values.length), l10n.t('Show'), values.length))) return;
    await Promise.all(
      values.map((value) => {
        const document = documentOf(value, what);
        const name = `${document.repository}@${document.reference.slice(0, 19)}.${what}`;
        return notify.attempt(value.host, () => documents.show({ kind: 'registry', document, name }));
      }),
    );
  };
  const open = async (values: readonly RegistryValue[]) => {
    const pages = [...new Set(values.flatMap((value) => webPage(value) ?? []))];
    if (!(await isMeant(l10n.t('Open {0} pages?', pages.length), l10n.t('Open'), pages.length))) return;
    for (const page of pages) await vscode.env.openExternal(vscode.Uri.parse(page, true));
  };
  return [
    copy(commands.copyTagReference, referenceOf, hasReference),
    copy(commands.copyTagDigest, (value) => pinned(value, backend), hasManifest),
    tree.onNodes(commands.showManifest, show('manifest'), hasManifest),
    tree.onNodes(commands.showConfig, show('config'), hasConfig),
    tree.onNodes(commands.openPage, open, hasPage),
  ];
}

/** So many tabs open without a question. */
const fewTabs = 8;

async function isMeant(question: string, answer: string, count: number): Promise<boolean> {
  return count <= fewTabs || (await vscode.window.showWarningMessage(question, { modal: true }, answer)) === answer;
}

type Manifested = TagPlace | PlatformPlace | ReferrerPlace;

/** `name@sha256:…`: what a Dockerfile or manifest pins it with. */
async function pinned(value: Manifested, backend: Backend): Promise<string> {
  const { host: registry, repository } = value;
  return formatReference({ registry, repository, digest: await digestOf(value, backend) });
}

/** As the list has it, else as the registry says now. */
export async function digestOf(value: Manifested, backend: Backend): Promise<string> {
  if (value.kind !== 'tag') return value.digest;
  return value.digest ?? backend.digest(value.host, value.repository, value.tag);
}

/** That of an attestation or a signature says nothing. */
const hasConfig = (value: RegistryValue): value is TagPlace | PlatformPlace =>
  value.kind === 'tag' || value.kind === 'platform';

const hasPage = (value: RegistryValue): value is RegistryValue => webPage(value) !== undefined;

function hasManifest(value: RegistryValue): value is Manifested {
  return value.kind === 'tag' || value.kind === 'platform' || value.kind === 'referrer';
}

function documentOf(value: Manifested, what: RegistryDocument['what']): RegistryDocument {
  const { host, repository } = value;
  return { host, repository, reference: value.kind === 'tag' ? value.tag : value.digest, what };
}

/** Only what a browser is for: a registry may name any address. */
function webPage(value: RegistryValue): string | undefined {
  if (value.kind === 'more') return undefined;
  const { registry } = value;
  const page =
    value.kind === 'repository'
      ? (value.page ?? pageOf(registry, value.repository))
      : value.kind === 'tag'
        ? (value.page ?? pageOf(registry, value.repository, value.tag))
        : pageOf(registry);
  return page !== undefined && /^https?:\/\//i.test(page) && URL.canParse(page) ? page : undefined;
}
