import { type CodeAction, CodeActionKind, type Range, type TextEdit } from 'vscode-languageserver-types';
import { applyEdits, difference } from './applyEdits.ts';
import { diagnosticOf } from './diagnostics/diagnose.ts';
import { type Finding, findingsIn } from './diagnostics/findings.ts';
import type { Edit, Knowledge } from './diagnostics/rule.ts';
import type { Dockerfile } from './dockerfile/dockerfile.ts';
import { parse } from './dockerfile/parse.ts';
import { offsetAt, rangeOf } from './position.ts';

/** Gantry's fix of all that is safe to fix, as an editor may run it on saving. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.gantry`;

export const codeActionKinds: readonly string[] = [CodeActionKind.QuickFix, fixAllKind];

/** What can be done about the findings in `range`, and about all in the file. `only` are the kinds that are asked for, if any. */
export function codeActions(
  dockerfile: Dockerfile,
  uri: string,
  range: Range,
  only: readonly string[] | undefined,
  knowledge?: Knowledge,
): readonly CodeAction[] {
  const wants = (kind: string) =>
    only === undefined || only.some((asked) => asked === '' || kind === asked || kind.startsWith(`${asked}.`));
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix)) actions.push(...quickFixes(dockerfile, uri, range, knowledge));
  // Offered among the fixes of a single finding it would only be in the way.
  if (only !== undefined && wants(fixAllKind)) actions.push(...fixAllAction(dockerfile, uri, knowledge));
  return actions;
}

function quickFixes(dockerfile: Dockerfile, uri: string, range: Range, knowledge?: Knowledge): readonly CodeAction[] {
  const [start, end] = [offsetAt(dockerfile, range.start), offsetAt(dockerfile, range.end)];
  return findingsIn(dockerfile, knowledge).flatMap((finding) => {
    if (!finding.fixes) return [];
    const diagnostic = diagnosticOf(dockerfile, finding);
    if (offsetAt(dockerfile, diagnostic.range.end) < start || offsetAt(dockerfile, diagnostic.range.start) > end)
      return [];
    return finding.fixes().map(({ title, edits, safe }, index) => ({
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      isPreferred: safe && index === 0,
      edit: { changes: { [uri]: textEdits(dockerfile, edits) } },
    }));
  });
}

function fixAllAction(dockerfile: Dockerfile, uri: string, knowledge?: Knowledge): readonly CodeAction[] {
  const edits = fixAll(dockerfile, knowledge);
  if (edits.length === 0) return [];
  const changes = { [uri]: textEdits(dockerfile, edits) };
  return [{ title: 'Fix all that is safe to fix', kind: fixAllKind, edit: { changes } }];
}

/** One fix can make room for another; more rounds than this no file needs. */
const maxRounds = 10;

/** The safe fixes, done again until none is left. Edits of the text as it was. */
export function fixAll(dockerfile: Dockerfile, knowledge?: Knowledge): readonly Edit[] {
  const first = safeEdits(dockerfile, knowledge);
  let text = applyEdits(dockerfile.text, first);
  const afterFirst = text;
  for (let round = 1, edits = first; edits.length > 0 && round < maxRounds; round++) {
    edits = safeEdits(parse(text), knowledge);
    text = applyEdits(text, edits);
  }
  return text === afterFirst ? first : [difference(dockerfile.text, text)];
}

function safeEdits(dockerfile: Dockerfile, knowledge?: Knowledge): readonly Edit[] {
  const taken: Edit[] = [];
  const findings = findingsIn(dockerfile, knowledge).toSorted((a, b) => a.span.start - b.span.start);
  let end = -1;
  for (const edits of findings.map(safeEditsOf)) {
    if (edits.length === 0 || edits.some(({ span }) => span.start <= end)) continue;
    taken.push(...edits);
    end = edits.at(-1)!.span.end;
  }
  return taken;
}

function safeEditsOf({ fixes }: Finding): readonly Edit[] {
  return fixes?.().find(({ safe }) => safe)?.edits ?? [];
}

function textEdits(dockerfile: Dockerfile, edits: readonly Edit[]): TextEdit[] {
  return edits.map(({ span, text }) => ({ range: rangeOf(dockerfile, span), newText: text }));
}
