import { lineBreakIn } from '../diagnostics/fixes.ts';
import type { Edit, Fix, InstructionContext } from '../diagnostics/rule.ts';
import type { Dockerfile, Instruction, Span, Stage } from '../dockerfile/dockerfile.ts';
import { freeStageName } from '../stageNames.ts';
import { stageSources } from '../stageUses.ts';

/**
 * Cuts a stage in two or three that build on one another, so that others can begin where it is cut: behind the instruction at the
 * cursor, or around those that are selected. The last part keeps the name. What the stage makes stays the same: a stage takes
 * over environment, arguments, shell and settings of the one it builds on. Source: dispatchState.init in BuildKit's convert.go.
 */
export function extractStage(
  dockerfile: Dockerfile,
  instruction: Instruction,
  _context: InstructionContext,
  selection: Span,
): Fix | undefined {
  const stage = dockerfile.stages[instruction.stage ?? -1];
  const first = stage?.instructions.indexOf(instruction) ?? -1;
  if (!stage || first === -1 || (stage.from.words.length !== 1 && stage.from.words.length !== 3)) return undefined;
  const cuts = cutsOf(stage, first, selection).filter((cut) => cut > 0 && cut < stage.instructions.length - 1);
  if (cuts.length === 0 || cuts.some((cut) => !isCuttable(stage.instructions, cut))) return undefined;
  const edits = [nameOfFirst(dockerfile, stage), ...newStages(dockerfile, stage, cuts)];
  edits.push(...renumbered(dockerfile, stage, cuts.length));
  edits.sort((a, b) => a.span.start - b.span.start);
  const title =
    selection.start === selection.end
      ? 'Split the stage after this instruction'
      : 'Make the selection a stage of its own';
  return { title, edits, safe: false };
}

/** Indexes of the instructions behind which the stage is cut. */
function cutsOf({ instructions }: Stage, first: number, { start, end }: Span): readonly number[] {
  if (start === end) return [first];
  const last = instructions.findLastIndex(({ span }) => span.start < end);
  return first > 1 ? [first - 1, last] : [last];
}

/**
 * Not where it would make a difference: what ONBUILD triggers runs in the next stage, and an ENTRYPOINT takes away the CMD of the
 * stage that its own builds on. Source: dispatchEntrypoint in BuildKit's convert.go.
 */
function isCuttable(instructions: readonly Instruction[], cut: number): boolean {
  const names = instructions.map(({ keyword }) => keyword);
  const before = names.slice(0, cut + 1);
  const after = names.slice(cut + 1);
  if (before.includes('ONBUILD')) return false;
  return !(before.includes('CMD') && after.includes('ENTRYPOINT') && !after.includes('CMD'));
}

const partNames = ['base', 'extracted'];

function partName(dockerfile: Dockerfile, part: number): string {
  return freeStageName(dockerfile, partNames[part]!);
}

function nameOfFirst(dockerfile: Dockerfile, { from, image, name }: Stage): Edit {
  const text = partName(dockerfile, 0);
  if (name) return { span: name.span, text };
  const { end } = image!.span;
  return { span: { start: end, end }, text: ` ${as(from)} ${text}` };
}

function newStages(
  dockerfile: Dockerfile,
  { from, name, instructions }: Stage,
  cuts: readonly number[],
): readonly Edit[] {
  const lineBreak = lineBreakIn(dockerfile.text);
  return cuts.map((cut, index) => {
    const { end } = instructions[cut]!.span;
    const next = index + 1 < cuts.length ? partName(dockerfile, index + 1) : name?.value;
    const named = next === undefined ? '' : ` ${as(from)} ${next}`;
    const line = `${from.keywordText} ${partName(dockerfile, index)}${named}`;
    return { span: { start: end, end }, text: `${lineBreak}${lineBreak}${line}` };
  });
}

function as({ keyword, keywordText }: Instruction): string {
  return keywordText === keyword ? 'AS' : 'as';
}

/** Stages behind the cut have other numbers. */
function renumbered(dockerfile: Dockerfile, { index }: Stage, more: number): readonly Edit[] {
  return dockerfile.stages.slice(index).flatMap(({ instructions }) =>
    instructions
      .flatMap((instruction) => stageSources(instruction))
      .filter(({ byIndex, value }) => byIndex && /^\d+$/.test(value) && Number(value) >= index)
      .map(({ span, value }) => ({ span, text: String(Number(value) + more) })),
  );
}
