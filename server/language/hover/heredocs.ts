import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import { markdownCode } from '../markdown.ts';
import type { Explanation } from './explanation.ts';

/** The `<<EOF` that begins a heredoc. */
export function heredocHover({ text }: Dockerfile, instruction: Instruction, offset: number): Explanation | undefined {
  const first = instruction.heredocs[0];
  if (first === undefined || offset >= first.bodySpan.start) return undefined;
  const head = text.slice(instruction.span.start, first.bodySpan.start);
  for (const match of head.matchAll(/(?<!\d)\d*<<-?\s*["']?([A-Za-z_][\w.]*)["']?/g)) {
    const start = instruction.span.start + match.index;
    const span = { start, end: start + match[0].length };
    const heredoc = instruction.heredocs.find(({ name }) => name === match[1]);
    if (heredoc === undefined || offset < span.start || offset > span.end) continue;
    const lines = heredoc.content.split('\n').length - 1;
    const markdown = [
      `Heredoc of ${lines} ${lines === 1 ? 'line' : 'lines'}, up to the line ${markdownCode(heredoc.name)}.`,
      heredoc.expand ? 'Variables in it are replaced.' : 'Its name is quoted, so variables in it stay as they are.',
      ...(heredoc.chomp ? ['Tabs at the beginning of its lines are dropped.'] : []),
    ].join(' ');
    return { markdown, span };
  }
  return undefined;
}
