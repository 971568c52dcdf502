import { type Diagnostic, DiagnosticSeverity, type Range } from 'vscode-languageserver-types';
import { instructionAt } from '../dockerfile/at.ts';
import { wellKnownEnvironment } from '../dockerfile/baseEnvironment.ts';
import type { Dockerfile, Span } from '../dockerfile/dockerfile.ts';
import { positionAt, rangeOf } from '../position.ts';
import { appliesIn } from './applies.ts';
import type { Knowledge, Report, Rule } from './rule.ts';
import { rules } from './rules.ts';

/**
 * Everything that is wrong with a Dockerfile, in the order of the file: what BuildKit's parser refuses, what its build refuses,
 * and its build checks.
 */
export function diagnose(
  dockerfile: Dockerfile,
  knowledge: Knowledge = { environmentOf: wellKnownEnvironment },
): readonly Diagnostic[] {
  const { error } = dockerfile;
  const diagnostics: Diagnostic[] = [];
  if (error)
    diagnostics.push(
      toDiagnostic(dockerfile, error.span, error.message, error.code, errorSeverity(dockerfile, error.code)),
    );
  const unread = unreadPart(dockerfile);
  const applies = appliesIn(dockerfile);
  for (const rule of rules) {
    if (rule.kind === 'check' && !applies.somewhere(rule)) continue;
    const severity = rule.kind === 'check' && applies.file.error ? DiagnosticSeverity.Error : rule.severity;
    const report: Report = (span, message, cause) => {
      if (unread && unread.start <= span.start && span.start <= unread.end) return;
      if (rule.kind === 'check' && !applies.at(rule, span.start, cause)) return;
      diagnostics.push(ruleDiagnostic(dockerfile, rule, severity, span, message));
    };
    rule.check(dockerfile, report, knowledge);
  }
  return diagnostics.sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
}

/** What rules have nothing to say about: the instruction that the parser refused, or all from a heredoc without end. */
function unreadPart(dockerfile: Dockerfile): Span | undefined {
  const { error, text } = dockerfile;
  const refused = error && instructionAt(dockerfile, error.span.start)?.span;
  return refused && error.code === 'UnterminatedHeredoc' ? { start: refused.start, end: text.length } : refused;
}

/** A file that is still empty is no mistake. */
function errorSeverity({ text }: Dockerfile, code: string): DiagnosticSeverity {
  const empty = code === 'NoInstructions' && text.trim() === '';
  return empty ? DiagnosticSeverity.Information : DiagnosticSeverity.Error;
}

/**
 * BuildKit reports a check in the line in which the instruction begins, so the diagnostic begins there too; what exactly is at
 * fault is its `data`.
 */
function ruleDiagnostic(
  dockerfile: Dockerfile,
  rule: Rule,
  severity: DiagnosticSeverity,
  span: Span,
  message: string,
): Diagnostic {
  if (rule.kind !== 'check') return toDiagnostic(dockerfile, span, message, rule.name, severity);
  const precise = rangeOf(dockerfile, span);
  const from = rule.inOwnLine ? span.start : (instructionAt(dockerfile, span.start)?.span.start ?? span.start);
  const start = positionAt(dockerfile, from);
  const range = start.line === precise.start.line ? precise : { start, end: precise.end };
  const page = rule.name.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
  return {
    ...toDiagnostic(dockerfile, span, message, rule.name, severity),
    range,
    ...(!rule.undocumented && { codeDescription: { href: `https://docs.docker.com/reference/build-checks/${page}/` } }),
    data: { range: precise } satisfies CheckData,
  };
}

/** What a check's diagnostic carries for its quick fixes. */
export interface CheckData {
  readonly range: Range;
}

function toDiagnostic(
  dockerfile: Dockerfile,
  span: Span,
  message: string,
  code: string,
  severity: DiagnosticSeverity,
): Diagnostic {
  return { range: rangeOf(dockerfile, span), message, code, severity, source: 'gantry' };
}
