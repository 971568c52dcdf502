import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Instruction } from '../../../dockerfile/dockerfile.ts';
import { keyValues } from '../../../dockerfile/keyValues.ts';
import { walkScopes } from '../../../dockerfile/scope.ts';
import { variableUses } from '../../../dockerfile/variables.ts';
import type { Rule } from '../../rule.ts';
import { definedInSameEnv, splitEnv } from '../../splitEnv.ts';
import { eachUndefined } from '../undefinedVar.ts';

/**
 * `ENV A=1 B=$A` where nothing above in the file sets A: only the base image could. Where that is known not to, it is
 * UndefinedVar. Source: hadolint's DL3044.
 */
export const sameEnv: Rule = {
  name: 'DL3044',
  aliases: ['UndefinedVar'],
  severity: DiagnosticSeverity.Error,
  kind: 'lint',
  preset: 'hadolint',
  check(dockerfile, report, knowledge) {
    if (!dockerfile.instructions.some(mayReadItself)) return;
    const reported = new Set<number>();
    eachUndefined(dockerfile, knowledge, ({ span }) => reported.add(span.start));
    walkScopes(dockerfile, (instruction, scope) => {
      if (!mayReadItself(instruction)) return;
      const seen = new Set<string>();
      for (const { name, span } of variableUses(dockerfile, instruction)) {
        const kind = scope.get(name)?.kind;
        if (kind === 'arg' || kind === 'env' || seen.has(name) || reported.has(span.start)) continue;
        if (!definedInSameEnv(instruction, name, span)) continue;
        seen.add(name);
        report(
          span,
          `$${name} is not what this ENV sets it to: an ENV reads what was there before it. Set it in one above.`,
          {
            fix: () => {
              const fix = splitEnv(dockerfile, instruction, span);
              // What the base image sets may be what is meant.
              return fix && { ...fix, safe: kind === undefined };
            },
          },
        );
      }
    });
  },
};

function mayReadItself({ keyword, own }: Instruction): boolean {
  return keyword === 'ENV' && own.words.length > 3 && own.body.text.includes('$') && readsItself(own);
}

function readsItself(own: Instruction): boolean {
  const pairs = keyValues(own);
  return pairs.some(({ key }) => pairs.some(({ value }) => value?.value.includes(key.value)));
}
