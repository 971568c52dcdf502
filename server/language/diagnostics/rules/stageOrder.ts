import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { parseReference } from '../../../../common/reference.ts';
import type { Dockerfile, Instruction, Stage, Word } from '../../dockerfile/dockerfile.ts';
import { keyValues } from '../../dockerfile/keyValues.ts';
import { readShellWord } from '../../dockerfile/shellWord.ts';
import { perFile } from '../../perFile.ts';
import { freeStageName } from '../../stageNames.ts';
import { type StageSource, stageSources } from '../../stageUses.ts';
import { commentsAbove, insertion, lineBreakIn, lineStart } from '../fixes.ts';
import { takers } from '../reads.ts';
import type { Fix, Rule } from '../rule.ts';

/**
 * Files can come from an earlier stage only. Of several stages with one name the last is meant, wherever it stands.
 * Source: toCommand, detectRunMount and validateCircularDependency in BuildKit's dockerfile2llb.
 */
export const stageOrder: Rule = {
  name: 'StageOrder',
  aliases: ['DL3023'],
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  reads: ['FROM', ...takers],
  check(dockerfile, report) {
    const byName = stagesByName(dockerfile);
    let images = 0;
    for (const stage of dockerfile.stages) {
      for (const instruction of stage.instructions) {
        if (instruction.own.flags.length === 0) continue;
        for (const source of stageSources(instruction)) {
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
  reads: takers,
  check(dockerfile, report) {
    for (const instruction of dockerfile.instructions) {
      if (instruction.own.flags.length === 0) continue;
      for (const { value, span } of stageSources(instruction)) {
        if (!/\$./.test(value)) continue;
        const way = 'Name a stage after it: FROM with the variable, AS a name, and take the files from that.';
        report(span, `A variable cannot say where files come from. ${way}`, {
          fix: () => nameForImage(dockerfile, instruction, { value, span }),
        });
      }
    }
  },
};

/**
 * Files from what is neither a stage nor an image. BuildKit stops there; it is a warning, as in a template something else may
 * come to stand in its place. Source: resolveReachableStages in BuildKit's convert.go.
 */
export const invalidSource: Rule = {
  name: 'InvalidSource',
  severity: DiagnosticSeverity.Warning,
  kind: 'advice',
  reads: ['FROM', ...takers],
  check(dockerfile, report) {
    const byName = stagesByName(dockerfile);
    for (const instruction of dockerfile.instructions) {
      if (instruction.own.flags.length === 0) continue;
      for (const source of stageSources(instruction)) {
        const { value, span } = source;
        if (value.includes('$') || indexOf(source, byName) !== undefined || parseReference(value)) continue;
        report(span, `"${value}" is no stage, and no image's name: [registry/]name[:tag].`);
      }
    }
  },
};
/** Whether a stage is meant by its number somewhere. */
const namesByNumber = perFile((dockerfile) =>
  dockerfile.stages.some(({ instructions }) =>
    instructions.some((instruction) =>
      stageSources(instruction).some(({ byIndex, value }) => byIndex && /^\d+$/.test(value)),
    ),
  ),
);

const globalNames = perFile(({ instructions }): ReadonlySet<string> => {
  const first = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  return new Set(
    instructions
      .slice(0, Math.max(first, 0))
      .flatMap(keyValues)
      .map(({ key }) => key.value),
  );
});

/** A stage for the image, before the one that takes files from it; stages that are known by number would get others. */
function nameForImage(dockerfile: Dockerfile, { stage }: Instruction, { value, span }: Word): Fix | undefined {
  const { stages, text } = dockerfile;
  const from = stages[stage ?? -1]?.from;
  const { variables } = readShellWord(value, { escapeToken: dockerfile.escape });
  if (!from || /["'\\`]/.test(value) || namesByNumber(dockerfile)) return undefined;
  if (!variables.every(({ name }) => globalNames(dockerfile).has(name))) return undefined;
  const name = freeStageName(dockerfile, 'files');
  const lineBreak = lineBreakIn(text);
  const line = `${from.keywordText} ${value} ${from.keywordText === from.keyword ? 'AS' : 'as'} ${name}`;
  const { start } = commentsAbove(dockerfile, from)[0]?.span ?? from.span;
  return {
    title: `Name a stage "${name}" after it`,
    edits: [insertion(lineStart(text, start), line + lineBreak + lineBreak), { span, text: name }],
    safe: false,
  };
}

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
