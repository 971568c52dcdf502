/** The steps of a build that failed: the engine keeps no graph of it, but its text and what its log says. */

import { fields, text } from '../../util/json.ts';
import type { LoggedStep } from './joinSizes.ts';
import type { GraphStep, LineRange } from './provenance.ts';

/** A Dockerfile as far as it says what its steps stand on. */
export interface StageOutline {
  /** Lower case. */
  readonly name?: string;
  /** Index of the stage it builds on. */
  readonly base?: number;
  /** Whether it builds on an image: neither on a stage nor on nothing. */
  readonly external: boolean;
  /** RUN, COPY, ADD and WORKDIR. */
  readonly steps: readonly StepOutline[];
}

export interface StepOutline extends LineRange {
  /** `other`: one that more than one step of the engine may stand for. */
  readonly kind: 'exec' | 'file' | 'other';
  /** Of an exec, as the engine's disk usage describes it. */
  readonly command?: string;
}

export type Outline = (dockerfile: string) => readonly StageOutline[];

/** The Dockerfile that an error carries along. Source: moby/buildkit solver/errdefs, Source. */
export function dockerfileOfError(error: { readonly details?: readonly ErrorDetail[] } | null): string | undefined {
  for (const { type_url, value } of error?.details ?? []) {
    if (!type_url.endsWith('errdefs.Source+json')) continue;
    try {
      const data = text(fields(fields(JSON.parse(Buffer.from(value).toString('utf8')))['info'])['data']);
      if (data !== '') return Buffer.from(data, 'base64').toString('utf8');
    } catch {
      return undefined; // cut off: then there is no text of this build
    }
  }
  return undefined;
}

export interface ErrorDetail {
  readonly type_url: string;
  readonly value: Uint8Array;
}

/**
 * Steps that the log names as `[build 2/4] RUN …`, with their lines. Where the numbers are not those of the text (another
 * platform, triggers of the base image) there are none. Source: dispatch and prefixCommand in BuildKit's convert.go.
 */
export function stepsOfLog(
  stages: readonly StageOutline[],
  log: ReadonlyMap<string, LoggedStep>,
): readonly GraphStep[] {
  const byPlace = new Map<string, readonly [digest: string, step: LoggedStep]>();
  for (const [digest, step] of log) {
    const [, label, number, total] = /^\[(?:([^\s\]]+) )?\s*(\d+)\/(\d+)\] /.exec(step.name) ?? [];
    const stage = stageOf(stages, label);
    const outline = stage === undefined ? undefined : stages[stage];
    if (outline === undefined || Number(total) !== outline.steps.length + (outline.external ? 1 : 0)) continue;
    byPlace.set(`${stage} ${number}`, [digest, step]);
  }
  const found: GraphStep[] = [];
  const ends: (string | undefined)[] = [];
  for (const [index, stage] of stages.entries()) {
    let root = stage.base === undefined ? undefined : ends[stage.base];
    const add = (number: number, step: Pick<GraphStep, 'kind' | 'command' | 'locations'>) => {
      const [digest] = byPlace.get(`${index} ${number}`) ?? [];
      // Without the step below nobody can say what is above it.
      const id = digest ?? `missing ${index} ${number}`;
      if (digest !== undefined) found.push({ ...step, id, digest, root, inputs: [], layers: [] });
      root = id;
    };
    const first = stage.external ? 2 : 1;
    if (stage.external) add(1, { kind: 'image', locations: [] });
    for (const [offset, { kind, command, startLine, endLine }] of stage.steps.entries()) {
      add(first + offset, { kind, locations: [{ startLine, endLine }], ...(command !== undefined && { command }) });
    }
    ends.push(root);
  }
  return found;
}

function stageOf(stages: readonly StageOutline[], label: string | undefined): number | undefined {
  if (label === undefined) return stages.length === 1 ? 0 : undefined;
  const named = stages.findIndex(({ name }) => name === label.toLowerCase());
  if (named !== -1) return named;
  const [, number] = /^stage-(\d+)$/.exec(label) ?? [];
  return number === undefined ? undefined : Number(number);
}
