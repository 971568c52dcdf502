/** `ENV A=1 B=$A`: an ENV reads its variables as they were before it. Source: dispatchEnv in BuildKit's convert.go. */
import type { Dockerfile, Instruction, Span } from '../dockerfile/dockerfile.ts';
import { type KeyValue, keyValues } from '../dockerfile/keyValues.ts';
import { variableUses } from '../dockerfile/variables.ts';
import { lineBreakIn } from './insertLine.ts';
import type { Edit, Fix } from './rule.ts';

/** Whether another pair of the ENV that reads `name` at `span` sets it. */
export function definedInSameEnv(instruction: Instruction, name: string, span: Span): boolean {
  if (instruction.keyword !== 'ENV') return false;
  return keyValues(instruction).some((pair) => pair.key.value === name && !holds(pair, span));
}

function holds({ key, value }: KeyValue, span: Span): boolean {
  return key.span.start <= span.start && span.end <= (value ?? key).span.end;
}

/**
 * Makes two ENVs of one, so that what is read at `use` is set above it. Undefined where it is set behind that, and where something
 * else would then be read anew.
 */
export function splitEnv(dockerfile: Dockerfile, instruction: Instruction, use: Span): Fix | undefined {
  const pairs = keyValues(instruction);
  const at = pairs.findIndex((pair) => holds(pair, use));
  const uses = variableUses(dockerfile, instruction);
  const name = uses.find(({ span }) => span.start === use.start)?.name;
  const above = new Set(pairs.slice(0, Math.max(at, 0)).map(({ key }) => key.value));
  if (name === undefined || !above.has(name)) return undefined;
  const below = pairs[at]!.key.span.start;
  if (uses.some((other) => other.span.start > below && other.name !== name && above.has(other.name))) return undefined;
  const edits = splitAt(dockerfile, instruction, (pairs[at - 1]!.value ?? pairs[at - 1]!.key).span.end, below);
  return edits && { title: `Read $${name} in an ENV of its own`, edits, safe: true };
}

/** Comments between the two keep their lines. */
function splitAt(
  { text }: Dockerfile,
  { keywordText, span }: Instruction,
  end: number,
  start: number,
): readonly Edit[] {
  const indent = /[\t ]*$/.exec(text.slice(text.lastIndexOf('\n', span.start - 1) + 1, span.start))![0];
  const gap = text.slice(end, start);
  const feed = gap.indexOf('\n');
  if (feed === -1) return [{ span: { start: end, end: start }, text: `${lineBreakIn(text)}${indent}${keywordText} ` }];
  const lineEnd = end + (gap[feed - 1] === '\r' ? feed - 1 : feed);
  const lineStart = end + gap.lastIndexOf('\n') + 1;
  return [
    { span: { start: end, end: lineEnd }, text: '' },
    { span: { start: lineStart, end: start }, text: `${indent}${keywordText} ` },
  ];
}
