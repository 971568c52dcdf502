/** What came of reaching a registry step by step, as text for a person. */
import * as l10n from '@vscode/l10n';
import type { DiagnoseStep } from '../../common/registry.ts';
import { oneLine } from './oneLine.ts';

const marks: Readonly<Record<DiagnoseStep['state'], string>> = { ok: '✓', warning: '!', failed: '✗', skipped: '–' };

/** `whole`: there are no further steps. */
export function diagnosisText(
  { host, repository }: { readonly host: string; readonly repository?: string },
  steps: readonly DiagnoseStep[],
  whole: boolean,
): string {
  const width = Math.max(0, ...steps.map(({ name }) => name.length));
  return [
    l10n.t('Connection to {0}', repository === undefined ? host : `${host}/${repository}`),
    '',
    ...steps.flatMap((step) => linesOf(step, width)),
    ...(whole ? ['', verdict(steps)] : [`… ${l10n.t('working')}`]),
    '',
  ].join('\n');
}

function linesOf({ name, state, detail, next, ms }: DiagnoseStep, width: number): readonly string[] {
  const took = ms === undefined ? '' : l10n.t(' ({0} ms)', Math.round(ms));
  return [
    `${marks[state]} ${name.padEnd(width)}  ${oneLine(detail)}${took}`,
    ...(next === undefined ? [] : [`  ${' '.repeat(width)}  → ${oneLine(next)}`]),
  ];
}

function verdict(steps: readonly DiagnoseStep[]): string {
  const failed = steps.find(({ state }) => state === 'failed');
  if (failed !== undefined) return l10n.t('It fails at: {0}.', failed.name);
  return steps.some(({ state }) => state === 'warning') ? l10n.t('It works, with remarks.') : l10n.t('It works.');
}
