import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Rule } from '../rule.ts';

/** A stage's name should be in lower case. Source: isLowerCaseStageName in BuildKit's instructions/parse.go. */
export const stageNameCasing: Rule = {
  name: 'StageNameCasing',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  check({ stages }, report) {
    for (const { from } of stages) {
      const name = from.words.length === 3 ? from.words[2]! : undefined;
      if (!name || name.value === name.value.toLowerCase()) continue;
      report(name.span, `The stage name "${name.value}" has capital letters. Write it "${name.value.toLowerCase()}".`);
    }
  },
};

/** Two stages should not share a name; case does not tell them apart. Source: validateStageNames in validations.go. */
export const duplicateStageName: Rule = {
  name: 'DuplicateStageName',
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
