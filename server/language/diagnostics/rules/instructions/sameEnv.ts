import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Instruction } from '../../../dockerfile/dockerfile.ts';
import { keyValues } from '../../../dockerfile/keyValues.ts';
import { walkScopes } from '../../../dockerfile/scope.ts';
import { variableUses } from '../../../dockerfile/variables.ts';
import { variables } from '../../reads.ts';
import type { Rule } from '../../rule.ts';
import { isSetInSameEnv, splitEnv } from '../../splitEnv.ts';
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
  reads: variables,
  check(dockerfile, report, knowledge) {
    if (!dockerfile.instructions.some(mayReadItself)) return;
    const reported = new Set<number>();
    eachUndefined(dockerfile, knowledge, ({ use }) => reported.add(use.span.start));
    walkScopes(dockerfile, (instruction, scope) => {
      if (!mayReadItself(instruction)) return;
      const seen = new Set<string>();
      for (const use of variableUses(dockerfile, instruction)) {
        const { name, span } = use;
        const kind = scope.get(name)?.kind;
        if (kind === 'arg' || kind === 'env' || seen.has(name)) continue;
        if (!isSetInSameEnv(dockerfile, instruction, use)) continue;
        seen.add(name);
        if (reported.has(span.start)) continue;
        report(
          span,
          `$${name} is not what this ENV sets it to: an ENV reads what was there before it. Set it in one above.`,
          {
            fix: () => {
              const fix = splitEnv(dockerfile, instruction, use);
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
  const names = new Set(pairs.map(({ key }) => key.value));
  return pairs.some(({ value }) =>
    [...(value?.value ?? '').matchAll(/\$\{?(\w+)/g)].some(([, name]) => names.has(name!)),
  );
}
