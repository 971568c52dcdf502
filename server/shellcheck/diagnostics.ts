import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  DiagnosticSeverity,
  type Range,
} from 'vscode-languageserver-types';
import { appliesIn } from '../language/diagnostics/applies.ts';
import { type LintOptions, severityOf } from '../language/diagnostics/lintOptions.ts';
import type { Edit, Fix, Rule } from '../language/diagnostics/rule.ts';
import type { Dockerfile } from '../language/dockerfile/dockerfile.ts';
import { offsetAt, rangeOf } from '../language/position.ts';
import type { Remark } from './answer.ts';
import type { ShellCheckFinding } from './shellcheck.ts';

export interface ShellCheckDiagnostic {
  readonly diagnostic: Diagnostic;
  /** Never one that is safe: it changes what runs. */
  readonly fix?: Fix;
}

const severities: Readonly<Record<Remark['level'], DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  style: DiagnosticSeverity.Hint,
};

/**
 * What of ShellCheck's findings is shown: all that neither a comment (`# hadolint ignore=SC2086`, `# check=skip=…`), nor .hadolint.yaml,
 * nor a setting is against. Whoever has ShellCheck wants to hear it, unless the preset asks for BuildKit's checks alone.
 */
export function shellCheckDiagnostics(
  dockerfile: Dockerfile,
  findings: readonly ShellCheckFinding[],
  options: LintOptions,
): readonly ShellCheckDiagnostic[] {
  if (findings.length === 0) return [];
  const applies = appliesIn(dockerfile, options.hadolint);
  return findings.flatMap(({ code, level, message, span, edits }) => {
    const rule: Rule = {
      name: code,
      severity: severities[level],
      kind: 'lint',
      preset: 'recommended',
      check: () => {},
    };
    const severity = severityOf(rule, options);
    if (severity === undefined || !applies.somewhere(rule) || !applies.at(rule, span.start)) return [];
    const diagnostic: Diagnostic = {
      range: rangeOf(dockerfile, span),
      ...{ message, severity, code, source: 'shellcheck' },
      codeDescription: { href: `https://www.shellcheck.net/wiki/${code}` },
    };
    return [{ diagnostic, ...(edits && { fix: { title: titleOf(dockerfile, edits), edits, safe: false } }) }];
  });
}

/** The quick fixes of what touches `range`. */
export function shellCheckActions(
  dockerfile: Dockerfile,
  uri: string,
  range: Range,
  shown: readonly ShellCheckDiagnostic[],
): readonly CodeAction[] {
  const [start, end] = [offsetAt(dockerfile, range.start), offsetAt(dockerfile, range.end)];
  return shown.flatMap(({ diagnostic, fix }) => {
    const [from, to] = [offsetAt(dockerfile, diagnostic.range.start), offsetAt(dockerfile, diagnostic.range.end)];
    if (!fix || to < start || from > end) return [];
    const changes = fix.edits.map(({ span, text }) => ({ range: rangeOf(dockerfile, span), newText: text }));
    const edit = { changes: { [uri]: changes } };
    return [{ title: fix.title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], edit }];
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
