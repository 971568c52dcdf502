/** Docker Hub's search, while it is typed. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { dockerHub, parseReference } from '../../../common/reference.ts';
import type { SearchRow } from '../../../common/registry.ts';
import { isAbort, problemOf } from '../../backend.ts';
import { commands } from '../../contributions.ts';
import { registerCommand, runCommand } from '../../ui/registration.ts';
import type { Tools } from '../tools.ts';
import { showRepository } from './openRepository.ts';

/** How long a text rests before the Hub is asked. */
const restMs = 250;

type Item = vscode.QuickPickItem & { readonly row?: SearchRow };

export function searchCommands(tools: Tools): readonly vscode.Disposable[] {
  return [registerCommand(commands.searchHub, () => search(tools))];
}

async function search(tools: Tools): Promise<void> {
  const { backend, notify } = tools;
  const pull = { iconPath: new vscode.ThemeIcon('cloud-download'), tooltip: l10n.t('Pull') };
  const quickPick = vscode.window.createQuickPick<Item>();
  quickPick.title = l10n.t('Search Docker Hub');
  quickPick.placeholder = l10n.t('What are you looking for? Enter shows the tags.');
  quickPick.matchOnDescription = true;
  quickPick.matchOnDetail = true;

  let asking: AbortController | undefined;
  let rest: NodeJS.Timeout | undefined;
  /** What the rows are an answer to. */
  let answered = '';
  const ask = async (text: string) => {
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    quickPick.busy = true;
    try {
      const answer = await backend.searchHub(text, mine.signal);
      if (mine.signal.aborted) return;
      answered = text;
      const rows = answer.state === 'known' ? answer.value.items : [];
      quickPick.items =
        answer.state === 'failed'
          ? [note(answer.problem.message, answer.problem.next)]
          : rows.length === 0
            ? [note(l10n.t('Docker Hub has nothing for "{0}"', text))]
            : rows.map((row) => itemOf(row, pull));
    } catch (error) {
      if (!isAbort(error) && !mine.signal.aborted) quickPick.items = [note(problemOf(error, dockerHub).message)];
    } finally {
      if (asking === mine) quickPick.busy = false;
    }
  };

  const chosen = await new Promise<{ readonly row: SearchRow; readonly pull: boolean } | undefined>((resolve) => {
    quickPick.onDidChangeValue((text) => {
      clearTimeout(rest);
      if (text.trim() === '') {
        asking?.abort();
        quickPick.busy = false;
        quickPick.items = [];
      } else rest = setTimeout(() => void ask(text.trim()), restMs);
    });
    quickPick.onDidTriggerItemButton(({ item }) => item.row && resolve({ row: item.row, pull: true }));
    quickPick.onDidAccept(() => {
      const row = quickPick.selectedItems[0]?.row;
      // Enter that comes before the answer means what is typed, not what was found before.
      if (row !== undefined && answered === quickPick.value.trim()) resolve({ row, pull: false });
    });
    quickPick.onDidHide(() => resolve(undefined));
    quickPick.show();
  });
  clearTimeout(rest);
  asking?.abort();
  quickPick.dispose();

  const reference = chosen === undefined ? undefined : parseReference(chosen.row.name);
  if (chosen === undefined || reference === undefined) return;
  if (chosen.pull) await runCommand(commands.pullImage, chosen.row.name);
  else await notify.attempt(dockerHub, () => showRepository(dockerHub, reference.repository, tools));
}

function itemOf(row: SearchRow, pull: vscode.QuickInputButton): Item {
  const { name, description, stars, official } = row;
  return {
    label: plain(name),
    description: [
      official ? l10n.t('$(verified-filled) official') : undefined,
      `$(star-full) ${stars.toLocaleString('en')}`,
    ]
      .filter((part) => part !== undefined)
      .join('  '),
    detail: plain(description),
    iconPath: new vscode.ThemeIcon('repo'),
    buttons: [pull],
    alwaysShow: true,
    row,
  };
}

/** `$(name)` would be an icon: what others write of their repositories is text. */
function plain(text: string): string {
  return text.replaceAll('$(', '$ (');
}

/** A line that cannot be chosen for anything. */
function note(label: string, detail?: string): Item {
  return {
    label,
    iconPath: new vscode.ThemeIcon('info'),
    alwaysShow: true,
    ...(detail === undefined ? {} : { detail }),
  };
}
