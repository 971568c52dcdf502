/** Connecting a registry: from whatever was pasted to a row in the tree, asking only for what is missing. */
import * as l10n from '@vscode/l10n';
import { type Problem, sentenceOf } from '../../../common/known.ts';
import type { AzureCloud, ProbeResult, SignedIn, SignIn, SignInMethod } from '../../../common/registry.ts';
import { type Backend, RequestError } from '../../backend.ts';
import type { RegistrySetting } from '../../contributions.ts';
import { type Entries, hasRegistry, withRegistry } from './entries.ts';
import { askDirectory, askFor, methodItems } from './methods.ts';
import type { ConnectUi, Item } from './ui.ts';

export interface ConnectRoom {
  readonly backend: Pick<Backend, 'probeRegistry' | 'signIn' | 'registries' | 'tags' | 'discoverAzure'>;
  readonly ui: ConnectUi;
  /** The user's own list of registries. */
  readonly entries: { read(): Entries; write(entries: Entries): Promise<void> };
  /** The cloud that VS Code's Microsoft accounts are of. */
  readonly cloud: () => AzureCloud;
}

type Start = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'azure' };

/** What is connected now, and the repository that was pasted with it, where there is one of that name. */
export type Connected = Pick<ProbeResult, 'host' | 'repository'>;

/** Undefined when the user thought better of it. Throws RequestErrors. */
export async function connect(room: ConnectRoom): Promise<Connected | undefined> {
  const { ui } = room;
  const start = await ui.choose<Start>({
    title: l10n.t('Connect a registry'),
    placeHolder: l10n.t('A host, an address, an image or a whole docker pull command'),
    items: [
      { label: l10n.t('Azure registries of my account…'), value: { kind: 'azure' } },
      { label: 'Docker Hub', description: 'docker.io', value: { kind: 'text', text: 'docker.io' } },
      { label: 'GitHub', description: 'ghcr.io', value: { kind: 'text', text: 'ghcr.io' } },
    ],
    typed: (text) => ({ label: l10n.t('Connect {0}', shown(text)), value: { kind: 'text', text } }),
  });
  if (start === undefined) return undefined;
  if (start.kind === 'azure') return connectAzure(room);
  const probed = await look(start.text, room);
  if (probed === undefined) return undefined;
  if (probed.warning !== undefined) ui.warn(probed.warning);
  const choice = await chooseWay(probed, room, true);
  if (choice === undefined) return undefined;
  const signedIn = choice === 'asIs' ? undefined : await signInBy(choice, probed, room);
  if (choice !== 'asIs' && choice.kind !== 'outside' && signedIn === undefined) return undefined;
  await remember(probed, room);
  if (signedIn === undefined) ui.tell(l10n.t('{0} is connected.', probed.name));
  const { host, repository } = probed;
  return { host, ...(repository !== undefined && (await isThere(host, repository, room)) && { repository }) };
}

/** What stands behind a host may be an image, or any page of the same site. */
async function isThere(host: string, repository: string, { backend }: ConnectRoom): Promise<boolean> {
  try {
    return (await backend.tags(host, repository, {})).state === 'known';
  } catch (error) {
    if (error instanceof RequestError) return false;
    throw error;
  }
}

/** Signs in to a registry that is in the tree already. Whether the user went through with it. */
export async function signInTo(host: string, room: ConnectRoom): Promise<boolean> {
  const probed = await look(host, room);
  if (probed === undefined) return false;
  if (probed.signIn.length === 0) {
    room.ui.tell(l10n.t('{0} lets everybody read, and has no accounts.', probed.name));
    return false;
  }
  const choice = await chooseWay(probed, room, false);
  if (choice === undefined || choice === 'asIs') return false;
  return (await signInBy(choice, probed, room)) !== undefined;
}

/** What a registry answers; without TLS only after the user said so. Throws where nothing does. */
async function look(text: string, { backend, ui }: ConnectRoom): Promise<ProbeResult | undefined> {
  const probe = (insecure: boolean) =>
    ui.working(l10n.t('Looking for the registry…'), (signal) => backend.probeRegistry({ text, insecure }, signal));
  const first = await probe(false);
  if (first.reachable || first.problem === undefined) return first;
  if (!mayBeInsecure(first.problem)) throw new RequestError(first.problem);
  const isAllowed = await ui.confirm(
    sentenceOf(first.problem),
    l10n.t(
      'Without encryption, or with a certificate that nobody vouches for, others on the network can read what you pull and the password that you sign in with.',
    ),
    l10n.t('Connect Insecurely'),
  );
  if (!isAllowed) return undefined;
  const second = await probe(true);
  if (!second.reachable && second.problem !== undefined) throw new RequestError(second.problem);
  return { ...second, insecure: true };
}

const mayBeInsecure = ({ kind, message }: Problem): boolean =>
  kind === 'certificate' || (kind === 'unreachable' && message.includes('HTTPS'));

type Way = SignInMethod | 'asIs';

/** How to go on: with the sign-in that is there, as anybody, or by one of the product's ways. The only way is not asked for. */
async function chooseWay(
  { name, account, accountFrom, anonymous, signIn, problem }: ProbeResult,
  { ui }: ConnectRoom,
  mayStay: boolean,
): Promise<Way | undefined> {
  if (problem !== undefined)
    ui.warn([sentenceOf(problem), problem.next].filter((part) => part !== undefined).join(' '));
  const asIs: readonly Item<Way>[] = !mayStay
    ? []
    : account !== undefined
      ? [{ label: l10n.t('Go on as {0}', account), ...(accountFrom && { description: accountFrom }), value: 'asIs' }]
      : anonymous
        ? [{ label: l10n.t('Without signing in'), detail: l10n.t('For what everybody may read.'), value: 'asIs' }]
        : [];
  const items: readonly Item<Way>[] = [...asIs, ...methodItems(signIn)];
  const [only] = items;
  if (only === undefined) return 'asIs';
  if (items.length === 1) return only.value;
  return ui.choose({ title: l10n.t('Connect {0}', name), placeHolder: l10n.t('How do you sign in?'), items });
}

/** Asks, tries, and asks again while the registry does not take it. Undefined when the user thinks better of it. */
async function signInBy(
  method: SignInMethod,
  probed: ProbeResult,
  { backend, ui }: ConnectRoom,
): Promise<SignedIn | undefined> {
  if (method.kind === 'outside') {
    ui.tell(method.how);
    return undefined;
  }
  for (let by = await askFor(method, probed, ui); by !== undefined; ) {
    const signIn: SignIn = by;
    try {
      const { host, insecure } = probed;
      const signedIn = await ui.working(l10n.t('Signing in to {0}…', probed.name), (signal) =>
        backend.signIn({ host, signIn, insecure }, signal),
      );
      tellOf(signedIn, probed, ui);
      return signedIn;
    } catch (error) {
      if (!(error instanceof RequestError) || error.problem.kind !== 'unauthorized') throw error;
      const { message, next = '' } = error.problem;
      if (!(await ui.confirm(message, next, l10n.t('Try Again')))) return undefined;
      const isMicrosoft = signIn.kind === 'session' && signIn.provider === 'microsoft';
      by = isMicrosoft ? await askDirectory(probed, ui) : await askFor(method, probed, ui);
    }
  }
  return undefined;
}

function tellOf({ account, keptIn, notes = [] }: SignedIn, { name }: Pick<ProbeResult, 'name'>, ui: ConnectUi): void {
  const who =
    account === undefined ? l10n.t('Signed in to {0}.', name) : l10n.t('Signed in to {0} as {1}.', name, account);
  ui.tell([who, l10n.t('The sign-in is kept in {0}.', keptIn), ...notes].join(' '));
}

/** Puts a registry into the user's list, if nothing else makes it show. */
async function remember(
  { host, insecure }: Pick<ProbeResult, 'host' | 'insecure'>,
  { backend, entries }: ConnectRoom,
): Promise<void> {
  const row = (await backend.registries()).registries.find((each) => each.host === host);
  const isKnown = row !== undefined && row.origin !== 'gantry';
  const mine = entries.read();
  const setting: RegistrySetting = { host, ...(insecure && !isThisMachine(host) && { insecure: true }) };
  const isMissing = !isKnown && !hasRegistry(mine, host);
  if (isMissing || setting.insecure === true) await entries.write(withRegistry(mine, setting));
}

/** Plain HTTP is allowed there anyway. */
const isThisMachine = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);

/** One of the registries that a Microsoft account leads to. */
async function connectAzure(room: ConnectRoom): Promise<Connected | undefined> {
  const { backend, ui } = room;
  const { registries, problems } = await ui.working(l10n.t('Looking for Azure registries…'), (signal) =>
    backend.discoverAzure(room.cloud(), signal),
  );
  if (problems.length > 0) {
    const first = problems[0];
    const more = problems.length > 1 ? l10n.t('({0} more)', problems.length - 1) : '';
    ui.warn([l10n.t('The list is not complete.'), first && sentenceOf(first), more].filter((part) => part).join(' '));
  }
  if (registries.length === 0) {
    ui.tell(l10n.t('No Azure registry was found. Connect one by the name of its login server: contoso.azurecr.io.'));
    return undefined;
  }
  const chosen = await ui.choose({
    title: l10n.t('Connect an Azure registry'),
    items: registries.map((registry) => ({
      label: registry.name,
      description: registry.host,
      detail: [registry.subscription, registry.location].filter((part) => part !== undefined).join(' · '),
      value: registry,
    })),
  });
  if (chosen === undefined) return undefined;
  const { host, name, tenant } = chosen;
  const signIn: SignIn = { kind: 'session', provider: 'microsoft', ...(tenant !== '' && { tenant }) };
  const signedIn = await ui.working(l10n.t('Signing in to {0}…', name), (signal) =>
    backend.signIn({ host, signIn }, signal),
  );
  await remember({ host, insecure: false }, room);
  tellOf(signedIn, { name }, ui);
  return { host };
}

/** What was typed may be long, or hold a password before its host. */
const shown = (text: string): string =>
  text
    .trim()
    .replace(/\/\/[^/\s]*@/g, '//')
    .slice(0, 60);
