import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatReference } from '../../../common/reference.ts';
import type { Backend } from '../../backend.ts';
import { commands, contextKeys } from '../../contributions.ts';
import { setContext } from '../../ui/registration.ts';
import type { Reports, Write } from '../../ui/reports.ts';
import { comparisonText } from '../comparison.ts';
import type { Tools } from '../tools.ts';
import type { RegistryValue } from '../values.ts';

/** The kind of the report. */
export const comparing = 'compare';

export function compareCommands({ tree, notify }: Tools, reports: Reports): readonly vscode.Disposable[] {
  let selected: string | undefined;
  const compare = (first: string, second: string) =>
    notify.attempt(first, () =>
      reports.show(
        comparing,
        l10n.t('{0} and {1}', shortName(first), shortName(second)),
        JSON.stringify({ first, second }),
      ),
    );
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

/** Writes the report about two references. */
export function writeComparison(backend: Backend): Write {
  return async (query, signal) => {
    const { first, second }: { readonly first: string; readonly second: string } = JSON.parse(query);
    return comparisonText(first, second, await backend.compareImages({ first, second }, signal));
  };
}

/** A platform's image goes by its digest: its tag has others too. */
function referenceOf(value: RegistryValue): string | undefined {
  if (value.kind === 'tag') return value.reference;
  if (value.kind !== 'platform') return undefined;
  return formatReference({ registry: value.host, repository: value.repository, digest: value.digest });
}

function shortName(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1).replace(/@sha256:([0-9a-f]{12})[0-9a-f]+$/, '@$1');
}
