import { CodeActionKind } from 'vscode-languageserver-types';
import { LintMemory } from '../diagnostics/findings.ts';
import type { Fix, ShellParser } from '../diagnostics/rule.ts';
import { findShells } from '../diagnostics/shells.ts';
import { instructionAt } from '../dockerfile/at.ts';
import type { Dockerfile, Instruction, Span } from '../dockerfile/dockerfile.ts';
import { chainToHeredoc } from './chainToHeredoc.ts';
import { curlToAdd } from './curlToAdd.ts';
import { execToShell } from './execToShell.ts';
import { extractStage } from './extractStage.ts';
import { heredocToChain } from './heredocToChain.ts';
import { legacyToKeyValue } from './legacyToKeyValue.ts';
import { maintainerToLabel } from './maintainerToLabel.ts';
import type { Refactor } from './refactoring.ts';
import { shellToExec } from './shellToExec.ts';
import { splitPairs } from './splitPairs.ts';

const all: readonly (readonly [kind: string, refactor: Refactor])[] = [
  [CodeActionKind.RefactorRewrite, legacyToKeyValue],
  [CodeActionKind.RefactorRewrite, maintainerToLabel],
  [CodeActionKind.RefactorRewrite, shellToExec],
  [CodeActionKind.RefactorRewrite, execToShell],
  [CodeActionKind.RefactorRewrite, chainToHeredoc],
  [CodeActionKind.RefactorRewrite, heredocToChain],
  [CodeActionKind.RefactorRewrite, splitPairs],
  [CodeActionKind.RefactorRewrite, curlToAdd],
  [CodeActionKind.RefactorExtract, extractStage],
];

/** What can be rewritten at `selection`, of the kinds that are wanted. */
export function refactorings(
  dockerfile: Dockerfile,
  selection: Span,
  wants: (kind: string) => boolean,
  shell?: ShellParser,
  memory: LintMemory = new LintMemory(),
): readonly { readonly kind: string; readonly fix: Fix }[] {
  const wanted = all.filter(([kind]) => wants(kind));
  const instruction = instructionAt(dockerfile, selection.start) ?? firstIn(dockerfile, selection);
  if (!instruction || wanted.length === 0 || instruction.error) return [];
  const context = memory.contexts.of(instruction, dockerfile, findShells(dockerfile), shell);
  const found: { kind: string; fix: Fix }[] = [];
  for (const [kind, refactor] of wanted) {
    for (let at: Instruction | undefined = instruction; at; at = at.trigger) {
      const fix = refactor(dockerfile, at, context, selection);
      if (fix) found.push({ kind, fix });
    }
  }
  return found;
}

function firstIn({ instructions }: Dockerfile, { start, end }: Span): Instruction | undefined {
  return start === end ? undefined : instructions.find(({ span }) => span.start >= start && span.start < end);
}
