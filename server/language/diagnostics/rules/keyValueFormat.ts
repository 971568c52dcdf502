import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { keyValues } from '../../dockerfile/keyValues.ts';
import { legacyToKeyValue } from '../../refactor/legacyToKeyValue.ts';
import type { Rule } from '../rule.ts';

/** `ENV key value` without `=`. Source: dispatchEnv and dispatchLabel in BuildKit's convert.go. */
export const legacyKeyValueFormat: Rule = {
  name: 'LegacyKeyValueFormat',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  check(dockerfile, report) {
    for (const instruction of dockerfile.stages.flatMap((stage) => stage.instructions)) {
      const { keyword, span } = instruction;
      if (keyword !== 'ENV' && keyword !== 'LABEL') continue;
      const [first] = keyValues(instruction);
      if (!first?.oldForm) continue;
      report(span, `Write ${keyword} ${first.key.value}=… with an equals sign.`, {
        fix: () => legacyToKeyValue(dockerfile, instruction),
      });
    }
  },
};
