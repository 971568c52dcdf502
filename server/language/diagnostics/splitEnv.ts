/** `ENV A=1 B=$A`: an ENV reads its variables as they were before it. Source: dispatchEnv in BuildKit's convert.go. */
import type { Dockerfile, Instruction, Span } from '../dockerfile/dockerfile.ts';
import { type KeyValue, keyValues } from '../dockerfile/keyValues.ts';
import { offsetOf, shift } from '../dockerfile/place.ts';
import { type VariableUse, variableUses } from '../dockerfile/variables.ts';
import { lineBreakIn, lineStart } from './fixes.ts';
import type { Edit, Fix } from './rule.ts';

/** One ENV, read by itself. */
interface Env {
  readonly pairs: readonly KeyValue[];
  readonly uses: readonly VariableUse[];
  /** Which pairs set a name. */
  readonly setBy: ReadonlyMap<string, readonly number[]>;
}

const envs = new WeakMap<Instruction, Env>();

function envOf({ own, source }: Instruction, escapeToken: Dockerfile['escape']): Env {
  const known = envs.get(own);
  if (known) return known;
  const pairs = keyValues(own);
  const setBy = new Map<string, number[]>();
  for (const [index, { key }] of pairs.entries()) {
    const indexes = setBy.get(key.value);
    if (indexes) indexes.push(index);
    else setBy.set(key.value, [index]);
  }
  const env = { pairs, uses: variableUses({ text: source, escape: escapeToken }, own), setBy };
  envs.set(own, env);
  return env;
}

/** Whether another pair of the ENV that reads `use` sets it. */
export function isSetInSameEnv(
  { escape: escapeToken }: Pick<Dockerfile, 'escape'>,
  instruction: Instruction,
  { name, span }: VariableUse,
): boolean {
  if (instruction.keyword !== 'ENV') return false;
  const { pairs, setBy } = envOf(instruction, escapeToken);
  const own = shift(span, -offsetOf(instruction));
  // Nearly always a name is set once; of two at least one is another pair.
  const indexes = setBy.get(name) ?? [];
  return indexes.length > 1 || indexes.some((index) => !holds(pairs[index]!, own));
}

function holds({ key, value }: KeyValue, span: Span): boolean {
  return key.span.start <= span.start && span.end <= (value ?? key).span.end;
}

/**
 * Makes two ENVs of one, so that what is read at `span` is set above it. Undefined where it is set behind that, and where something
 * else would then be read anew.
 */
export function splitEnv(
  dockerfile: Dockerfile,
  instruction: Instruction,
  { name, span }: VariableUse,
): Fix | undefined {
  const { pairs, uses, setBy } = envOf(instruction, dockerfile.escape);
  const offset = offsetOf(instruction);
  const at = pairs.findIndex((pair) => holds(pair, shift(span, -offset)));
  const isAbove = (other: string) => (setBy.get(other)?.[0] ?? at) < at;
  if (!isAbove(name)) return undefined;
  const below = pairs[at]!.key.span.start;
  if (uses.some((other) => other.span.start > below && other.name !== name && isAbove(other.name))) return undefined;
  const end = (pairs[at - 1]!.value ?? pairs[at - 1]!.key).span.end;
  const edits = splitAt(dockerfile, instruction, end + offset, below + offset);
  return { title: `Read $${name} in an ENV of its own`, edits, safe: true };
}

/** Comments between the two keep their lines. */
function splitAt(
  { text }: Dockerfile,
  { keywordText, span }: Instruction,
  end: number,
  start: number,
): readonly Edit[] {
  const indent = /[\t ]*$/.exec(text.slice(lineStart(text, span.start), span.start))![0];
  const gap = text.slice(end, start);
  const feed = gap.indexOf('\n');
  if (feed === -1) return [{ span: { start: end, end: start }, text: `${lineBreakIn(text)}${indent}${keywordText} ` }];
  const lineEnd = end + (gap[feed - 1] === '\r' ? feed - 1 : feed);
  const nextLine = end + gap.lastIndexOf('\n') + 1;
  return [
    { span: { start: end, end: lineEnd }, text: '' },
    { span: { start: nextLine, end: start }, text: `${indent}${keywordText} ` },
  ];
}
