/** The proofs that a fix, a refactoring or a suppression has to pass. */
import assert from 'node:assert/strict';
import { applyEdits } from '../../server/language/applyEdits.ts';
import { findingsIn } from '../../server/language/diagnostics/findings.ts';
import { defaultLintOptions, type LintOptions } from '../../server/language/diagnostics/lintOptions.ts';
import type { Edit, Fix, Knowledge } from '../../server/language/diagnostics/rule.ts';
import type { Instruction, Span } from '../../server/language/dockerfile/dockerfile.ts';
import { parse } from '../../server/language/dockerfile/parse.ts';
import { parserNodes } from '../../server/language/dockerfile/parserNodes.ts';

export interface FixNeeds {
  readonly knowledge?: Knowledge;
  readonly options?: LintOptions;
  /** Which of the ways out; without it the first. */
  readonly title?: string;
  /** Which of them by its place; without it, and without a title, the first. */
  readonly index?: number;
}

/** The ways out of the first finding of `code`, the best first. Fails where there is no such finding. */
export function fixesOf(text: string, code: string, { knowledge, options }: FixNeeds = {}): readonly Fix[] {
  const found = findingsIn(parse(text), knowledge, options).find(({ rule }) => rule.name === code);
  assert.ok(found, `no ${code} in ${JSON.stringify(text)}`);
  return found.fixes?.() ?? [];
}

/** The text after a way out of the first finding of `code`; undefined where it has none. */
export function fixed(text: string, code: string, needs: FixNeeds = {}): string | undefined {
  const fix = fixesOf(text, code, needs)[needs.index ?? 0];
  return fix && applyEdits(text, fix.edits);
}

/** Three proofs of one fix: the text after it, the finding gone, and BuildKit's parse of everything else as it was. */
export function assertFix(code: string, before: string, after: string, needs: FixNeeds = {}): void {
  const fixes = fixesOf(before, code, needs);
  const fix = needs.title === undefined ? fixes[needs.index ?? 0] : fixes.find(({ title }) => title === needs.title);
  assert.ok(fix, `no such fix, but: ${fixes.map(({ title }) => title).join(', ') || 'none'}`);
  assert.equal(applyEdits(before, fix.edits), after);
  assertGone(code, before, after, needs);
  assertElseUnchanged(before, fix.edits);
}

/** Fails unless there are fewer findings of `code` than before. */
export function assertGone(code: string, before: string, after: string, { knowledge, options }: FixNeeds = {}): void {
  const count = (text: string) =>
    findingsIn(parse(text), knowledge, options ?? defaultLintOptions).filter(({ rule }) => rule.name === code).length;
  assert.ok(count(after) < count(before), `${code} is still there`);
}

/** Fails unless BuildKit's parser makes the same as before of each instruction that no edit touches and `fault` is not in. */
export function assertElseUnchanged(before: string, edits: readonly Edit[], fault?: Span): void {
  const instructions = parse(before).instructions;
  const nodes = nodesOf(before);
  const isMeant = (instruction: Instruction) =>
    edits.some((edit) => touches(edit, instruction)) ||
    (fault !== undefined && instruction.span.start <= fault.start && fault.start <= instruction.span.end);
  const kept = nodes.filter((_, index) => !isMeant(instructions[index]!));
  const after = nodesOf(applyEdits(before, edits));
  let at = -1;
  for (const node of kept) {
    at = after.indexOf(node, at + 1);
    assert.notEqual(at, -1, `another instruction changed: ${node}`);
  }
}

function touches({ span, text }: Edit, { span: { start, end } }: Instruction): boolean {
  if (span.start !== span.end) return span.start < end && span.end > start;
  // Lines of their own before or behind an instruction are no part of it.
  if (span.start === start) return text !== '' && !text.endsWith('\n');
  return span.start > start && (span.start < end || (span.start === end && !/^\r?\n/.test(text)));
}

/** What BuildKit's parser makes of each instruction, wherever it stands; what is at fault in the file is left out. */
export function nodesOf(text: string): readonly string[] {
  const { error: _, ...file } = parse(text);
  const answer = parserNodes(file);
  assert.ok('nodes' in answer);
  return answer.nodes.map(({ start: _start, end: _end, ...node }) => JSON.stringify(node));
}
