import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Span, Word } from '../../dockerfile/dockerfile.ts';
import { freeStageName } from '../../stageNames.ts';
import { type StageUse, usesByStage } from '../../stageUses.ts';
import type { Fix, Rule } from '../rule.ts';
import { renameStage } from '../stageRename.ts';

/** A stage's name should be in lower case. Source: isLowerCaseStageName in BuildKit's instructions/parse.go. */
export const stageNameCasing: Rule = {
  name: 'StageNameCasing',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  reads: ['FROM'],
  check(dockerfile, report) {
    for (const { from, index } of dockerfile.stages) {
      const name = from.words.length === 3 ? from.words[2]! : undefined;
      if (!name || name.value === name.value.toLowerCase()) continue;
      report(name.span, `The stage name "${name.value}" has capital letters. Write it "${name.value.toLowerCase()}".`, {
        fix: () => lowerCase(dockerfile, name, usesByStage(dockerfile).get(index) ?? []),
      });
    }
  },
};

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
  reads: ['FROM'],
  check(dockerfile, report) {
    const firsts = new Map<string, { readonly line: number; readonly span: Span }>();
    for (const stage of dockerfile.stages) {
      const { name, from } = stage;
      if (!name) continue;
      const key = name.value.toLowerCase();
      const first = firsts.get(key);
      if (first)
        report(
          name.span,
          `The stage in line ${first.line} is called "${key}" too. Give each stage a name of its own.`,
          {
            related: { span: first.span, message: `This stage is called "${key}" too.` },
            fix: () => renameStage(dockerfile, stage, freeStageName(dockerfile, key)),
          },
        );
      else firsts.set(key, { line: from.startLine + 1, span: name.span });
    }
  },
};

/** `scratch` and `context` mean something else where a stage could be named. Source: reservedStageNames in validations.go. */
export const reservedStageName: Rule = {
  name: 'ReservedStageName',
  aliases: ['DL3063'],
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  reads: ['FROM'],
  check(dockerfile, report) {
    for (const stage of dockerfile.stages) {
      const { name } = stage;
      if (!name || !/^(?:scratch|context)$/i.test(name.value)) continue;
      report(name.span, `"${name.value}" is a reserved name. Call the stage something else.`, {
        fix: () =>
          // Whether FROM means the stage, BuildKit alone can say.
          dockerfile.stages.some(({ base }) => base === stage.index)
            ? undefined
            : renameStage(dockerfile, stage, freeStageName(dockerfile, `${name.value.toLowerCase()}-stage`)),
      });
    }
  },
};

/** A name that cannot be a stage's. Source: parseBuildStageName in BuildKit's instructions/parse.go. */
export const invalidStageName: Rule = {
  name: 'InvalidStageName',
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  reads: ['FROM'],
  check(dockerfile, report) {
    for (const stage of dockerfile.stages) {
      const { name } = stage;
      if (!name || /^[a-z][a-z0-9-_.]*$/.test(name.value.toLowerCase())) continue;
      report(name.span, `"${name.value}" cannot be a stage's name: a letter, then letters, digits, "-", "_" and ".".`, {
        fix: () => renameStage(dockerfile, stage, freeStageName(dockerfile, validName(name.value))),
      });
    }
  },
};

function validName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.]+/g, '-')
    .replace(/^[-_.]+/, '')
    .replace(/-$/, '');
  if (name === '') return 'stage';
  return /^[a-z]/.test(name) ? name : `stage-${name}`;
}
