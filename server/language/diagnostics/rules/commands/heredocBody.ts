import type { Heredoc } from '../../../dockerfile/dockerfile.ts';
import { insertion } from '../../fixes.ts';
import type { Edit, InstructionContext } from '../../rule.ts';

/**
 * A line at the head of a heredoc's script, behind its shebang, as far to the right as the line below it. None where its lines end
 * in CRLF: the carriage return would be a part of the command, as it is of those that are there.
 */
export function insertLine(
  { bodySpan: { start, end } }: Heredoc,
  line: string,
  { text }: Pick<InstructionContext, 'text'>,
): Edit | undefined {
  const body = text.slice(start, end);
  if (body.includes('\r')) return undefined;
  const shebang = body.startsWith('#!') ? body.indexOf('\n') + 1 : 0;
  const indent = /^[\t ]*/.exec(body.slice(shebang))![0];
  return insertion(start + shebang, `${indent}${line}\n`);
}
