import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatReference } from '../../../common/reference.ts';
import { commands, contextKeys } from '../../contributions.ts';
import { runCommand, setContext } from '../../ui/registration.ts';
import type { Tools } from '../tools.ts';
import type { RegistryValue } from '../values.ts';

export function compareCommands({ tree }: Tools): readonly vscode.Disposable[] {
  let selected: string | undefined;
  const compare = (first: string, second: string) => runCommand(commands.compareLayers, first, second, 'registry');
  return [
    tree.onNodes(commands.selectForCompare, ([value]) => {
      selected = value === undefined ? undefined : referenceOf(value);
      setContext(contextKeys.imageSelectedForCompare, selected !== undefined);
      if (selected !== undefined)
        vscode.window.setStatusBarMessage(l10n.t('{0} is selected for compare', selected), 5000);
    }),
    tree.onNodes(commands.compareWithSelected, ([value]) => {
      const second = value === undefined ? undefined : referenceOf(value);
      return selected === undefined || second === undefined ? undefined : compare(selected, second);
    }),
    tree.onNodes(commands.compareSelected, (values) => {
      const [first, second] = values.flatMap((value) => referenceOf(value) ?? []);
      return first === undefined || second === undefined ? undefined : compare(first, second);
    }),
  ];
}

/** A platform's image goes by its digest: its tag has others too. */
function referenceOf(value: RegistryValue): string | undefined {
  if (value.kind === 'tag') return value.reference;
  if (value.kind !== 'platform') return undefined;
  return formatReference({ registry: value.host, repository: value.repository, digest: value.digest });
}
