import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type Range,
  type TextEdit,
} from 'vscode-languageserver-types';
import { diagnosticOf, parseDiagnostic, startOf } from './diagnostics/diagnose.ts';
import { type Finding, findingsIn, type LintMemory } from './diagnostics/findings.ts';
import type { LintOptions } from './diagnostics/lintOptions.ts';
import { parseErrorFixes } from './diagnostics/parseErrorFixes.ts';
import type { Edit, Fix, Knowledge } from './diagnostics/rule.ts';
import { suppressions } from './diagnostics/suppress.ts';
import type { Dockerfile, Span } from './dockerfile/dockerfile.ts';
import { fixAll } from './fixAll.ts';
import { offsetAt, rangeOf } from './position.ts';
import { refactorings } from './refactor/refactorings.ts';
import { shownText } from './shownText.ts';

/** Gantry's fix of all that is safe to fix, as an editor may run it on saving. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.gantry`;

export const codeActionKinds: readonly string[] = [
  CodeActionKind.QuickFix,
  CodeActionKind.RefactorExtract,
  CodeActionKind.RefactorRewrite,
  fixAllKind,
];

/** How a file was linted, so that what its fixes lead to is linted in the same way. */
export interface Linted {
  readonly knowledge?: Knowledge;
  readonly options?: LintOptions;
  readonly memory?: LintMemory;
  readonly findings: readonly Finding[];
}

/**
 * What can be done about the findings in `range`, at it, and about all in the file. `only` are the kinds that are asked for.
 * `ignoreCommand` is the client's command that turns a rule off in the workspace's settings, if it has one; it takes the rule's name.
 */
export function codeActions(
  dockerfile: Dockerfile,
  uri: string,
  range: Range,
  only: readonly string[] | undefined,
  linted: Linted = { findings: findingsIn(dockerfile) },
  ignoreCommand?: string,
): readonly CodeAction[] {
  const wants = (kind: string) => wantsKind(only, kind);
  const place: Place = {
    dockerfile,
    uri,
    span: { start: offsetAt(dockerfile, range.start), end: offsetAt(dockerfile, range.end) },
  };
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix)) actions.push(...quickFixes(place, linted, ignoreCommand));
  // A rewriting that is a way out of a finding there is in the menu already.
  const offered = new Set(actions.map(sameAs));
  actions.push(...refactorActions(place, wants, linted).filter((action) => !offered.has(sameAs(action))));
  // Offered among the fixes of a single finding it would only be in the way.
  if (only !== undefined && wants(fixAllKind)) actions.push(...fixAllAction(place, linted));
  return actions;
}

/** Whether actions of that kind are among those that are asked for. */
export function wantsKind(only: readonly string[] | undefined, kind: string): boolean {
  return only === undefined || only.some((asked) => asked === '' || kind === asked || kind.startsWith(`${asked}.`));
}

/** What two actions have in common that look the same and do the same. */
function sameAs({ title, edit }: CodeAction): string {
  return JSON.stringify([title, edit]);
}

interface Place {
  readonly dockerfile: Dockerfile;
  readonly uri: string;
  readonly span: Span;
}

/** The ways out of what is wrong there, and behind all of them how to hear no more of it. */
function quickFixes(
  place: Place,
  { findings, options }: Linted,
  ignoreCommand: string | undefined,
): readonly CodeAction[] {
  const { dockerfile, uri, span } = place;
  const isThere = ({ range }: Diagnostic) =>
    offsetAt(dockerfile, range.end) >= span.start && offsetAt(dockerfile, range.start) <= span.end;
  const fixes: CodeAction[] = [];
  const ignoring = new Map<string, CodeAction>();
  if (dockerfile.error) {
    const diagnostic = parseDiagnostic(dockerfile, dockerfile.error);
    if (isThere(diagnostic)) fixes.push(...parseErrorFixes(dockerfile).map((fix) => quickFix(place, fix, diagnostic)));
  }
  for (const finding of findings) {
    // Nearly all of a long file are elsewhere.
    if (finding.span.end < span.start || startOf(dockerfile, finding) > span.end) continue;
    const diagnostic = diagnosticOf(dockerfile, finding);
    if (!isThere(diagnostic)) continue;
    fixes.push(...(finding.fixes?.() ?? []).map((fix, index) => quickFix(place, fix, diagnostic, index === 0)));
    for (const { title, edits, command } of suppressions(dockerfile, finding, options, ignoreCommand)) {
      // Several findings of one rule in an instruction are silenced by one comment.
      const key = `${title} ${edits?.[0]?.span.start}`;
      const known = ignoring.get(key);
      if (known) known.diagnostics!.push(diagnostic);
      else
        ignoring.set(key, {
          title,
          kind: CodeActionKind.QuickFix,
          diagnostics: [diagnostic],
          ...(edits && { edit: { changes: { [uri]: textEdits(dockerfile, edits) } } }),
          ...(command && { command }),
        });
    }
  }
  return [...fixes, ...ignoring.values()];
}

function quickFix({ dockerfile, uri }: Place, fix: Fix, diagnostic: Diagnostic, first = false): CodeAction {
  const { title, edits, elsewhere, safe } = fix;
  const changes: Record<string, TextEdit[]> = {};
  if (edits.length > 0) changes[uri] = textEdits(dockerfile, edits);
  if (elsewhere) changes[elsewhere.uri] = [...elsewhere.edits];
  return {
    title: shownText(title),
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    isPreferred: safe && first,
    edit: { changes },
  };
}

function refactorActions(
  { dockerfile, uri, span }: Place,
  wants: (kind: string) => boolean,
  { knowledge, memory }: Linted,
): readonly CodeAction[] {
  return refactorings(dockerfile, span, wants, knowledge?.shell, memory).map(({ kind, fix: { title, edits } }) => ({
    title: shownText(title),
    kind,
    edit: { changes: { [uri]: textEdits(dockerfile, edits) } },
  }));
}

function fixAllAction({ dockerfile, uri }: Place, linted: Linted): readonly CodeAction[] {
  const edits = fixAll(dockerfile, linted);
  if (edits.length === 0) return [];
  const changes = { [uri]: textEdits(dockerfile, edits) };
  return [{ title: 'Fix all that is safe to fix', kind: fixAllKind, edit: { changes } }];
}

function textEdits(dockerfile: Dockerfile, edits: readonly Edit[]): TextEdit[] {
  return edits.map(({ span, text }) => ({ range: rangeOf(dockerfile, span), newText: text }));
}
