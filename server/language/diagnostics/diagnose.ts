import { type Diagnostic, DiagnosticSeverity, type Range } from 'vscode-languageserver-types';
import { instructionAt } from '../dockerfile/at.ts';
import type { Dockerfile, ParseError } from '../dockerfile/dockerfile.ts';
import { positionAt, rangeOf } from '../position.ts';
import { shownText } from '../shownText.ts';
import { type Finding, findingsIn } from './findings.ts';
import { defaultLintOptions, type LintOptions } from './lintOptions.ts';
import type { Knowledge, Rule } from './rule.ts';

/**
 * Everything that is wrong with a Dockerfile, in the order of the file: what BuildKit's parser refuses, what its build refuses,
 * its build checks, and what cannot be meant.
 */
export function diagnose(
  dockerfile: Dockerfile,
  knowledge?: Knowledge,
  options: LintOptions = defaultLintOptions,
): readonly Diagnostic[] {
  return diagnosticsOf(dockerfile, findingsIn(dockerfile, knowledge, options));
}

/** What an editor can show of a diagnostic beside its place and its message. */
export interface Shown {
  readonly tags: boolean;
  /** The file's URI, for an editor that shows other places in it. */
  readonly relatedIn?: string;
}

/** Findings as an editor shows them, together with what the parser refuses, in the order of the file. */
export function diagnosticsOf(
  dockerfile: Dockerfile,
  findings: readonly Finding[],
  shown: Shown = { tags: true },
): Diagnostic[] {
  const diagnostics = findings.map((finding) => diagnosticOf(dockerfile, finding, shown));
  if (dockerfile.error) diagnostics.push(parseDiagnostic(dockerfile, dockerfile.error));
  return diagnostics.sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
}

export function parseDiagnostic(dockerfile: Dockerfile, { span, message, code }: ParseError): Diagnostic {
  // A file that is still empty is no mistake.
  const empty = code === 'NoInstructions' && dockerfile.text.trim() === '';
  const severity = empty ? DiagnosticSeverity.Information : DiagnosticSeverity.Error;
  return { range: rangeOf(dockerfile, span), message: shownText(message), code, severity, source: 'gantry' };
}

/**
 * BuildKit reports a check in the line in which the instruction begins, so the diagnostic begins there too; what exactly is at
 * fault is its `data`.
 */
export function diagnosticOf(
  dockerfile: Dockerfile,
  { rule, severity, span, message, related }: Finding,
  { tags, relatedIn: uri }: Shown = { tags: true },
): Diagnostic {
  const precise = rangeOf(dockerfile, span);
  const href = pageOf(rule);
  const diagnostic = {
    range: precise,
    message: shownText(message),
    code: rule.name,
    severity,
    source: isShellCheck(rule) ? 'shellcheck' : 'gantry',
    ...(href !== undefined && { codeDescription: { href } }),
    ...(tags && rule.tag && { tags: [rule.tag] }),
    ...(related &&
      uri !== undefined && {
        relatedInformation: [
          {
            location: related.elsewhere ?? { uri, range: rangeOf(dockerfile, related.span) },
            message: shownText(related.message),
          },
        ],
      }),
  };
  if (rule.kind !== 'check') return diagnostic;
  const start = positionAt(dockerfile, startOf(dockerfile, { rule, span }));
  return {
    ...diagnostic,
    range: start.line === precise.start.line ? precise : { start, end: precise.end },
    data: { range: precise } satisfies CheckData,
  };
}

/** The offset at which the diagnostic of a finding begins, or one before it in the same line. */
export function startOf(dockerfile: Dockerfile, { rule, span }: Pick<Finding, 'rule' | 'span'>): number {
  if (rule.kind !== 'check' || rule.inOwnLine) return span.start;
  return instructionAt(dockerfile, span.start)?.span.start ?? span.start;
}

/** Where a rule is explained by those who made it. */
function pageOf({ kind, name, undocumented }: Rule): string | undefined {
  if (/^DL\d+$/.test(name)) return `https://github.com/hadolint/hadolint/wiki/${name}`;
  if (isShellCheck({ name })) return `https://www.shellcheck.net/wiki/${name}`;
  if (kind !== 'check' || undocumented) return undefined;
  const page = name.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
  return `https://docs.docker.com/reference/build-checks/${page}/`;
}

function isShellCheck({ name }: Pick<Rule, 'name'>): boolean {
  return /^SC\d+$/.test(name);
}

/** What a check's diagnostic says beside its message. */
export interface CheckData {
  readonly range: Range;
}
