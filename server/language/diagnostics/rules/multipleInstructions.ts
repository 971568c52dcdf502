import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver-types';
import type { Instruction } from '../../dockerfile/dockerfile.ts';
import { removeLines } from '../fixes.ts';
import type { Rule } from '../rule.ts';

const usedOnce = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

/** Only the last one in a stage counts; the earlier ones are reported. Source: validateUsedOnce in BuildKit's validations.go. */
export const multipleInstructionsDisallowed: Rule = {
  name: 'MultipleInstructionsDisallowed',
  aliases: ['DL3012', 'DL4003', 'DL4004'],
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  tag: DiagnosticTag.Unnecessary,
  reads: ['FROM', ...usedOnce],
  check(dockerfile, report) {
    for (const { instructions } of dockerfile.stages) {
      const earlier = new Map<string, Instruction>();
      for (const instruction of instructions) {
        const { keyword, startLine } = instruction;
        if (!usedOnce.has(keyword)) continue;
        const previous = earlier.get(keyword);
        earlier.set(keyword, instruction);
        if (!previous) continue;
        const message = `This ${keyword} has no effect: the one in line ${startLine + 1} replaces it.`;
        report(previous.span, message, {
          cause: instruction,
          related: { span: instruction.span, message: `This ${keyword} replaces it.` },
          fix: () => ({
            title: `Remove this ${keyword}`,
            edits: [removeLines(dockerfile, previous)],
            safe: false,
          }),
        });
      }
    }
  },
};
