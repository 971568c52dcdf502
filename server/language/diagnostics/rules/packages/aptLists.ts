import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Stage } from '../../../dockerfile/dockerfile.ts';
import { factOf } from '../../factOf.ts';
import { runners, stageTree } from '../../reads.ts';
import type { ContextOf, Rule } from '../../rule.ts';
import { aptGet } from './aptGet.ts';
import { type Call, callsOf } from './calls.ts';
import { deletes } from './cleaning.ts';
import { type Leftovers, leftoversOf } from './leftovers.ts';
import { manager, type Request, requestOf } from './managers.ts';
import { reportAt } from './place.ts';
import { keptStages } from './stages.ts';

const anyApt = manager('apt-get apt aptitude', [...aptGet.valued].join(' '));

function isUpdate(request: Request | undefined): boolean {
  return request?.verb.text === 'update';
}

const lists: Leftovers = {
  leaves: (call) => {
    const request = requestOf(call, aptGet);
    return isUpdate(request) ? request : undefined;
  },
  cleans: (call) =>
    deletes(call, /\/apt\/lists|^\/var\/lib\/(?:apt)?\/?\**$|^\/var\/lib\/\{/) ||
    /^dist-?clean$/.test(requestOf(call, anyApt)?.verb.text ?? ''),
  directories: ['/var/lib/apt/lists'],
  mounts: ['/var/cache/apt', '/var/lib/apt'],
  command: () => 'rm -rf /var/lib/apt/lists/*',
  safe: true,
  message: () =>
    'The package lists that apt-get update loads stay in the image. Delete /var/lib/apt/lists in the same RUN.',
};

const leftListsOf = factOf((own, context) => leftoversOf(lists, own, context));

/**
 * Source: hadolint's DL3009. Of a stage that only files are copied from, nothing gets into the image. A mount of /var/lib/apt alone
 * is enough for the lists.
 */
export const aptLists: Rule = {
  name: 'DL3009',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  preset: 'hadolint',
  reads: [...stageTree, ...runners],
  check(dockerfile, report, _knowledge, contextOf) {
    const kept = keptStages(dockerfile);
    for (const stage of dockerfile.stages) {
      if (!kept.has(stage.index)) continue;
      stage.instructions.forEach((instruction, index) => {
        const finding = leftListsOf(instruction, contextOf(instruction));
        if (!finding) return;
        const fixes = () => (needsLists(dockerfile, stage, index + 1, contextOf) ? [] : finding.fixes());
        reportAt(instruction, { ...finding, fixes }, report);
      });
    }
  },
};

/** What an instruction does with the lists first: loads them, or installs from what is there. */
const firstUseOf = factOf((own, context): 'loads' | 'needs' | undefined => {
  for (const call of callsOf(own, context)) {
    const use = useOf(call);
    if (use) return use;
  }
  return undefined;
});

function useOf(call: Call): 'loads' | 'needs' | undefined {
  const request = requestOf(call, anyApt);
  if (!request) return undefined;
  if (isUpdate(request)) return 'loads';
  return /^(?:install|reinstall|build-dep|(?:dist-|full-)?upgrade|source|download|satisfy)$/.test(request.verb.text)
    ? 'needs'
    : undefined;
}

/** Whether something from `from` on, in the stage or one that builds on it, installs from lists that were loaded before. */
function needsLists({ stages }: Dockerfile, stage: Stage, from: number, contextOf: ContextOf): boolean {
  const waiting = [{ stage, from }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { index, instructions } = next.stage;
    let use: ReturnType<typeof firstUseOf>;
    for (let at = next.from; use === undefined && at < instructions.length; at++)
      use = firstUseOf(instructions[at]!, contextOf(instructions[at]!));
    if (use === 'needs') return true;
    if (use === undefined)
      waiting.push(...stages.filter(({ base }) => base === index).map((on) => ({ stage: on, from: 1 })));
  }
  return false;
}
