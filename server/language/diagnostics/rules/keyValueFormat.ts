import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts';
import { keyValues } from '../../dockerfile/keyValues.ts';
import { legacyToKeyValue } from '../../refactor/legacyToKeyValue.ts';
import type { Fix, Rule } from '../rule.ts';

/** `ENV key value` without `=`. Source: dispatchEnv and dispatchLabel in BuildKit's convert.go. */
export const legacyKeyValueFormat: Rule = {
  name: 'LegacyKeyValueFormat',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  reads: ['FROM', 'ENV', 'LABEL'],
  check(dockerfile, report) {
    for (const instruction of dockerfile.stages.flatMap((stage) => stage.instructions)) {
      const { keyword, span } = instruction;
      if (keyword !== 'ENV' && keyword !== 'LABEL') continue;
      const [first] = keyValues(instruction);
      if (!first?.oldForm) continue;
      report(span, `Write ${keyword} ${first.key.value}=… with an equals sign.`, {
        fix: () => withEquals(dockerfile, instruction),
      });
    }
  },
};

/** `ENV A = b` sets A to `= b`. That is not meant, so what keeps it is no more to be done without asking. */
function withEquals(dockerfile: Dockerfile, instruction: Instruction): readonly Fix[] {
  const faithful = legacyToKeyValue(dockerfile, instruction);
  const { key, value } = keyValues(instruction)[0]!;
  const equals = /^=[\t ]*(?=\S)/.exec(value!.value)?.[0];
  if (equals === undefined) return faithful ? [faithful] : [];
  const rest = value!.value.slice(equals.length);
  const others = faithful ? [{ ...faithful, title: `Keep "=" in the value of ${key.value}`, safe: false }] : [];
  const span = { start: key.span.end, end: value!.span.start + equals.length };
  if (!/^(?:[^\s"'\\`]+|"[^"\\`]*"|'[^']*')$/.test(rest) || /[\n#]/.test(dockerfile.text.slice(span.start, span.end)))
    return others;
  return [{ title: 'Remove the blanks around "="', edits: [{ span, text: '=' }], safe: false }, ...others];
}
