import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { instructionAt } from '../dockerfile/at.ts';
import { wellKnownEnvironment } from '../dockerfile/baseEnvironment.ts';
import type { Dockerfile, Span } from '../dockerfile/dockerfile.ts';
import { appliesIn } from './applies.ts';
import type { Fix, Knowledge, Report, Rule } from './rule.ts';
import { rules } from './rules.ts';

/** One thing that is wrong in a Dockerfile. */
export interface Finding {
  readonly rule: Rule;
  /** The rule's own, unless the file asks for errors. */
  readonly severity: DiagnosticSeverity;
  /** What exactly is at fault. */
  readonly span: Span;
  readonly message: string;
  readonly fix?: () => Fix | undefined;
}

/** What the rules find, rule by rule. What the parser refuses is not among it: that is `dockerfile.error`. */
export function findingsIn(
  dockerfile: Dockerfile,
  knowledge: Knowledge = { environmentOf: wellKnownEnvironment },
): readonly Finding[] {
  const findings: Finding[] = [];
  const unread = unreadPart(dockerfile);
  const applies = appliesIn(dockerfile);
  for (const rule of rules) {
    if (rule.kind === 'check' && !applies.somewhere(rule)) continue;
    const severity = rule.kind === 'check' && applies.file.error ? DiagnosticSeverity.Error : rule.severity;
    const report: Report = (span, message, { cause, fix } = {}) => {
      if (unread && unread.start <= span.start && span.start <= unread.end) return;
      if (rule.kind === 'check' && !applies.at(rule, span.start, cause)) return;
      findings.push({ rule, severity, span, message, ...(fix && { fix }) });
    };
    rule.check(dockerfile, report, knowledge);
  }
  return findings;
}

/** What rules have nothing to say about: the instruction that the parser refused, or all from a heredoc without end. */
function unreadPart(dockerfile: Dockerfile): Span | undefined {
  const { error, text } = dockerfile;
  const refused = error && instructionAt(dockerfile, error.span.start)?.span;
  return refused && error.code === 'UnterminatedHeredoc' ? { start: refused.start, end: text.length } : refused;
}
