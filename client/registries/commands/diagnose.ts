import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { Backend } from '../../backend.ts';
import { commands } from '../../contributions.ts';
import { registerCommand } from '../../ui/registration.ts';
import type { Reports, Write } from '../../ui/reports.ts';
import { diagnosisText } from '../diagnosis.ts';
import { pickRegistry } from '../pickRegistry.ts';
import { hostOf, nearest, type RegistryElement, type Tools } from '../tools.ts';

/** The kind of the report. */
export const diagnosing = 'diagnose';

export function diagnoseCommands(tools: Tools, reports: Reports): readonly vscode.Disposable[] {
  const { tree, notify } = tools;
  return [
    // Also below a problem, which stands in what it is a problem of.
    registerCommand(commands.diagnoseRegistry, async (element?: RegistryElement) => {
      const host = hostOf(element) ?? (await pickRegistry(tools));
      if (host === undefined) return;
      const repository = nearest(element, 'repository')?.node.value;
      const what = repository?.kind === 'repository' ? { host, repository: repository.repository } : { host };
      await notify.attempt(host, () =>
        tree.busy(() => reports.show(diagnosing, l10n.t('Connection to {0}', host), JSON.stringify(what))),
      );
    }),
  ];
}

/** Writes the report about a registry, step by step as each ends. */
export function writeDiagnosis(backend: Backend): Write {
  return async (query, signal, show) => {
    const what: { readonly host: string; readonly repository?: string } = JSON.parse(query);
    const steps: Parameters<typeof diagnosisText>[1][number][] = [];
    show(diagnosisText(what, steps, false));
    const all = await backend.diagnoseRegistry(
      what,
      (step) => {
        steps.push(step);
        show(diagnosisText(what, steps, false));
      },
      signal,
    );
    return diagnosisText(what, all, true);
  };
}
