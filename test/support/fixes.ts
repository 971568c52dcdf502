import assert from 'node:assert/strict';
import { applyEdits } from '../../server/language/codeActions.ts';
import { findingsIn } from '../../server/language/diagnostics/findings.ts';
import type { LintOptions } from '../../server/language/diagnostics/lintOptions.ts';
import type { Knowledge } from '../../server/language/diagnostics/rule.ts';
import { parse } from '../../server/language/dockerfile/parse.ts';
import { parserNodes } from '../../server/language/dockerfile/parserNodes.ts';

export interface FixOptions {
  readonly knowledge?: Knowledge;
  readonly options?: LintOptions;
  /** Which of the fixes that are offered; the best is 0. */
  readonly index?: number;
  /** How many instructions the fix may change. */
  readonly changed?: number;
}

/** The text after a fix of the first finding of `code`; undefined where it has none. */
export function fixed(
  text: string,
  code: string,
  { knowledge, options, index = 0 }: FixOptions = {},
): string | undefined {
  const found = findingsIn(parse(text), knowledge, options ?? byName(code)).find(({ rule }) => rule.name === code);
  assert.ok(found, `no ${code} in ${JSON.stringify(text)}`);
  const fix = found.fixes?.()[index];
  return fix && applyEdits(text, fix.edits);
}

/** The text is as expected after the fix, a finding is gone, and BuildKit's parser reads all else as before. */
export function assertFix(code: string, before: string, after: string, more: FixOptions = {}): void {
  const count = (text: string) =>
    findingsIn(parse(text), more.knowledge, more.options ?? byName(code)).filter(({ rule }) => rule.name === code)
      .length;
  assert.equal(fixed(before, code, more), after);
  assert.ok(count(after) < count(before), 'the finding is still there');
  const kept = new Set(nodesOf(after));
  const lost = nodesOf(before).filter((node) => !kept.has(node));
  assert.ok(lost.length <= (more.changed ?? 1), `another instruction changed: ${lost.join('\n')}`);
}

function byName(code: string): LintOptions {
  return { preset: 'buildkit', rules: { [code]: 'warning' } };
}

/** What BuildKit's parser makes of each instruction, wherever it stands. */
function nodesOf(text: string): readonly string[] {
  const answer = parserNodes(parse(text));
  assert.ok('nodes' in answer, `not read: ${JSON.stringify(text)}`);
  return answer.nodes.map(({ start: _start, end: _end, ...node }) => JSON.stringify(node));
}
