import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatBytesIn } from '../../../common/bytes.ts';
import { formatReference } from '../../../common/reference.ts';
import { isAbort, problemOf } from '../../backend.ts';
import { commands } from '../../contributions.ts';
import { runCommand, sizeUnits } from '../../ui/registration.ts';
import { reporting } from '../../ui/transfer.ts';
import { wholeTagList } from '../everyTag.ts';
import type { Tools } from '../tools.ts';
import type { RegistryValue, RepositoryPlace } from '../values.ts';

interface Spec {
  readonly reference: string;
  readonly platform?: string;
}

export function pullCommands(tools: Tools): readonly vscode.Disposable[] {
  const { tree, notify } = tools;
  return [
    tree.onNodes(commands.pullTag, async (values) => {
      const specs = values.flatMap(specOf);
      const [first] = specs;
      if (first === undefined) return;
      if (specs.length > 1) await pullAll(l10n.t('{0} images', specs.length), specs, tools);
      else if (first.platform === undefined) await runCommand(commands.pullImage, first.reference);
      else await runCommand(commands.pullImage, first.reference, first.platform);
    }),
    tree.onNodes(commands.pullRepository, ([value]) =>
      value?.kind === 'repository' ? notify.attempt(value.reference, () => pullRepository(value, tools)) : undefined,
    ),
  ];
}

function specOf(value: RegistryValue): readonly Spec[] {
  if (value.kind === 'platform') return [{ reference: value.reference, platform: value.platform }];
  return value.kind === 'tag' && !value.artifact ? [{ reference: value.reference }] : [];
}

async function pullRepository(place: RepositoryPlace, tools: Tools): Promise<void> {
  const { host, repository, reference } = place;
  const rows = await wholeTagList(place, tools);
  const tags = rows?.filter(({ kind = 'image' }) => kind === 'image') ?? [];
  if (rows === undefined) return;
  if (tags.length === 0) {
    void vscode.window.showInformationMessage(l10n.t('{0} has no tag that could be pulled.', reference));
    return;
  }
  const answer = l10n.t('Pull {0} Tags', tags.length);
  const bytes = tags.every(({ compressedBytes }) => compressedBytes !== undefined)
    ? tags.reduce((sum, { compressedBytes = 0 }) => sum + compressedBytes, 0)
    : undefined;
  const detail = [
    bytes === undefined
      ? l10n.t('How much that is, the registry does not tell beforehand.')
      : l10n.t('At most {0} to download: tags share layers.', formatBytesIn(sizeUnits(), bytes)),
    l10n.t('One after the other, each for the platform of the engine.'),
  ].join('\n');
  const question = l10n.t('Pull all {0} tags of {1}?', tags.length, reference);
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, answer)) !== answer) return;
  const specs = tags.map(({ name: tag }) => ({ reference: formatReference({ registry: host, repository, tag }) }));
  await pullAll(reference, specs, tools);
}

/** One after the other; one that fails does not keep the others back. */
async function pullAll(what: string, specs: readonly Spec[], { backend, notify }: Tools): Promise<void> {
  await notify.progress(l10n.t('Pulling {0}', what), what, async (report, signal) => {
    const failures: string[] = [];
    for (const [index, spec] of specs.entries()) {
      const shown = (message = '') => l10n.t('{0} of {1}: {2} {3}', index + 1, specs.length, spec.reference, message);
      report({ message: shown() });
      const reportOne = reporting(
        ({ message, increment = 0 }) => report({ message: shown(message), increment }),
        sizeUnits(),
        100 / specs.length,
      );
      try {
        await backend.pull(spec, reportOne, signal);
      } catch (error) {
        if (isAbort(error)) throw error;
        failures.push(`${spec.reference}: ${problemOf(error, spec.reference).message}`);
      }
    }
    if (failures.length === 0) {
      vscode.window.setStatusBarMessage(l10n.t('$(check) Pulled {0}', what), 5000);
      return;
    }
    await notify.problem({
      kind: 'internal',
      subject: what,
      message: l10n.t(
        '{0} of {1} could not be pulled. The first: {2}',
        failures.length,
        specs.length,
        failures[0] ?? '',
      ),
      tried: failures,
    });
  });
}
