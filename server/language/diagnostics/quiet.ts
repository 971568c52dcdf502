import type { Instruction } from '../dockerfile/dockerfile.ts';
import type { FileRule, InstructionContext, Knowledge } from './rule.ts';

/** What a check of a version of a file rested on, and which rules had nothing to say. */
export interface Checked {
  readonly instructions: readonly Instruction[];
  /** What each of them was read with, in the same order. */
  readonly contexts: readonly InstructionContext[];
  readonly knowledge: Knowledge;
  /** The rules with {@link FileRule.reads} that were asked, or need not be, and found nothing. */
  readonly quiet: ReadonlySet<FileRule>;
}

/**
 * The rules that found nothing in an earlier version and find nothing in this one either: nobody has edited what they read. Most
 * rules find nothing in most files, so most edits are over with the few rules that read the one instruction at hand. A rule that
 * found something is asked anew: where things stand, and what would mend them, is another matter in each version.
 */
export function stillQuiet(
  before: Checked | undefined,
  now: Pick<Checked, 'instructions' | 'contexts' | 'knowledge'>,
): ReadonlySet<FileRule> {
  if (!before || !isSame(before.knowledge, now.knowledge)) return new Set();
  const edited = editedKeywords(before, now);
  return new Set([...before.quiet].filter(({ reads }) => reads?.every((keyword) => !edited.has(keyword))));
}

function isSame(a: Knowledge, b: Knowledge): boolean {
  return (Object.keys({ ...a, ...b }) as (keyof Knowledge)[]).every((key) => a[key] === b[key]);
}

/** The keywords of the instructions between what the two have in common at their heads and at their ends. */
function editedKeywords(
  a: Pick<Checked, 'instructions' | 'contexts'>,
  b: Pick<Checked, 'instructions' | 'contexts'>,
): ReadonlySet<string> {
  const [lengthA, lengthB] = [a.contexts.length, b.contexts.length];
  const most = Math.min(lengthA, lengthB);
  let head = 0;
  while (head < most && a.contexts[head] === b.contexts[head]) head++;
  let tail = 0;
  while (tail < most - head && a.contexts[lengthA - 1 - tail] === b.contexts[lengthB - 1 - tail]) tail++;
  const edited = [...a.instructions.slice(head, lengthA - tail), ...b.instructions.slice(head, lengthB - tail)];
  return new Set(edited.map(({ keyword }) => keyword));
}
