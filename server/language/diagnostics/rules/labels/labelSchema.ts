import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction, Stage } from '../../../dockerfile/dockerfile.ts';
import { endStages } from '../../endStages.ts';
import { inCaseOf, insertBelow, removeLines, replace } from '../../fixes.ts';
import { stageTree, takers } from '../../reads.ts';
import type { Edit, Fix, Rule } from '../../rule.ts';
import { nearest } from '../../suggest.ts';
import { eachLabel, type Label, labellers, labelsOf } from './labels.ts';

/**
 * A label of the schema that an image does not have. What a stage builds on may bring it along; stages that only serve others need
 * none. Source: hadolint's DL3049.
 */
export const missingLabel: Rule = {
  name: 'DL3049',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  // It and all below are silent for everybody who has no schema.
  preset: 'recommended',
  reads: [...stageTree, ...takers, 'LABEL'],
  check(dockerfile, report, { hadolint }) {
    const names = Object.keys(hadolint?.labelSchema ?? {});
    if (names.length === 0) return;
    const labels = labelNames(dockerfile);
    for (const stage of endStages(dockerfile)) {
      for (const name of names.filter((wanted) => !labels[stage.index]!.has(wanted))) {
        const message = `The image has no label "${name}", which .hadolint.yaml asks for. Add it with LABEL.`;
        report(stage.image?.span ?? stage.from.keywordSpan, message, { fix: () => addLabel(dockerfile, stage, name) });
      }
    }
  },
};

/** The labels of each stage, with those of the stages it builds on. */
function labelNames({ stages, escape: escapeToken }: Dockerfile): readonly ReadonlySet<string>[] {
  const names: Set<string>[] = [];
  for (const { base, instructions } of stages) {
    const own = instructions.flatMap((instruction) =>
      labelsOf(instruction.own, escapeToken).flatMap(({ name }) => name ?? []),
    );
    const inherited = base === undefined ? undefined : names[base]!;
    names.push(own.length === 0 && inherited ? inherited : new Set([...(inherited ?? []), ...own]));
  }
  return names;
}

/** Behind the last LABEL, else at the end: a label is cheap to build again, what follows it is not. */
function addLabel(dockerfile: Dockerfile, { instructions, from }: Stage, name: string): Fix | undefined {
  const last = instructions.findLast(({ keyword }) => keyword === 'LABEL') ?? instructions.at(-1)!;
  const edit = insertBelow(dockerfile, last, `${inCaseOf(from, 'LABEL')} ${name}=""`);
  return edit && { title: `Add the label ${name}`, edits: [edit], safe: false };
}

/** A label that is not in the schema, where `strict-labels` allows no other. Source: hadolint's DL3050. */
export const surplusLabel: Rule = {
  name: 'DL3050',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  preset: 'recommended',
  reads: labellers,
  check(dockerfile, report, { hadolint }) {
    if (!hadolint?.strictLabels) return;
    const { labelSchema } = hadolint;
    for (const [label, instruction] of eachLabel(dockerfile)) {
      const { name, key } = label;
      if (name === undefined || Object.hasOwn(labelSchema, name)) continue;
      const suggestion = nearest(name, Object.keys(labelSchema));
      const hint = suggestion === undefined ? 'Remove it.' : `Did you mean "${suggestion}"?`;
      report(key.span, `.hadolint.yaml has no label "${name}" in its schema. ${hint}`, {
        fix: () => [
          ...(suggestion === undefined ? [] : [replace(key.span, suggestion, false)]),
          ...withoutLabel(dockerfile, instruction, label),
        ],
      });
    }
  },
};

function withoutLabel(dockerfile: Dockerfile, instruction: Instruction, { key, value }: Label): readonly Fix[] {
  const edit = removal(dockerfile, instruction, key.span.start, value.span.end);
  return edit ? [{ title: 'Remove the label', edits: [edit], safe: false }] : [];
}

/** With the blanks and the line break between it and its neighbour; not where a comment stands there. */
function removal(dockerfile: Dockerfile, instruction: Instruction, start: number, end: number): Edit | undefined {
  const labels = labelsOf(instruction.trigger ?? instruction, dockerfile.escape);
  if (labels.length === 1) return removeLines(dockerfile, instruction);
  const at = labels.findIndex(({ key }) => key.span.start === start);
  const span = at === 0 ? { start, end: labels[1]!.key.span.start } : { start: labels[at - 1]!.value.span.end, end };
  const gap = at === 0 ? dockerfile.text.slice(end, span.end) : dockerfile.text.slice(span.start, start);
  return gap.includes('#') ? undefined : { span, text: '' };
}
