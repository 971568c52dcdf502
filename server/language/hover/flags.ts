import type { Dockerfile, Flag, Instruction, Span } from '../dockerfile/dockerfile.ts';
import { isKnownKeyword } from '../dockerfile/keywords.ts';
import { flagDocs } from '../docs/flags.ts';
import { referenceUrl } from '../docs/instructions.ts';
import { mountDocs, mountKeyDocs, mountKeyOf } from '../docs/mounts.ts';
import type { Explanation } from './explanation.ts';

/** A flag, or one option of a mount. */
export function flagHover(dockerfile: Dockerfile, instruction: Instruction, offset: number): Explanation | undefined {
  const { keyword, flags } = instruction;
  const flag = flags.find(({ span }) => span.start <= offset && offset <= span.end);
  const docs = flagDocs[keyword]?.find(({ name }) => name === flag?.name);
  if (flag === undefined || docs === undefined || !isKnownKeyword(keyword)) return undefined;
  const option = docs.value === 'mount' ? mountOptionAt(dockerfile, flag, offset) : undefined;
  if (option !== undefined) return option;
  const markdown = `${docs.summary}\n\n\`${docs.example}\`\n\n[Reference](${referenceUrl(keyword)})`;
  return { markdown, span: { start: flag.span.start, end: flag.nameSpan.end } };
}

function mountOptionAt({ text }: Dockerfile, { valueSpan }: Flag, offset: number): Explanation | undefined {
  if (valueSpan === undefined || offset < valueSpan.start) return undefined;
  let start = valueSpan.start;
  for (const option of text.slice(valueSpan.start, valueSpan.end).split(',')) {
    const span: Span = { start, end: start + option.length };
    start = span.end + 1;
    if (offset > span.end) continue;
    const [, key = '', value] = /^\s*["']?([\w-]*)(?:=(.*))?$/.exec(option) ?? [];
    const docs = mountKeyDocs[mountKeyOf(key)];
    if (docs === undefined) return undefined;
    const type = key === 'type' ? mountDocs.find((mount) => mount.type === value) : undefined;
    const markdown = type === undefined ? `\`${key}\`: ${docs.summary}` : `\`type=${type.type}\`: ${type.summary}`;
    return { markdown, span };
  }
  return undefined;
}
