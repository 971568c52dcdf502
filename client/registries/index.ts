/** The registries view: what is in the user's registries, page by page, and what can be done with it. */
import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import { known, type Problem } from '../../common/known.ts';
import type { Backend } from '../backend.ts';
import { commands, contextKeys, views } from '../contributions.ts';
import type { JsonDocuments } from '../ui/jsonDocuments.ts';
import type { Notify } from '../ui/notify.ts';
import { onSizeUnits, setContext, sizeUnits } from '../ui/registration.ts';
import { reports } from '../ui/reports.ts';
import type { Remedy } from '../ui/treeModel.ts';
import { createTree, type Tree } from '../ui/treeView.ts';
import { Arrangement, type Store } from './arrangement.ts';
import { askChanged, askTurnedOut } from './changes.ts';
import { compareCommands } from './commands/compare.ts';
import { connectCommands, ownEntries } from './commands/connect.ts';
import { copyCommands } from './commands/copy.ts';
import { deletionCommands } from './commands/delete.ts';
import { diagnoseCommands, diagnosing, writeDiagnosis } from './commands/diagnose.ts';
import { listCommands } from './commands/lists.ts';
import { openingCommands } from './commands/openRepository.ts';
import { pullCommands } from './commands/pull.ts';
import { searchCommands } from './commands/search.ts';
import { hasRegistry } from './connect/entries.ts';
import { listProblemNodes, registryNodes } from './nodes/registryNodes.ts';
import { sourceOf } from './source.ts';
import type { Tools } from './tools.ts';
import type { RegistryValue } from './values.ts';

export function registerRegistries(
  backend: Backend,
  notify: Notify,
  documents: JsonDocuments,
  memory: { readonly workspace: Store; readonly everywhere: Store },
  subscriptions: vscode.Disposable[],
): Tree<RegistryValue> {
  const arranged = new Arrangement(memory.workspace, memory.everywhere);
  const { source, paging } = sourceOf(backend, arranged, (place, details) => {
    if (details.kind === 'artifact') void askTurnedOut(tree.model, place);
  });
  const tree: Tree<RegistryValue> = createTree<RegistryValue>(
    views.registries,
    l10n.t('Registries'),
    async (signal) => {
      const { registries, problems } = await backend.registries(signal);
      const own = ownEntries.read();
      const wanted = registries.filter(({ host }) => !arranged.isHidden(host) || hasRegistry(own, host));
      setContext(contextKeys.registriesEmpty, wanted.length === 0);
      const shown = { source, arranged, now: Date.now, units: sizeUnits() };
      const nodes = [...listProblemNodes(problems, remedies), ...registryNodes(wanted, shown, remedies)];
      return known(nodes, Date.now());
    },
    { canSelectMany: true, expansion: arranged, remedies },
  );
  const written = reports({ [diagnosing]: writeDiagnosis(backend) });
  const tools: Tools = { tree, backend, notify, documents, arranged };
  subscriptions.push(
    tree,
    written,
    onSizeUnits(() => void tree.refresh()),
    {
      dispose: backend.onRegistriesChanged(
        (host, repository) => void (tree.view.visible ? askChanged(tree.model, host, repository) : tree.refresh()),
      ),
    },
    ...connectCommands(tools),
    ...listCommands(tools, paging),
    ...openingCommands(tools),
    ...pullCommands(tools),
    ...copyCommands(tools),
    ...compareCommands(tools),
    ...deletionCommands(tools),
    ...diagnoseCommands(tools, written),
    ...searchCommands(tools),
  );
  return tree;
}

/** Below a problem of a registry. */
function remedies({ kind }: Problem): readonly Remedy[] {
  if (kind === 'settings') {
    return [{ label: l10n.t('Open Settings'), icon: { id: 'gear' }, command: commands.openRegistrySettings }];
  }
  if (kind === 'unauthorized' || kind === 'denied' || kind === 'credentials') {
    return [{ label: l10n.t('Sign In…'), icon: { id: 'sign-in' }, command: commands.signInToRegistry }];
  }
  return kind === 'unreachable' || kind === 'timeout' || kind === 'certificate' || kind === 'badAnswer'
    ? [{ label: l10n.t('Diagnose Connection'), icon: { id: 'pulse' }, command: commands.diagnoseRegistry }]
    : [];
}
