import type { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Span } from '../dockerfile/dockerfile.ts';
import type { EnvironmentOf } from '../dockerfile/scope.ts';

/** One thing that Gantry can find wrong in a Dockerfile. */
export interface Rule {
  /** BuildKit's own name where it has the rule. Shown as the diagnostic's code. */
  readonly name: string;
  readonly severity: DiagnosticSeverity;
  /** `check`: one of BuildKit's build checks, which has a page and can be skipped. `error`: what makes a build fail. */
  readonly kind: 'check' | 'error';
  check(dockerfile: Dockerfile, report: Report, knowledge: Knowledge): void;
}

/** Adds a finding of the rule at hand. `message` is one or two plain sentences with the thing at fault and the way out. */
export type Report = (span: Span, message: string) => void;

/** What a rule may know beyond the file. */
export interface Knowledge {
  readonly environmentOf: EnvironmentOf;
}
