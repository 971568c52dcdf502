/** Proofs that what is kept from one version of a file to the next is what a fresh check finds. */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { Contexts } from '../../server/language/diagnostics/contexts.ts';
import { type Finding, findingsIn, LintMemory } from '../../server/language/diagnostics/findings.ts';
import { type LintOptions, presets } from '../../server/language/diagnostics/lintOptions.ts';
import type { FileRule, Report } from '../../server/language/diagnostics/rule.ts';
import { rules } from '../../server/language/diagnostics/rules.ts';
import { findShells } from '../../server/language/diagnostics/shells.ts';
import type { Dockerfile, Instruction } from '../../server/language/dockerfile/dockerfile.ts';
import { parse } from '../../server/language/dockerfile/parse.ts';
import { offsetOf } from '../../server/language/dockerfile/place.ts';
import { entangledFiles, everyRule, everythingKnown, faultyLines } from './faultyLines.ts';
import { random } from './random.ts';

const choices: readonly LintOptions[] = [...presets.map((preset) => ({ preset, rules: {} })), everyRule];

/** A file whose lines depend on one another, some others among them, and then one edit of a line after the other. */
function* versions(seed: number, count: number): Generator<string> {
  const next = random(seed);
  const some = () => faultyLines[next(faultyLines.length)]!;
  const lines = entangledFiles[seed % entangledFiles.length]!.split('\n');
  for (let more = next(4); more > 0; more--) lines.splice(next(lines.length + 1), 0, some());
  for (let version = 0; version < count; version++) {
    yield `${lines.join('\n')}\n`;
    const at = next(lines.length + 1);
    const edit = next(5);
    if (edit === 0 && lines.length > 2) lines.splice(at, 1);
    else if (edit === 1 && lines.length < 20) lines.splice(at, 0, some());
    else if (edit === 2) lines[at] = `#${lines[at] ?? ''}`;
    else if (edit === 3) lines[at] = (lines[at] ?? some()).replace(/^#+/, '');
    else lines[at] = some();
  }
}

/** Fails where a check of an edited file finds anything else than one that knows of no version before. */
export function assertKept(seed: number, count: number): void {
  const options = choices[seed % choices.length]!;
  const memory = new LintMemory();
  let dockerfile: Dockerfile | undefined;
  for (const text of versions(seed, count)) {
    dockerfile = parse(text, dockerfile);
    const kept = findingsIn(dockerfile, everythingKnown, options, memory).map(shown);
    assert.deepEqual(kept, findingsIn(parse(text), everythingKnown, options).map(shown), `seed ${seed}:\n${text}`);
  }
}

/** All that a finding says, its ways out too. */
export function shown({ rule, severity, span, message, related, fixes }: Finding): unknown {
  return { rule: rule.name, severity, span, message, related, fixes: fixes?.() };
}

export const readers = rules.filter((rule): rule is FileRule => 'check' in rule && rule.reads !== undefined);

/** Fails where a rule finds anything else in a file than where all but what it reads is left out. */
export function assertReads(seed: number): void {
  for (const text of versions(seed, 2)) assertReadsIn(text);
}

/** As {@link assertReads}. `matters` gets each keyword without which the rule would find something else. */
export function assertReadsIn(text: string, matters?: (rule: FileRule, keyword: string) => void): void {
  const whole = parse(text);
  if (whole.error?.code === 'UnterminatedHeredoc') return; // left out, it is no end of the file any more
  const parts = new Map<string, Dockerfile>();
  const saidOf = (rule: FileRule, keep: readonly string[]) => {
    const part = parts.get(keep.join()) ?? parse(blanked(whole, keep));
    parts.set(keep.join(), part);
    return saidBy(rule, part, whole);
  };
  for (const rule of readers) {
    const reads = [...new Set(rule.reads)];
    const said = saidBy(rule, whole, whole);
    assert.deepEqual(saidOf(rule, reads), said, `${rule.name}:\n${text}`);
    for (const keyword of matters ? reads : []) {
      const less = reads.filter((other) => other !== keyword);
      if (!isDeepStrictEqual(saidOf(rule, less), said)) matters!(rule, keyword);
    }
  }
}

/** All of the rest replaced by blanks, so that everything stands where it stood. */
function blanked({ text, instructions, comments, directives }: Dockerfile, keep: readonly string[]): string {
  const inside = (offset: number) => instructions.some(({ span }) => span.start <= offset && offset < span.end);
  const isDirective = (offset: number) => directives.some(({ span }) => span.start === offset);
  const gone = [
    // A line continued before the keyword is a part of it too.
    ...instructions.flatMap((one) => (keep.includes(one.keyword) ? [] : [{ start: offsetOf(one), end: one.span.end }])),
    ...comments.flatMap(({ span }) => (inside(span.start) || isDirective(span.start) ? [] : [span])),
  ];
  let rest = text;
  for (const { start, end } of gone)
    rest = rest.slice(0, start) + rest.slice(start, end).replaceAll(/[^\n]/g, ' ') + rest.slice(end);
  return rest;
}

/** What a rule says, whether it counts or not. The instructions of `dockerfile` are read with what they are read with in `whole`. */
function saidBy(rule: FileRule, dockerfile: Dockerfile, whole: Dockerfile): readonly unknown[] {
  const said: unknown[] = [];
  const report: Report = (span, message, more = {}) => said.push({ span, message, related: more.related });
  const contexts = new Contexts();
  const shells = findShells(whole);
  const byStart = new Map(whole.instructions.map((instruction) => [instruction.span.start, instruction]));
  rule.check(dockerfile, report, everythingKnown, (instruction: Instruction) =>
    contexts.of(byStart.get(instruction.span.start) ?? instruction, whole, shells, everythingKnown.shell),
  );
  return said;
}
