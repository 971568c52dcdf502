import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile } from '../../dockerfile/dockerfile.ts';
import { textAt } from '../../dockerfile/joinedText.ts';
import { type KeyValue, keyValues } from '../../dockerfile/keyValues.ts';
import { splitQuotedWords } from '../../dockerfile/words.ts';
import type { Edit, Fix, Rule } from '../rule.ts';

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
        fix: () => withEquals(dockerfile, first),
      });
    }
  },
};

/** The old form takes everything up to the end for the value, blanks included: those have to be quoted. */
function withEquals({ text, escape: escapeToken }: Dockerfile, { key, value }: KeyValue): Fix | undefined {
  if (!value || /["']/.test(key.value)) return undefined;
  const gap = { start: key.span.end, end: value.span.start };
  if (text.slice(gap.start, gap.end).includes('#')) return undefined; // a comment would be lost
  const words = splitQuotedWords(textAt(value.value, 0), escapeToken);
  const isOneWord = words.length === 1 && words[0]!.value === value.value;
  // Quotes around quotes would undo them.
  if (!isOneWord && (/["']/.test(value.value) || value.value.includes(escapeToken))) return undefined;
  const end = { start: value.span.end, end: value.span.end };
  const edits: readonly Edit[] = isOneWord
    ? [{ span: gap, text: '=' }]
    : [
        { span: gap, text: '="' },
        { span: end, text: '"' },
      ];
  return { title: `Write ${key.value}=…`, edits, safe: true };
}
