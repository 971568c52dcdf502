import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatBytesIn } from '../../../common/bytes.ts';
import { formatReference, parseReference } from '../../../common/reference.ts';
import { commands } from '../../contributions.ts';
import { runCommand, sizeUnits } from '../../ui/registration.ts';
import { reporting } from '../../ui/transfer.ts';
import { wholeTagList } from '../everyTag.ts';
import { failedLines, inTurn } from '../inTurn.ts';
import type { Tools } from '../tools.ts';
import { type ImagePlace, isImage, isRepositoryPlace, type RepositoryPlace } from '../values.ts';

interface Spec {
  readonly reference: string;
  readonly platform?: string;
}

export function pullCommands(tools: Tools): readonly vscode.Disposable[] {
  const { tree, notify } = tools;
  return [
    tree.onNodes(
      commands.pullTag,
      async (values) => {
        const specs = values.map(specOf);
        const [first] = specs;
        if (first === undefined) return;
        if (specs.length > 1) await pullAll(l10n.t('{0} images', specs.length), specs, tools);
        else if (first.platform === undefined) await runCommand(commands.pullImage, first.reference);
        else await runCommand(commands.pullImage, first.reference, first.platform);
      },
      isImage,
    ),
    tree.onNodes(
      commands.pullRepository,
      ([value]) => value && notify.attempt(value.reference, () => pullRepository(value, tools)),
      isRepositoryPlace,
    ),
  ];
}

function specOf(value: ImagePlace): Spec {
  const { reference } = value;
  return value.kind === 'platform' ? { reference, platform: value.platform } : { reference };
}

async function pullRepository(place: RepositoryPlace, tools: Tools): Promise<void> {
  const { host, repository, reference } = place;
  const list = await wholeTagList(place, tools);
  if (list === undefined) return;
  const tags = list.items.filter(({ kind = 'image' }) => kind === 'image');
  if (tags.length === 0) {
    void vscode.window.showInformationMessage(l10n.t('{0} has no tag that could be pulled.', reference));
    return;
  }
  const [only] = tags;
  if (only !== undefined && tags.length === 1) {
    await runCommand(commands.pullImage, formatReference({ registry: host, repository, tag: only.name }));
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
  const question =
    list.cursor === undefined
      ? l10n.t('Pull all {0} tags of {1}?', tags.length, reference)
      : l10n.t('Pull the first {0} tags of {1}? It has more than are pulled at once.', tags.length, reference);
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, answer)) !== answer) return;
  const specs = tags.map(({ name: tag }) => ({ reference: formatReference({ registry: host, repository, tag }) }));
  await pullAll(reference, specs, tools);
}

const naming = {
  name: ({ reference }: Spec) => reference,
  repository: ({ reference }: Spec) => {
    const { registry, repository } = parseReference(reference) ?? {};
    return `${registry}/${repository}`;
  },
};

async function pullAll(what: string, specs: readonly Spec[], { backend, notify }: Tools): Promise<void> {
  await notify.progress(l10n.t('Pulling {0}', what), what, async (report, signal) => {
    const pull = (spec: Spec, index: number) => {
      const shown = (message = '') => l10n.t('{0} of {1}: {2} {3}', index + 1, specs.length, spec.reference, message);
      report({ message: shown() });
      const reportOne = reporting(
        ({ message, increment = 0 }) => report({ message: shown(message), increment }),
        sizeUnits(),
        100 / specs.length,
      );
      return backend.pull(spec, reportOne, signal);
    };
    const { failed, untried } = await inTurn(specs, naming, pull);
    const [first] = failed;
    if (first === undefined) {
      vscode.window.setStatusBarMessage(l10n.t('$(check) Pulled {0}', what), 5000);
      return;
    }
    const { problem, name } = first;
    await notify.problem({
      kind: 'internal',
      subject: what,
      message: l10n.t(
        '{0} of {1} could not be pulled. The first: {2}',
        failed.length + untried,
        specs.length,
        `${name}: ${problem.message}`,
      ),
      ...(problem.next !== undefined && { next: problem.next }),
      tried: failedLines({ failed, untried }),
    });
  });
}
