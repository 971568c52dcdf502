import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Instruction, Word } from '../../../dockerfile/dockerfile.ts';
import { failedJson } from '../../jsonRepair.ts';
import type { Fix, InstructionRule } from '../../rule.ts';

/**
 * COPY of several sources to what is not written as a directory: they may end up in one file, one over the other. BuildKit takes
 * `.` and `..` for directories as they are. Source: hadolint's DL3021.
 */
export const severalToOne: InstructionRule = {
  name: 'DL3021',
  severity: DiagnosticSeverity.Error,
  kind: 'lint',
  preset: 'hadolint',
  keywords: ['COPY'],
  checkInstruction(instruction, report, { text }) {
    const { words, json } = instruction;
    const target = words.at(-1);
    if (words.length < 3 || !target || failedJson(instruction)) return;
    const bare = unquoted(target);
    if (/(?:[/\\]|(?:^|[/\\])\.{1,2})$/.test(bare)) return;
    report(target.span, `Several sources go to a directory. End it with a slash: "${bare}/".`, {
      fix: () => withSlash(text, target, json),
    });
  },
};

function unquoted({ value }: Word): string {
  return value.replace(/^(["'])(.*)\1$/s, '$2');
}

function withSlash(text: string, { value, span }: Word, json: boolean): Fix {
  const quoted = json || (/["']$/.test(value) && text[span.end - 1] === value.at(-1));
  const end = quoted ? span.end - 1 : span.end;
  return { title: 'End it with a slash', edits: [{ span: { start: end, end }, text: '/' }], safe: true };
}

/** All files of another stage at once, what only its build needed among them. Source: hadolint's DL3067. */
export const wholeFileSystem: InstructionRule = {
  name: 'DL3067',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  keywords: ['COPY'],
  checkInstruction(instruction: Instruction, report) {
    const { words, flags, span } = instruction;
    const from = flags.find(({ name, value }) => name === 'from' && value);
    const paths = words.map(unquoted);
    if (!from || paths.length < 2 || paths.at(-1) !== '/' || !paths.slice(0, -1).includes('/')) return;
    report(span, `This takes everything that "${from.value}" holds. Name the files that are needed.`);
  },
};
