import type { Dockerfile, Flag, Instruction, Span, Stage } from './dockerfile/dockerfile.ts';
import { offsetOf, shift } from './dockerfile/place.ts';
import { perFile } from './perFile.ts';

/** A place that names a stage of the same file. */
export interface StageUse {
  readonly span: Span;
  /** Index of the stage that is meant. */
  readonly stage: number;
}

/**
 * Every place that names an earlier stage: FROM, `COPY --from` (by name or number) and `RUN --mount=from=` (by name only).
 * Of two stages with one name the later is meant. Source: findStateByName, findStateByIndex in BuildKit's dockerfile2llb.
 */
export function stageUses(dockerfile: Dockerfile): readonly StageUse[] {
  const byName = new Map<string, number>();
  const uses: StageUse[] = [];
  for (const stage of dockerfile.stages) {
    if (stage.base !== undefined && stage.image) uses.push({ span: stage.image.span, stage: stage.base });
    for (const instruction of stage.instructions) {
      for (const source of stageSources(instruction)) {
        const index = resolve(source, byName, stage);
        if (index !== undefined) uses.push({ span: source.span, stage: index });
      }
    }
    if (stage.name) byName.set(stage.name.value.toLowerCase(), stage.index);
  }
  return uses;
}

/** The places that name a stage, by its index. */
export const usesByStage = perFile((dockerfile): ReadonlyMap<number, readonly StageUse[]> => {
  const uses = new Map<number, StageUse[]>();
  for (const use of stageUses(dockerfile)) {
    const known = uses.get(use.stage);
    if (known) known.push(use);
    else uses.set(use.stage, [use]);
  }
  return uses;
});

/** What an instruction says files come from: a stage or an image. */
export interface StageSource {
  readonly value: string;
  readonly span: Span;
  /** Whether a number means a stage by its index. */
  readonly byIndex: boolean;
}

export function stageSources(instruction: Instruction): readonly StageSource[] {
  const { own } = instruction;
  if (own.flags.length === 0) return [];
  let sources = knownSources.get(own);
  if (!sources) {
    sources = ownSources(own);
    knownSources.set(own, sources);
  }
  const offset = offsetOf(instruction);
  return offset === 0 ? sources : sources.map((source) => ({ ...source, span: shift(source.span, offset) }));
}

/** Of instructions as they are read by themselves. */
const knownSources = new WeakMap<Instruction, readonly StageSource[]>();

function ownSources({ keyword, flags, source }: Instruction): readonly StageSource[] {
  if (keyword === 'COPY') {
    return flags.flatMap(({ name, value, valueSpan }) =>
      name === 'from' && value && valueSpan ? [{ value, span: valueSpan, byIndex: true }] : [],
    );
  }
  if (keyword !== 'RUN') return [];
  return flags.flatMap((flag) => (flag.name === 'mount' ? mountSources(source, flag) : []));
}

function mountSources(text: string, { valueSpan }: Flag): readonly StageSource[] {
  if (valueSpan === undefined) return [];
  const written = text.slice(valueSpan.start, valueSpan.end);
  return [...written.matchAll(/(?<=^|,|["'])\s*from=([^,"'\s]+)/g)].map((match) => {
    const end = valueSpan.start + match.index + match[0].length;
    return { value: match[1]!, span: { start: end - match[1]!.length, end }, byIndex: false };
  });
}

function resolve(
  { value, byIndex }: StageSource,
  byName: ReadonlyMap<string, number>,
  { index }: Stage,
): number | undefined {
  if (byIndex && /^\d+$/.test(value)) return Number(value) < index ? Number(value) : undefined;
  return byName.get(value.toLowerCase());
}
