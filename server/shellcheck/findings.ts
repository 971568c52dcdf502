import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { appliesIn } from '../language/diagnostics/applies.ts';
import type { Finding } from '../language/diagnostics/findings.ts';
import { type LintOptions, severityOf } from '../language/diagnostics/lintOptions.ts';
import type { Edit, Rule } from '../language/diagnostics/rule.ts';
import type { Dockerfile } from '../language/dockerfile/dockerfile.ts';
import type { Remark } from './answer.ts';
import type { ShellCheckFinding } from './shellcheck.ts';

/** What it cannot read may be a template, or for another shell: no error of the file's, which BuildKit takes. */
const severities: Readonly<Record<Remark['level'], DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Warning,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  style: DiagnosticSeverity.Hint,
};

/**
 * What of ShellCheck's findings counts: all that neither a comment (`# hadolint ignore=SC2086`, `# check=skip=…`), nor .hadolint.yaml,
 * nor a setting is against. Whoever has ShellCheck wants to hear it, unless the preset asks for BuildKit's checks alone.
 * What it would write is never safe: it changes what runs.
 */
export function shellCheckFindings(
  dockerfile: Dockerfile,
  found: readonly ShellCheckFinding[],
  options: LintOptions,
): readonly Finding[] {
  if (found.length === 0) return [];
  const applies = appliesIn(dockerfile, options.hadolint);
  return found.flatMap(({ code, level, message, span, edits }) => {
    const rule: Rule = {
      name: code,
      severity: severities[level],
      kind: 'lint',
      preset: 'recommended',
      check: () => {},
    };
    const severity = severityOf(rule, options);
    if (severity === undefined || !applies.somewhere(rule) || !applies.at(rule, span.start)) return [];
    const fixes = () => (edits ? [{ title: titleOf(dockerfile, edits), edits, safe: false }] : []);
    return [{ rule, severity, span, message, fixes }];
  });
}

/** What is longer, or stands on several lines, does not fit into a menu. */
const maxShown = 60;

function titleOf({ text }: Dockerfile, edits: readonly Edit[]): string {
  if (edits.every((edit) => /^\\?"$/.test(edit.text) && edit.span.start === edit.span.end))
    return 'Put it in double quotes';
  const { start } = edits[0]!.span;
  let result = '';
  let at = start;
  for (const edit of edits) {
    result += text.slice(at, edit.span.start) + edit.text;
    at = edit.span.end;
  }
  if (result === '') return `Remove ${text.slice(start, at)}`;
  return result.length > maxShown || result.includes('\n') ? 'Write it as ShellCheck proposes' : `Write ${result}`;
}
