import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction, Stage } from '../../dockerfile/dockerfile.ts';
import { keyValues } from '../../dockerfile/keyValues.ts';
import { type EnvironmentOf, evaluate, type Scope, walkScopes } from '../../dockerfile/scope.ts';
import { type VariableUse, variableUses } from '../../dockerfile/variables.ts';
import { lineBreakIn, replace } from '../fixes.ts';
import type { Fix, Knowledge, Rule } from '../rule.ts';
import { isSetInSameEnv, splitEnv } from '../splitEnv.ts';
import { nearestInFile } from '../suggest.ts';

/** ARGs that stay out of the environment and may be read without a warning. Source: nonEnvArgs in BuildKit's convert.go. */
const unreported = new Set(['BUILDKIT_SBOM_SCAN_CONTEXT', 'BUILDKIT_SBOM_SCAN_STAGE']);

/**
 * A variable that nothing defines where it is used. BuildKit asks the base image for its variables; where we do not know them,
 * only what looks like a slip of the pen is reported. Source: reportUnmatchedVariables in BuildKit's validations.go.
 */
export const undefinedVar: Rule = {
  name: 'UndefinedVar',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  check(dockerfile, report, knowledge) {
    eachUndefined(dockerfile, knowledge, ({ use, suggestion, instruction, stage, isGlobal }) => {
      const { name, span, nameSpan } = use;
      if (isSetInSameEnv(dockerfile, instruction, use)) {
        report(span, `$${name} is set in this same ENV, which cannot read it yet. Set it in an ENV above.`, {
          fix: () => splitEnv(dockerfile, instruction, use),
        });
        return;
      }
      const slip = suggestion ? ` Did you mean $${suggestion}?` : ' Define it with ARG or ENV above.';
      const hint = isGlobal ? ` Declare it in the stage: ARG ${name}.` : slip;
      report(span, `$${name} is not defined here, so it stands for nothing.${hint}`, {
        fix: () => [
          ...(isGlobal ? [declared(dockerfile, stage, name)] : []),
          ...(suggestion === undefined ? [] : [replace(nameSpan, suggestion, false)]),
        ],
      });
    });
  },
};

/** A variable that nothing defines where it is used. */
export interface Undefined {
  readonly use: VariableUse;
  /** The name that may be meant. */
  readonly suggestion: string | undefined;
  readonly instruction: Instruction;
  readonly stage: Stage;
  /** Whether an ARG before the first stage has the name, or BuildKit sets it. */
  readonly isGlobal: boolean;
}

/** Calls `visit` for the first use of each variable that is reported in a word of an instruction. */
export function eachUndefined(
  dockerfile: Dockerfile,
  knowledge: Pick<Knowledge, 'environmentOf'>,
  visit: (found: Undefined) => void,
): void {
  const environments: (readonly string[] | undefined)[] = [];
  const environmentOf = remembered(knowledge.environmentOf);
  const suggest = nearestInFile();
  walkScopes(dockerfile, (instruction, scope, globals, stage) => {
    if (instruction.keyword === 'EXPOSE') return; // which BuildKit expands without a word
    // Nearly always all are known, and none needs a place in the file.
    if (variableUses(dockerfile, instruction.own).every(({ name }) => scope.has(name))) return;
    const uses = variableUses(dockerfile, instruction);
    const isArg = instruction.keyword === 'ARG';
    const reported = new Set<string>();
    for (const use of uses) {
      const { name, span } = use;
      const once = `${wordAt(instruction, span.start)} ${name}`;
      if (scope.has(name) || unreported.has(name) || reported.has(once)) continue;
      if (isArg && definesBefore(instruction, name, span.start)) continue;
      environments[stage.index] ??= baseEnvironment(dockerfile, stage, globals, environmentOf) ?? [anyName];
      const environment = environments[stage.index]!;
      if (environment.includes(name)) continue;
      const suggestion = suggest(name, scope);
      if (environment.includes(anyName) && !(suggestion && name.length > 4)) continue;
      reported.add(once);
      visit({ use, suggestion, instruction, stage, isGlobal: globals.has(name) });
    }
  });
}

/** Which of its words something stands in: BuildKit reports a name once for each. Behind them are flags and heredocs. */
function wordAt({ words }: Instruction, offset: number): number {
  return words.findIndex(({ span }) => span.start <= offset && offset < span.end);
}

/** A global ARG, and one that BuildKit sets, is known in the stages that declare it. */
function declared({ text }: Dockerfile, { from }: Stage, name: string): Fix {
  const { span, keyword, keywordText } = from;
  const declaration = `${keywordText === keyword ? 'ARG' : 'arg'} ${name}`;
  const edit = { span: { start: span.end, end: span.end }, text: lineBreakIn(text) + declaration };
  return { title: `Declare ARG ${name} in this stage`, edits: [edit], safe: false };
}

/** An ARG may use the names that stand before in it; no other instruction can. */
function definesBefore(instruction: Instruction, name: string, offset: number): boolean {
  return keyValues(instruction).some(({ key }) => key.value === name && key.span.end < offset);
}

/** Stands for the variables of an image that nobody knows. */
const anyName = '*';

/** Asks once for each image: files name few of them over and over. */
function remembered(ask: EnvironmentOf): EnvironmentOf {
  const answers = new Map<string, readonly string[] | undefined>();
  return (image) => {
    if (!answers.has(image)) answers.set(image, ask(image));
    return answers.get(image);
  };
}

function baseEnvironment(
  dockerfile: Dockerfile,
  stage: Stage,
  globals: Scope,
  ask: EnvironmentOf,
): readonly string[] | undefined {
  let root = stage;
  while (root.base !== undefined) root = dockerfile.stages[root.base]!;
  const image = root.image && evaluate(dockerfile, root.image.value, (name) => globals.get(name));
  return image === undefined ? undefined : ask(image);
}
