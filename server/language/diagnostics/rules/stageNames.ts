import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Word } from '../../dockerfile/dockerfile.ts';
import { type StageUse, stageUses } from '../../stageUses.ts';
import type { Fix, Rule } from '../rule.ts';

/** A stage's name should be in lower case. Source: isLowerCaseStageName in BuildKit's instructions/parse.go. */
export const stageNameCasing: Rule = {
  name: 'StageNameCasing',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  check(dockerfile, report) {
    let uses: Uses | undefined;
    for (const { from, index } of dockerfile.stages) {
      const name = from.words.length === 3 ? from.words[2]! : undefined;
      if (!name || name.value === name.value.toLowerCase()) continue;
      report(name.span, `The stage name "${name.value}" has capital letters. Write it "${name.value.toLowerCase()}".`, {
        fix: () => {
          uses ??= usesByStage(dockerfile);
          return lowerCase(dockerfile, name, uses.get(index) ?? []);
        },
      });
    }
  },
};

type Uses = ReadonlyMap<number, readonly StageUse[]>;

function usesByStage(dockerfile: Dockerfile): Uses {
  const uses = new Map<number, StageUse[]>();
  for (const use of stageUses(dockerfile)) {
    const known = uses.get(use.stage);
    if (known) known.push(use);
    else uses.set(use.stage, [use]);
  }
  return uses;
}

/** Everywhere the stage is named, as `FROM` knows its name in lower case only. */
function lowerCase(dockerfile: Dockerfile, { value, span }: Word, uses: readonly StageUse[]): Fix {
  const text = value.toLowerCase();
  const others = uses.filter((use) => {
    const written = dockerfile.text.slice(use.span.start, use.span.end);
    return written !== text && written.toLowerCase() === text;
  });
  const spans = [span, ...others.map((use) => use.span)].toSorted((a, b) => a.start - b.start);
  return { title: `Write "${text}"`, edits: spans.map((at) => ({ span: at, text })), safe: true };
}

/** Two stages should not share a name; case does not tell them apart. Source: validateStageNames in validations.go. */
export const duplicateStageName: Rule = {
  name: 'DuplicateStageName',
  aliases: ['DL3024'],
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  check({ stages }, report) {
    const lines = new Map<string, number>();
    for (const { name, from } of stages) {
      if (!name) continue;
      const key = name.value.toLowerCase();
      const first = lines.get(key);
      if (first === undefined) lines.set(key, from.startLine + 1);
      else report(name.span, `The stage in line ${first} is called "${key}" too. Give each stage a name of its own.`);
    }
  },
};

/** `scratch` and `context` mean something else where a stage could be named. Source: reservedStageNames in validations.go. */
export const reservedStageName: Rule = {
  name: 'ReservedStageName',
  aliases: ['DL3063'],
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  check({ stages }, report) {
    for (const { name } of stages) {
      if (name && /^(?:scratch|context)$/i.test(name.value))
        report(name.span, `"${name.value}" is a reserved name. Call the stage something else.`);
    }
  },
};

/** A name that cannot be a stage's. Source: parseBuildStageName in BuildKit's instructions/parse.go. */
export const invalidStageName: Rule = {
  name: 'InvalidStageName',
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check({ stages }, report) {
    for (const { name } of stages) {
      if (!name || /^[a-z][a-z0-9-_.]*$/.test(name.value.toLowerCase())) continue;
      report(name.span, `"${name.value}" cannot be a stage's name: a letter, then letters, digits, "-", "_" and ".".`);
    }
  },
};
