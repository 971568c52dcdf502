/** Names of images for elsewhere: references and digests to the clipboard, pages in the browser, documents in the editor. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatReference } from '../../../common/reference.ts';
import { pageOf } from '../../../common/registryPage.ts';
import { type Backend, type RegistryDocument, RequestError } from '../../backend.ts';
import { type Command, commands } from '../../contributions.ts';
import type { Tools } from '../tools.ts';
import type { PlatformPlace, ReferrerPlace, RegistryValue, TagPlace } from '../values.ts';

export function copyCommands({ tree, backend, notify, documents }: Tools): readonly vscode.Disposable[] {
  const copy = (command: Command, text: (value: RegistryValue) => Promise<string | undefined>) =>
    tree.onNodes(command, (values) =>
      notify.attempt(l10n.t('Registries'), async () => {
        const texts = (await Promise.all(values.map(text))).filter((each) => each !== undefined);
        if (texts.length > 0) await vscode.env.clipboard.writeText(texts.join('\n'));
      }),
    );
  const show = (what: RegistryDocument['what']) => (values: readonly RegistryValue[]) =>
    Promise.all(
      values.filter(hasManifest).map((value) => {
        const document = documentOf(value, what);
        const name = `${document.repository}@${document.reference.slice(0, 19)}.${what}`;
        return notify.attempt(value.host, () => documents.show({ kind: 'registry', document, name }));
      }),
    );
  return [
    copy(commands.copyTagReference, async (value) => ('reference' in value ? value.reference : undefined)),
    copy(commands.copyTagDigest, (value) => pinned(value, backend)),
    tree.onNodes(commands.showManifest, show('manifest')),
    tree.onNodes(commands.showConfig, show('config')),
    tree.onNodes(commands.openPage, async (values) => {
      for (const page of new Set(values.map(webPage))) {
        if (page !== undefined) await vscode.env.openExternal(vscode.Uri.parse(page, true));
      }
    }),
  ];
}

/** `name@sha256:…`: what a Dockerfile or manifest pins it with. */
async function pinned(value: RegistryValue, backend: Backend): Promise<string | undefined> {
  if (!hasManifest(value)) return undefined;
  const { host: registry, repository } = value;
  return formatReference({ registry, repository, digest: await digestOf(value, backend) });
}

/** As the list has it, else as the registry says now. */
export async function digestOf(value: TagPlace | PlatformPlace | ReferrerPlace, backend: Backend): Promise<string> {
  if (value.digest !== undefined) return value.digest;
  if (value.kind !== 'tag') throw new TypeError('only tags may come without a digest');
  const answer = await backend.platforms(value.host, value.repository, value.tag);
  if (answer.state === 'known') return answer.value.digest;
  throw new RequestError(
    answer.state === 'failed'
      ? answer.problem
      : { kind: 'timeout', subject: value.reference, message: l10n.t('Its digest is not known yet.') },
  );
}

function hasManifest(value: RegistryValue): value is TagPlace | PlatformPlace | ReferrerPlace {
  return value.kind === 'tag' || value.kind === 'platform' || value.kind === 'referrer';
}

function documentOf(value: TagPlace | PlatformPlace | ReferrerPlace, what: RegistryDocument['what']): RegistryDocument {
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
        ? pageOf(registry, value.repository, value.tag)
        : pageOf(registry);
  return page !== undefined && /^https?:\/\//i.test(page) && URL.canParse(page) ? page : undefined;
}
