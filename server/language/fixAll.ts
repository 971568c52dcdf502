import { applyEdits, difference } from './applyEdits.ts';
import type { Linted } from './codeActions.ts';
import { type Finding, findingsIn, LintMemory } from './diagnostics/findings.ts';
import type { Edit } from './diagnostics/rule.ts';
import type { Dockerfile } from './dockerfile/dockerfile.ts';
import { parse } from './dockerfile/parse.ts';

/** One fix can make room for another; more rounds than this no file needs. */
const maxRounds = 10;

/** The safe fixes, done again until none is left. Edits of the text as it was. */
export function fixAll(
  dockerfile: Dockerfile,
  { findings, knowledge, options, memory: known }: Linted = { findings: findingsIn(dockerfile) },
): readonly Edit[] {
  const memory = new LintMemory(known);
  const first = safeEdits(findings);
  let file = dockerfile;
  let edits = first;
  let rounds = 0;
  while (edits.length > 0 && rounds < maxRounds) {
    file = parse(applyEdits(file.text, edits), file);
    edits = safeEdits(findingsIn(file, knowledge, options, memory));
    rounds++;
  }
  return rounds <= 1 ? first : [difference(dockerfile.text, file.text)];
}

/** Of two that get in each other's way the first; the other has its turn in the next round. */
function safeEdits(findings: readonly Finding[]): readonly Edit[] {
  const taken: Edit[] = [];
  const fixes = findings
    .map(safeEditsOf)
    .filter((edits) => edits.length > 0)
    .toSorted((a, b) => a[0]!.span.start - b[0]!.span.start);
  let end = -1;
  for (const edits of fixes) {
    if (edits[0]!.span.start <= end) continue;
    taken.push(...edits);
    end = edits.at(-1)!.span.end;
  }
  return taken;
}

function safeEditsOf({ fixes }: Finding): readonly Edit[] {
  return fixes?.().find(({ safe, elsewhere }) => safe && !elsewhere)?.edits ?? [];
}
