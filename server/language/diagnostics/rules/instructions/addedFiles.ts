import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Instruction } from '../../../dockerfile/dockerfile.ts';
import { flagDocs } from '../../../docs/flags.ts';
import { copySources } from '../../copySources.ts';
import { inCaseOf } from '../../fixes.ts';
import { failedJson } from '../../jsonRepair.ts';
import type { Edit, Fix, InstructionContext, InstructionRule } from '../../rule.ts';
import { isArchive, plainPath } from './archiveNames.ts';

/** ADD of files that COPY would copy just as well, without a second meaning. Source: hadolint's DL3020. */
export const addInsteadOfCopy: InstructionRule = {
  name: 'DL3020',
  severity: DiagnosticSeverity.Error,
  kind: 'lint',
  preset: 'hadolint',
  keywords: ['ADD'],
  checkInstruction(instruction, report, context) {
    const { words, flags, keywordSpan } = instruction;
    if (
      words.length < 2 ||
      failedJson(instruction) ||
      flags.some(({ name }) => name === 'unpack' || name === 'checksum')
    )
      return;
    const files = copySources(instruction).map(plainPath);
    const plain = files.filter((path) => !mayNeedAdd(path));
    const [first] = plain;
    if (first === undefined && files.length > 0) return;
    const what = first === undefined ? 'a file' : `"${first}"`;
    report(keywordSpan, `Use COPY for ${what}: ADD is for archives to unpack and for downloads.`, {
      fix: () => (plain.length === files.length ? toCopy(instruction, files, context) : undefined),
    });
  },
};

/** What is unpacked or fetched, or may be once variables have their values. */
function mayNeedAdd(path: string): boolean {
  if (/^(?:https?|git|ssh):\/\/|^git@|^\$|\.git(?:[#?]|$)/.test(path)) return true;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return isArchive(name) || /\$(?:\w+|\{[^}]*\})$/.test(name);
}

function toCopy(instruction: Instruction, paths: readonly string[], { text }: InstructionContext): Fix {
  const known = new Set(flagDocs['COPY']?.map(({ name }) => name));
  const flags = instruction.flags.filter(({ name }) => !known.has(name));
  const edits: readonly Edit[] = [
    { span: instruction.keywordSpan, text: inCaseOf(instruction, 'COPY') },
    ...flags.map(({ span }) => {
      const blanks = /^[\t ]*/.exec(text.slice(span.end))![0].length;
      return { span: { start: span.start, end: span.end + blanks }, text: '' };
    }),
  ];
  // A pattern may find an archive too.
  return { title: 'Use COPY', edits, safe: !paths.some((path) => /[*?[][^/]*$/.test(path)) };
}
