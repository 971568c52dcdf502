import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Instruction } from '../../../dockerfile/dockerfile.ts';
import { factOf } from '../../factOf.ts';
import { runners, stageTree } from '../../reads.ts';
import type { Fix, InstructionContext, Rule } from '../../rule.ts';
import { hasOption } from './arguments.ts';
import { type Call, readCallsOf } from './calls.ts';
import { configuredBy, configurers } from './configured.ts';
import { type Manager, type Request, requestOf, spanOf } from './managers.ts';
import { type OwnFinding, reportAt } from './place.ts';
import { someRun, walkStages } from './stages.ts';

export interface Questions {
  /** hadolint's. */
  readonly name: string;
  /** `recommended` where a build without an answer stops for certain. */
  readonly preset: Rule['preset'] & string;
  readonly manager: Manager;
  readonly asks: (request: Request) => boolean;
  /** Options with which it asks nothing. */
  readonly silent: readonly string[];
  /** What a configuration says that answers all questions, wherever it is written in the stage. */
  readonly configured: RegExp;
  readonly message: (name: string) => string;
  readonly fix: (request: Request) => Fix;
}

/** A package manager that asks before it goes on: in a build nobody answers, so it stops there. */
export function assumeYesRule({ name, preset, manager, asks, silent, configured, message, fix }: Questions): Rule {
  const configures = configuredBy(configured);
  const findingsOf = factOf((own: Instruction, context: InstructionContext): readonly OwnFinding[] =>
    readCallsOf(own, context).flatMap((call: Call) => {
      const request = call.fed ? undefined : requestOf(call, manager);
      if (!request || request.open || !asks(request) || hasOption(request.options, ...silent)) return [];
      return { span: spanOf(request), message: message(call.name), fixes: () => [fix(request)] };
    }),
  );
  return {
    name,
    severity: DiagnosticSeverity.Warning,
    kind: 'lint',
    preset,
    reads: [...stageTree, ...runners, ...configurers],
    check(dockerfile, report, _knowledge, contextOf) {
      if (!someRun(dockerfile, (instruction) => findingsOf(instruction, contextOf(instruction)).length > 0)) return;
      walkStages(
        dockerfile,
        () => false,
        (before, instruction) => before || configures(instruction, contextOf(instruction)),
        (instruction, before) => {
          const context = contextOf(instruction);
          if (before || configures(instruction, context)) return;
          for (const finding of findingsOf(instruction, context)) reportAt(instruction, finding, report);
        },
      );
    },
  };
}
