import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Stage } from '../../dockerfile/dockerfile.ts';
import { type StageSource, stageSources } from '../../stageUses.ts';
import type { Rule } from '../rule.ts';

/**
 * Files can come from an earlier stage only. Of several stages with one name the last is meant, wherever it stands.
 * Source: toCommand, detectRunMount and validateCircularDependency in BuildKit's dockerfile2llb.
 */
export const stageOrder: Rule = {
  name: 'StageOrder',
  aliases: ['DL3023'],
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check(dockerfile, report) {
    const byName = stagesByName(dockerfile);
    let images = 0;
    for (const stage of dockerfile.stages) {
      for (const instruction of stage.instructions) {
        if (instruction.flags.length === 0) continue;
        for (const source of stageSources(dockerfile, instruction)) {
          const index = indexOf(source, byName);
          if (index === undefined) images++;
          else if (index === stage.index) report(source.span, 'A stage cannot take files from itself.');
          // BuildKit numbers images that files come from behind the stages.
          else if (index < 0 || index >= dockerfile.stages.length + images)
            report(source.span, `There is no stage ${index}. ${numbers(dockerfile)}`);
          else if (index > stage.index && index < dockerfile.stages.length)
            report(source.span, laterMessage(source, dockerfile.stages[index]!));
        }
      }
    }
  },
};

/** COPY names the stage of a file that it copies from; a variable cannot. Source: toCommand and parseMount in BuildKit. */
export const variableInFrom: Rule = {
  name: 'VariableInFrom',
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check(dockerfile, report) {
    for (const instruction of dockerfile.instructions) {
      if (instruction.flags.length === 0) continue;
      for (const { value, span } of stageSources(dockerfile, instruction)) {
        if (!/\$./.test(value)) continue;
        const way = 'Name a stage after it: FROM with the variable, AS a name, and take the files from that.';
        report(span, `A variable cannot say where files come from. ${way}`);
      }
    }
  },
};

function stagesByName({ stages }: Dockerfile): ReadonlyMap<string, number> {
  return new Map(stages.flatMap(({ name, index }) => (name ? [[name.value.toLowerCase(), index]] : [])));
}

function indexOf({ value, byIndex }: StageSource, byName: ReadonlyMap<string, number>): number | undefined {
  return byIndex && /^[-+]?\d+$/.test(value) ? Number(value) : byName.get(value.toLowerCase());
}

function numbers({ stages }: Dockerfile): string {
  return stages.length === 1 ? 'There is only stage 0.' : `There are 0 to ${stages.length - 1}.`;
}

function laterMessage({ value }: StageSource, { from }: Stage): string {
  return `The stage "${value}" comes later, in line ${from.startLine + 1}. Move it above this one.`;
}
