import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commands, contextKeys } from '../../contributions.ts';
import { runCommand, setContext } from '../../ui/registration.ts';
import type { Tools } from '../tools.ts';
import { isImage, referenceOf } from '../values.ts';

export function compareCommands({ tree }: Tools): readonly vscode.Disposable[] {
  let selected: string | undefined;
  const compare = (first: string, second: string) => runCommand(commands.compareLayers, first, second, 'registry');
  const tell = (text: string) => void vscode.window.showInformationMessage(text);
  return [
    tree.onNodes(
      commands.selectForCompare,
      ([value]) => {
        selected = value && referenceOf(value);
        setContext(contextKeys.imageSelectedForCompare, selected !== undefined);
        if (selected !== undefined)
          vscode.window.setStatusBarMessage(l10n.t('{0} is selected for compare', selected), 5000);
      },
      isImage,
    ),
    tree.onNodes(
      commands.compareWithSelected,
      ([value]) => {
        if (value === undefined) return undefined;
        return selected === undefined
          ? tell(l10n.t('Choose the other image first, by "Select for Compare".'))
          : compare(selected, referenceOf(value));
      },
      isImage,
    ),
    tree.onNodes(
      commands.compareSelected,
      ([first, second]) =>
        first === undefined || second === undefined
          ? tell(l10n.t('Select two images in the view to compare them.'))
          : compare(referenceOf(first), referenceOf(second)),
      isImage,
    ),
  ];
}
