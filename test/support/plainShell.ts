import type { ShellParser } from '../../server/language/diagnostics/rule.ts';
import type { Instruction } from '../../server/language/dockerfile/dockerfile.ts';
import type { ShellCommand, ShellNode, ShellScript } from '../../server/language/shell/script.ts';

/** Takes apart what has no more to it than words and `&&`, on one line: enough for rules that look for a command. */
export const plainShell: ShellParser = {
  scripts: (instruction) => scriptsOf(instruction),
};

function scriptsOf({ keyword, json, words: [word] }: Instruction): readonly ShellScript[] {
  if (keyword !== 'RUN' || json || !word) return [];
  const parts = [...word.value.matchAll(/[^&\s](?:[^&]*[^&\s])?/g)].map((part) =>
    commandAt(part[0], word.span.start + part.index),
  );
  const operators = [...word.value.matchAll(/&&/g)].map(({ index }) => ({
    text: '&&' as const,
    span: { start: word.span.start + index, end: word.span.start + index + 2 },
  }));
  const { span } = word;
  const root: ShellNode = parts.length === 1 ? parts[0]! : { kind: 'list', parts, operators, span };
  return [{ root, span, dialect: 'sh', form: 'shell', broken: false }];
}

function commandAt(text: string, offset: number): ShellCommand {
  const words = [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({
    text: word,
    dynamic: word.includes('$'),
    quoted: false,
    substitutions: [],
    span: { start: offset + index, end: offset + index + word.length },
  }));
  const span = { start: offset, end: offset + text.length };
  return { kind: 'command', words, assignments: [], redirects: [], span };
}
