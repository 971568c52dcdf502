/** How to sign in to a registry: the ways that its product has, and what each asks of the user. */
import * as l10n from '@vscode/l10n';
import type { ProbeResult, SignIn, SignInMethod } from '../../../common/registry.ts';
import type { ConnectUi, Item } from './ui.ts';

type Probed = Pick<ProbeResult, 'host' | 'name' | 'kind'>;

export function methodItems(methods: readonly SignInMethod[]): readonly Item<SignInMethod>[] {
  return methods.map((method) => ({ ...describe(method), value: method }));
}

function describe(method: SignInMethod): { readonly label: string; readonly detail?: string } {
  switch (method.kind) {
    case 'session':
      return method.provider === 'microsoft'
        ? { label: l10n.t('Microsoft account'), detail: l10n.t('Through VS Code; nothing to copy.') }
        : { label: l10n.t('GitHub account'), detail: l10n.t('Through VS Code; nothing to copy.') };
    case 'password':
      return { label: l10n.t('User name and password') };
    case 'token':
      return {
        label: l10n.t('Access token'),
        ...(method.url !== undefined && { detail: l10n.t('Made at {0}', method.url) }),
      };
    case 'outside':
      return { label: l10n.t('With another program'), detail: method.how };
  }
}

/** Asks what a method needs. Undefined when the user thought better of it. */
export async function askFor(
  method: Exclude<SignInMethod, { readonly kind: 'outside' }>,
  probed: Probed,
  ui: ConnectUi,
): Promise<SignIn | undefined> {
  const title = l10n.t('Sign in to {0}', probed.name);
  if (method.kind === 'session') return method.provider === 'github' ? askGithub(title, ui) : method;
  const needsName = method.kind === 'password' || method.username === 'required';
  const username = needsName
    ? await ui.ask({
        title,
        prompt:
          probed.kind === 'hub'
            ? l10n.t('Docker ID, or the name of the organisation for its token')
            : l10n.t('User name'),
        check: (value) => (value.includes(':') ? l10n.t('A user name has no colon in it.') : undefined),
      })
    : '';
  if (username === undefined || (needsName && username.trim() === '')) return undefined;
  const secret = await ui.ask({ title, prompt: secretPrompt(method), password: true });
  if (secret === undefined || secret === '') return undefined;
  if (method.kind === 'password') return { kind: 'password', username, password: secret };
  return { kind: 'token', token: secret, ...(username !== '' && { username }) };
}

function secretPrompt(method: Extract<SignInMethod, { readonly kind: 'password' | 'token' }>): string {
  if (method.kind === 'password') return l10n.t('Password or token');
  return method.url === undefined ? l10n.t('Token') : l10n.t('Token; make one at {0}', method.url);
}

/** The rights are those of the token; what is not needed is better not given. */
async function askGithub(title: string, ui: ConnectUi): Promise<SignIn | undefined> {
  const access = await ui.choose<'read' | 'write' | 'delete'>({
    title,
    placeHolder: l10n.t('What may Gantry do with your packages?'),
    items: [
      { label: l10n.t('Read'), description: 'read:packages', value: 'read' },
      { label: l10n.t('Read and push'), description: 'write:packages', value: 'write' },
      { label: l10n.t('Read, push and delete'), description: 'delete:packages', value: 'delete' },
    ],
  });
  return access && { kind: 'session', provider: 'github', access };
}

/** After a Microsoft account was not taken: it may be the wrong directory of several. */
export async function askDirectory(probed: Probed, ui: ConnectUi): Promise<SignIn | undefined> {
  const tenant = await ui.ask({
    title: l10n.t('Sign in to {0}', probed.name),
    prompt: l10n.t("The id or domain of the directory (tenant) of the registry's subscription; the portal shows it."),
    check: (value) =>
      value === '' || /^[0-9a-z][0-9a-z.-]{2,100}$/i.test(value.trim()) ? undefined : l10n.t('An id or a domain.'),
  });
  return tenant === undefined || tenant.trim() === ''
    ? undefined
    : { kind: 'session', provider: 'microsoft', tenant: tenant.trim() };
}
