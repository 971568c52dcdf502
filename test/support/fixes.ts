/** The proofs that a fix has to pass. */
import assert from 'node:assert/strict';
import { applyEdits } from '../../server/language/codeActions.ts';
import { findingsIn } from '../../server/language/diagnostics/findings.ts';
import type { LintOptions } from '../../server/language/diagnostics/lintOptions.ts';
import type { Edit, Fix, Knowledge } from '../../server/language/diagnostics/rule.ts';
import type { Instruction } from '../../server/language/dockerfile/dockerfile.ts';
import { parse } from '../../server/language/dockerfile/parse.ts';
import { parserNodes } from '../../server/language/dockerfile/parserNodes.ts';

export interface FixNeeds {
  readonly knowledge?: Knowledge;
  readonly options?: LintOptions;
  /** Which of the ways out; without it the first. */
  readonly title?: string;
}

/** The ways out of the first finding of `code`, the best first. Fails where there is no such finding. */
export function fixesOf(text: string, code: string, { knowledge, options }: FixNeeds = {}): readonly Fix[] {
  const found = findingsIn(parse(text), knowledge, options).find(({ rule }) => rule.name === code);
  assert.ok(found, `no ${code} in ${JSON.stringify(text)}`);
  return found.fixes?.() ?? [];
}

/** Three proofs of one fix: the text after it, the finding gone, and BuildKit's parse of everything else as it was. */
export function assertFix(code: string, before: string, after: string, needs: FixNeeds = {}): void {
  const fixes = fixesOf(before, code, needs);
  const fix = needs.title === undefined ? fixes[0] : fixes.find(({ title }) => title === needs.title);
  assert.ok(fix, `no such fix, but: ${fixes.map(({ title }) => title).join(', ') || 'none'}`);
  assert.equal(applyEdits(before, fix.edits), after);
  const count = (text: string) =>
    findingsIn(parse(text), needs.knowledge, needs.options).filter(({ rule }) => rule.name === code).length;
  assert.ok(count(after) < count(before), `${code} is still there`);
  assertElseUnchanged(before, fix.edits);
}

/** Fails unless BuildKit's parser makes the same as before of each instruction that no edit touches. */
export function assertElseUnchanged(before: string, edits: readonly Edit[]): void {
  const { instructions } = parse(before);
  const kept = nodesOf(before).filter((_, index) => !edits.some((edit) => touches(edit, instructions[index]!)));
  const after = nodesOf(applyEdits(before, edits));
  let at = -1;
  for (const node of kept) {
    at = after.indexOf(node, at + 1);
    assert.notEqual(at, -1, `another instruction changed: ${node}`);
  }
}

function touches({ span, text }: Edit, { span: { start, end } }: Instruction): boolean {
  if (span.start !== span.end) return span.start < end && span.end > start;
  return span.start > start ? span.start <= end : span.start === start && text !== '' && !text.endsWith('\n');
}

function nodesOf(text: string): readonly string[] {
  const { error: _, ...file } = parse(text);
  const answer = parserNodes(file);
  assert.ok('nodes' in answer);
  return answer.nodes.map(({ start: _start, end: _end, ...node }) => JSON.stringify(node));
}
