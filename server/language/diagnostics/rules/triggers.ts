import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { maintainerToLabel } from '../../refactor/maintainerToLabel.ts';
import { removeWord } from '../fixes.ts';
import type { FileRule, Rule } from '../rule.ts';
import { blankName, invalidArgument, surplusArgument } from './arguments.ts';
import { duplicateFlag, missingFlagValue, unknownFlag } from './flags.ts';
import { invalidFlagValue } from './flagValues.ts';
import { missingArgument } from './missingArgument.ts';
import { invalidMount } from './mounts.ts';
import { unknownInstruction } from './unknownInstruction.ts';

const untriggered = new Set(['ONBUILD', 'FROM', 'MAINTAINER']);

/** Source: parseOnBuild in BuildKit's instructions/parse.go. */
export const invalidTrigger: Rule = {
  name: 'InvalidTrigger',
  eachAlone: true,
  reads: ['ONBUILD'],
  aliases: ['DL3043'],
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check(dockerfile, report) {
    for (const { trigger } of dockerfile.instructions) {
      if (!trigger || !untriggered.has(trigger.keyword)) continue;
      report(trigger.keywordSpan, `ONBUILD cannot trigger ${trigger.keyword}.`, {
        fix: () =>
          trigger.keyword === 'ONBUILD' && trigger.trigger
            ? { title: 'Remove it', edits: [removeWord(dockerfile, trigger.keywordSpan)], safe: false }
            : maintainerToLabel(dockerfile, trigger),
      });
    }
  },
};

const refusedLater = [
  blankName,
  duplicateFlag,
  invalidArgument,
  invalidFlagValue,
  invalidMount,
  missingArgument,
  missingFlagValue,
  surplusArgument,
  unknownFlag,
  unknownInstruction,
].filter((rule): rule is FileRule => 'check' in rule);

/** What an ONBUILD triggers is only read where another image is built on this one. Source: initOnBuildTriggers in convert.go. */
export const brokenTrigger: Rule = {
  name: 'BrokenTrigger',
  severity: DiagnosticSeverity.Warning,
  kind: 'advice',
  reads: ['ONBUILD'],
  check(dockerfile, report, knowledge, contextOf) {
    const triggers = dockerfile.instructions.flatMap(({ trigger }) =>
      trigger && !untriggered.has(trigger.keyword) ? [trigger] : [],
    );
    if (triggers.length === 0) return;
    const triggered = { ...dockerfile, instructions: triggers };
    for (const rule of refusedLater) rule.check(triggered, report, knowledge, contextOf);
  },
};
