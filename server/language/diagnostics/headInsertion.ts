import type { Dockerfile } from '../dockerfile/dockerfile.ts';
import { lineBreakIn } from './fixes.ts';
import type { Edit } from './rule.ts';

/** Where the line behind the last directive begins; that of the file where there is none. */
export function headEnd({ directives, text }: Pick<Dockerfile, 'directives' | 'text'>): number {
  const last = directives.at(-1);
  if (!last) return text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const feed = text.indexOf('\n', last.span.end);
  return feed === -1 ? text.length : feed + 1;
}

/** A line of its own before the first FROM, behind what stands there already; comments stay with what they are about. */
export function beforeStages(dockerfile: Dockerfile, line: string): Edit {
  const { instructions, text } = dockerfile;
  const lineBreak = lineBreakIn(text);
  const first = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const previous = instructions[first - 1];
  if (previous) return { span: { start: previous.span.end, end: previous.span.end }, text: lineBreak + line };
  const from = instructions[first];
  const isDescribed = from === undefined || from.docComments.length > 0;
  const at = isDescribed ? headEnd(dockerfile) : text.lastIndexOf('\n', from.span.start - 1) + 1;
  const start = Math.max(at, headEnd(dockerfile));
  return { span: { start, end: start }, text: line + lineBreak };
}
