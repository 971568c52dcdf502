import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Flag, Instruction } from '../../dockerfile/dockerfile.ts';
import { isKnownKeyword } from '../../dockerfile/keywords.ts';
import { type FlagDocs, flagDocs } from '../../docs/flags.ts';
import { removeWord, replace } from '../fixes.ts';
import type { Rule } from '../rule.ts';
import { nearest } from '../suggest.ts';

/** Source of all in this file: Parse in BuildKit's instructions/bflag.go, and who calls it. */
export const unknownFlag: Rule = {
  name: 'UnknownFlag',
  eachAlone: true,
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check({ instructions }, report) {
    for (const instruction of instructions) {
      if (!readsFlags(instruction)) continue;
      const { keyword } = instruction;
      const known = flagDocs[keyword]?.map(({ name }) => name) ?? [];
      for (const { name, nameSpan } of instruction.flags) {
        if (known.includes(name)) continue;
        const suggestion = nearest(name.toLowerCase(), known) ?? known.find((other) => other === name.toLowerCase());
        const hint = suggestion ? `Did you mean --${suggestion}?` : listOf(keyword, known);
        report({ start: nameSpan.start - 2, end: nameSpan.end }, `${keyword} has no flag --${name}. ${hint}`, {
          fix: () => (suggestion === undefined ? undefined : replace(nameSpan, suggestion, false)),
        });
      }
    }
  },
};

function listOf(keyword: string, known: readonly string[]): string {
  if (known.length === 0) return `${keyword} takes no flags; put what is meant for a command in JSON form or quotes.`;
  return `It has ${known.map((name) => `--${name}`).join(', ')}.`;
}

/** A flag given twice that counts once. */
export const duplicateFlag: Rule = {
  name: 'DuplicateFlag',
  eachAlone: true,
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check(dockerfile, report) {
    for (const instruction of dockerfile.instructions) {
      if (instruction.flags.length < 2 || !readsFlags(instruction)) continue;
      const seen = new Set<string>();
      for (const flag of instruction.flags) {
        const docs = docsOf(instruction, flag);
        if (!docs || docs.repeats) continue;
        if (seen.has(flag.name))
          report(flag.span, `--${flag.name} is given twice. Keep one.`, {
            fix: () => ({ title: 'Remove it', edits: [removeWord(dockerfile, flag.span)], safe: false }),
          });
        seen.add(flag.name);
      }
    }
  },
};

/** A flag without the value it needs. */
export const missingFlagValue: Rule = {
  name: 'MissingFlagValue',
  eachAlone: true,
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check({ instructions }, report) {
    for (const instruction of instructions) {
      if (!readsFlags(instruction)) continue;
      for (const flag of instruction.flags) {
        const docs = docsOf(instruction, flag);
        if (!docs) continue;
        const missing = docs.value === 'boolean' ? flag.value === '' : flag.value === undefined;
        if (!missing) continue;
        report(flag.span, `--${flag.name} needs a value, for example ${docs.example}.`, {
          fix: () => (docs.value === 'boolean' ? replace(flag.span, `--${flag.name}`, false) : undefined),
        });
      }
    }
  },
};

function docsOf({ keyword }: Instruction, { name }: Flag): FlagDocs | undefined {
  return flagDocs[keyword]?.find((docs) => docs.name === name);
}

/** ARG, STOPSIGNAL and HEALTHCHECK NONE pass over whatever flags they are given. */
export function readsFlags({ keyword, flags, words }: Instruction): boolean {
  if (flags.length === 0 || !isKnownKeyword(keyword) || keyword === 'ARG' || keyword === 'STOPSIGNAL') return false;
  return keyword !== 'HEALTHCHECK' || words[0]?.value.toUpperCase() !== 'NONE';
}
