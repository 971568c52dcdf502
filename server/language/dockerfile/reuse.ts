import { Directives } from './directives.ts';
import type { Comment, Dockerfile, Instruction } from './dockerfile.ts';
import { moveInstruction, offsetOf, shift } from './place.ts';
import type { ScanStart } from './scan.ts';

/** What of an earlier version of a file can be kept when its text is edited. */
export interface Kept {
  /** Those before the edit, which stand where they stood. */
  readonly instructions: readonly Instruction[];
  readonly comments: readonly Comment[];
  /** Where reading goes on behind them; undefined where nothing before the edit is kept. */
  readonly from: ScanStart | undefined;
  /** What follows, should reading stand directly behind an instruction that ends where one of the earlier version did. */
  after(end: BehindInstruction): Rest | undefined;
  /**
   * What was read of an instruction in the earlier version; undefined where it is none that only moved. To be asked in the order
   * of the file: edits in several places leave most between them as it was.
   */
  unedited(read: Instruction, escapeToken: string): Instruction | undefined;
}

interface BehindInstruction {
  /** Where the next line begins. */
  readonly offset: number;
  /** The number of that line, from 0. */
  readonly line: number;
  readonly escape: string;
  /** The stage of the instruction. */
  readonly stage: number | undefined;
}

interface Rest {
  /** What ended here in the earlier version, as it was read by itself. */
  readonly before: Instruction;
  readonly instructions: readonly Instruction[];
  readonly comments: readonly Comment[];
}

/**
 * Directly behind an instruction the scanner knows nothing but the escape character: no comment waits for its instruction, no
 * directive can follow. So what stands between two such places is read alike in both versions.
 */
export function keptOf(previous: Dockerfile, text: string): Kept | undefined {
  // A line that is too long, and a directive that is refused, are errors of the whole file.
  const whole = previous.error?.code;
  if (whole === 'LineTooLong' || whole === 'DuplicateDirective' || whole === 'InvalidEscape') return undefined;
  const head = commonHead(previous.text, text);
  const tail = commonTail(previous.text, text, head);
  const instructions = previous.instructions.slice(0, countBefore(previous, head));
  const last = instructions.at(-1);
  const offset = last && lineBehind(previous.text, last);
  return {
    instructions,
    comments: offset === undefined ? [] : previous.comments.filter(({ span }) => span.start < offset),
    from: offset === undefined ? undefined : { offset, line: last!.endLine + 1, directives: new Directives(previous) },
    after: (end) => (end.offset < text.length - tail ? undefined : restOf(previous, end, text.length)),
    unedited: uneditedIn(previous, instructions.length, previous.text.length - tail),
  };
}

/** How many instructions may be gone in one place for those behind it to be found. */
const mostGone = 8;

/** Looks among those of the earlier version from the one with index `first` to the last that the next line follows before `end`. */
function uneditedIn(
  { instructions, text, escape: escapeToken }: Dockerfile,
  first: number,
  end: number,
): Kept['unedited'] {
  let next = first;
  return (read, escapeNow) => {
    if (escapeNow !== escapeToken) return undefined;
    for (let index = next; index < Math.min(next + mostGone, instructions.length); index++) {
      const before = instructions[index]!;
      if (lineBehind(text, before) >= end) return undefined;
      if (!isUnedited(before.own, read)) continue;
      next = index + 1;
      return before.own;
    }
    return undefined;
  };
}

/** Whether it is read alike in both versions. Nothing but the end of a heredoc is looked for outside of an instruction. */
export function isUnedited(before: Instruction, read: Instruction): boolean {
  return before.source === read.source && before.error?.code === read.error?.code;
}

/** How many instructions end before the edit at `head` whatever comes behind them. The end of the file may have cut one short. */
function countBefore({ instructions, text }: Dockerfile, head: number): number {
  let count = 0;
  for (const instruction of instructions) {
    const next = lineBehind(text, instruction);
    if (next > head || next === text.length || instruction.own.error?.code === 'UnterminatedHeredoc') break;
    count++;
  }
  return count;
}

function restOf(previous: Dockerfile, end: BehindInstruction, length: number): Rest | undefined {
  if (end.escape !== previous.escape) return undefined;
  const moved = length - previous.text.length;
  const offset = end.offset - moved;
  const first = previous.instructions.findIndex((instruction) => offsetOf(instruction) >= offset);
  const before = previous.instructions.at(first === -1 ? -1 : first - 1);
  if (first === 0 || before === undefined || lineBehind(previous.text, before) !== offset) return undefined;
  const line = end.line - before.endLine - 1;
  const stages = (end.stage ?? -1) - (before.stage ?? -1);
  const stays = moved === 0 && line === 0 && stages === 0;
  const rest = first === -1 ? [] : previous.instructions.slice(first);
  const comments = previous.comments.filter(({ span }) => span.start >= offset);
  if (stays) return { before: before.own, instructions: rest, comments };
  return {
    before: before.own,
    instructions: rest.map((instruction) => {
      const { startLine, stage = -1 } = instruction;
      return moveInstruction(instruction, {
        offset: offsetOf(instruction) + moved,
        line: startLine + line,
        stage: stage + stages < 0 ? undefined : stage + stages,
      });
    }),
    comments: comments.map(({ span, text }) => ({ span: shift(span, moved), text })),
  };
}

function lineBehind(text: string, { span }: Instruction): number {
  const feed = text.indexOf('\n', span.end);
  return feed === -1 ? text.length : feed + 1;
}

/** How many characters are compared at once: a whole file one by one takes longer than all else of an edit. */
const chunk = 1024;

function commonHead(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length + chunk <= most && a.slice(length, length + chunk) === b.slice(length, length + chunk)) length += chunk;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

function commonTail(a: string, b: string, head: number): number {
  const most = Math.min(a.length, b.length) - head;
  const behind = (text: string, count: number) => text.slice(text.length - count, text.length - count + chunk);
  let length = 0;
  while (length + chunk <= most && behind(a, length + chunk) === behind(b, length + chunk)) length += chunk;
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length)) length++;
  return length;
}
