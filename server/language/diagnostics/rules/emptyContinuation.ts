import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts';
import { lineStart } from '../fixes.ts';
import type { Edit, Fix, Rule } from '../rule.ts';

/** Blank lines inside of a continued instruction. BuildKit reports the instruction's last line. Source: Parse in parser.go. */
export const noEmptyContinuation: Rule = {
  name: 'NoEmptyContinuation',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  inOwnLine: true,
  check(dockerfile, report) {
    for (const instruction of dockerfile.instructions) {
      if (instruction.own.blankLines.length === 0) continue;
      const { blankLines } = instruction;
      const lines = blankLines.map((line) => line + 1).join(', ');
      const which = blankLines.length === 1 ? `Line ${lines} is` : `Lines ${lines} are`;
      const message = `${which} empty, though the instruction goes on. Remove ${blankLines.length === 1 ? 'it' : 'them'}.`;
      report(lastLine(dockerfile, instruction), message, { fix: () => withoutBlankLines(dockerfile, instruction) });
    }
  },
};

/** The last line that the instruction's own text is on: heredocs come behind it. */
function lastLine({ text }: Dockerfile, { span, heredocs }: Instruction): { start: number; end: number } {
  const heredoc = heredocs[0]?.bodySpan.start;
  const end = heredoc === undefined ? span.end : heredoc - 1;
  return { start: lineStart(text, end), end };
}

function withoutBlankLines({ text }: Dockerfile, { span, startLine, blankLines }: Instruction): Fix {
  const blank = new Set(blankLines);
  const edits: Edit[] = [];
  let start = lineStart(text, span.start);
  for (let line = startLine; start < span.end; line++) {
    const feed = text.indexOf('\n', start);
    const end = feed === -1 ? text.length : feed + 1;
    if (blank.has(line)) edits.push({ span: { start, end }, text: '' });
    start = end;
  }
  return { title: 'Remove the empty lines', edits, safe: true };
}
