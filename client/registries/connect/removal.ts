import * as l10n from '@vscode/l10n';
import type { Registry } from '../../../common/registry.ts';
import type { Backend } from '../../backend.ts';
import { type Entries, hasRegistry, withoutRegistry } from './entries.ts';
import type { ConnectRoom } from './flow.ts';

type Room = Pick<ConnectRoom, 'ui' | 'entries'> & { readonly backend: Pick<Backend, 'signOut' | 'registries'> };

/** Forgets what Gantry keeps of a sign-in, and says who else has one. */
export async function signOutOf(host: string, { backend, ui }: Room): Promise<void> {
  await backend.signOut(host);
  const row = (await backend.registries()).registries.find((each) => each.host === host);
  const command = logoutOf(row);
  if (row?.account === undefined || command === undefined) ui.tell(l10n.t('Signed out of {0}.', host));
  else
    ui.tell(
      l10n.t('{0} is still signed in to {1} outside of Gantry. To end that, run: {2}', row.account, host, command),
    );
}

/** Takes registries out of the user's own list. Of others it says where they come from, and how they go away. */
export async function removeRegistries(registries: readonly Registry[], { entries, ui }: Room): Promise<void> {
  const before = entries.read();
  const mine = registries.filter(({ host }) => hasRegistry(before, host));
  if (mine.length > 0) {
    const after = mine.reduce<Entries>((rest, { host }) => withoutRegistry(rest, host), before);
    await entries.write(after);
  }
  for (const registry of registries) {
    if (!mine.includes(registry)) ui.tell(whyItStays(registry));
    else if (registry.account !== undefined) {
      ui.tell(l10n.t('{0} is out of the list. Its sign-in stays; "Sign Out" forgets it.', registry.host));
    }
  }
}

function whyItStays(registry: Registry): string {
  const { host, origin } = registry;
  const command = logoutOf(registry);
  if (command !== undefined) {
    return l10n.t(
      '{0} is in the list because it is signed in to outside of Gantry. To end that, run: {1}',
      host,
      command,
    );
  }
  if (origin === 'gantry')
    return l10n.t('{0} is in the list because you signed in to it. Sign out to remove it.', host);
  if (origin === 'settings')
    return l10n.t('{0} is in the settings of this workspace or machine, not in your own.', host);
  return l10n.t('{0} is always in the list.', host);
}

function logoutOf(registry: Registry | undefined): string | undefined {
  if (registry?.origin !== 'docker' && registry?.origin !== 'podman') return undefined;
  return registry.host === 'docker.io' ? `${registry.origin} logout` : `${registry.origin} logout ${registry.host}`;
}
