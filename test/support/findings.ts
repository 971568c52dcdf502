import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { diagnose } from '../../server/language/diagnostics/diagnose.ts';
import type { LintOptions } from '../../server/language/diagnostics/lintOptions.ts';
import type { Knowledge } from '../../server/language/diagnostics/rule.ts';
import { wellKnownEnvironment } from '../../server/language/dockerfile/baseEnvironment.ts';
import { parse } from '../../server/language/dockerfile/parse.ts';
import { offsetAt } from '../../server/language/position.ts';
import { shell } from './shell.ts';

/** The findings as `line Code: what is underlined`, lines from 1; a continued instruction is underlined from its start. */
export function findings(text: string, knowledge?: Knowledge, options?: LintOptions): readonly string[] {
  const dockerfile = parse(text);
  return diagnose(dockerfile, knowledge, options).map(({ range, code }) => {
    const underlined = text.slice(offsetAt(dockerfile, range.start), offsetAt(dockerfile, range.end));
    return `${range.start.line + 1} ${code}: ${underlined}`;
  });
}

/** As {@link findings}, only what makes a build fail. */
export function errors(text: string): readonly string[] {
  const dockerfile = parse(text);
  return diagnose(dockerfile)
    .filter(({ severity }) => severity === DiagnosticSeverity.Error)
    .map(({ range, code }) => {
      const underlined = text.slice(offsetAt(dockerfile, range.start), offsetAt(dockerfile, range.end));
      return `${range.start.line + 1} ${code}: ${underlined}`;
    });
}

/** As {@link findings}, of every rule that hadolint has, those about shell commands among them. */
export function lint(text: string, knowledge: Partial<Knowledge> = {}): readonly string[] {
  const known = { environmentOf: wellKnownEnvironment, shell, ...knowledge };
  return findings(text, known, { preset: 'hadolint', rules: {} });
}
