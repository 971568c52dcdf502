import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts';
import { type SubstitutionError, substitutionErrors } from '../../dockerfile/variables.ts';
import type { Report, Rule } from '../rule.ts';

/** A `${…}` that BuildKit cannot read, in arguments that it expands itself. Source: BuildKit's shell/lex.go. */
export const invalidSubstitution: Rule = {
  name: 'InvalidSubstitution',
  eachAlone: true,
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check(dockerfile, report) {
    reportWhere(dockerfile, report, isCertain);
  },
};

/**
 * What BuildKit cannot read either, and which stops no build for certain: a default that a build argument can replace, a
 * placeholder such as `${localEnv:HOME}` that another tool fills in first, and a quote without end, which BuildKit's parser takes.
 */
export const unreadableWord: Rule = {
  name: 'UnreadableWord',
  eachAlone: true,
  severity: DiagnosticSeverity.Warning,
  kind: 'advice',
  check(dockerfile, report) {
    reportWhere(dockerfile, report, (...about) => !isCertain(...about));
  },
};

function isCertain({ keyword }: Instruction, { kind }: SubstitutionError): boolean {
  return keyword !== 'ARG' && kind === 'other';
}

function reportWhere(
  dockerfile: Dockerfile,
  report: Report,
  applies: (instruction: Instruction, error: SubstitutionError) => boolean,
): void {
  for (const instruction of dockerfile.instructions) {
    for (const error of substitutionErrors(dockerfile, instruction)) {
      if (applies(instruction, error)) report(error.span, error.message);
    }
  }
}
