import * as l10n from '@vscode/l10n';
import { builtinHosts, type Registry } from '../../../common/registry.ts';
import type { Backend } from '../../backend.ts';
import { type Entries, hasRegistry, withoutRegistry } from './entries.ts';
import type { ConnectRoom } from './flow.ts';

type SignOutRoom = Pick<ConnectRoom, 'ui'> & { readonly backend: Pick<Backend, 'signOut' | 'registries'> };

/** Forgets what Gantry keeps of a sign-in, and says who else has one. */
export async function signOutOf(host: string, { backend, ui }: SignOutRoom): Promise<void> {
  await backend.signOut(host);
  const row = (await backend.registries()).registries.find((each) => each.host === host);
  const command = logoutOf(row);
  if (command === undefined) ui.tell(l10n.t('Signed out of {0}.', host));
  else if (row?.account === undefined)
    ui.tell(l10n.t('{0} is still signed in to outside of Gantry. To end that, run: {1}', host, command));
  else
    ui.tell(
      l10n.t('{0} is still signed in to {1} outside of Gantry. To end that, run: {2}', row.account, host, command),
    );
}

type RemovalRoom = Pick<ConnectRoom, 'ui' | 'entries'> & {
  /** Keeps a registry from the view that others than the user's own list name. */
  hide(host: string): Promise<void>;
};

/** Takes registries out of the user's own list, and out of the view where others name them too. Tells of what there is of them still. */
export async function removeRegistries(
  registries: readonly Registry[],
  { entries, ui, hide }: RemovalRoom,
): Promise<void> {
  const before = entries.read();
  const after = registries.reduce<Entries>((rest, { host }) => withoutRegistry(rest, host), before);
  for (const registry of registries) {
    const left = leftOf(registry, hasRegistry(before, registry.host));
    if (left === undefined) continue;
    await hide(registry.host);
    ui.tell([l10n.t('{0} is out of the view; "Connect Registry…" brings it back.', registry.name), ...left].join(' '));
  }
  if (after.length < before.length) await entries.write(after);
}

/** What names a registry beside the user's own list, a sentence each; undefined where nothing does. */
function leftOf(registry: Registry, isMine: boolean): readonly string[] | undefined {
  const { host, origin, signedInBy } = registry;
  const command = logoutOf(registry);
  if (command !== undefined) return [l10n.t('It is signed in to outside of Gantry; to end that, run: {0}', command)];
  if (signedInBy === 'gantry') return [l10n.t('Its sign-in stays; "Sign Out" forgets it.')];
  if (builtinHosts.includes(host)) return [];
  if (isMine) return undefined;
  return origin === 'settings' ? [l10n.t('It stays in the settings of this workspace or machine.')] : [];
}

function logoutOf(registry: Registry | undefined): string | undefined {
  if (registry?.signedInBy !== 'docker' && registry?.signedInBy !== 'podman') return undefined;
  return registry.host === 'docker.io'
    ? `${registry.signedInBy} logout`
    : `${registry.signedInBy} logout ${registry.host}`;
}
