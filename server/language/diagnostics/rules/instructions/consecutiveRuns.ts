import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction } from '../../../dockerfile/dockerfile.ts';
import { checkComment } from '../../applies.ts';
import { factOf } from '../../factOf.ts';
import { hadolintComment } from '../../hadolintComment.ts';
import type { Edit, Fix, Rule } from '../../rule.ts';

/**
 * RUNs of one command each, one directly behind the other and with the same flags. Where commands are chained, the RUNs are
 * several on purpose. Source: hadolint's DL3059.
 */
export const consecutiveRuns: Rule = {
  name: 'DL3059',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  preset: 'hadolint',
  check(dockerfile, report, _knowledge, contextOf) {
    let previous: Instruction | undefined;
    for (const instruction of dockerfile.instructions) {
      const before = previous;
      previous = undefined;
      if (instruction.keyword !== 'RUN') continue;
      const context = contextOf(instruction);
      if (!isSingle(instruction, context) || !/^(?:sh|bash|cmd)$/.test(context.shell.kind)) continue;
      previous = instruction;
      if (!before || !haveSameFlags(before.own, instruction.own)) continue;
      const line = before.startLine + 1;
      const message = `The RUN in line ${line} could do this too: one layer instead of two. Join them with &&.`;
      report(instruction.keywordSpan, message, { fix: () => joined(dockerfile, before, instruction) });
    }
  },
};

/** Whether a RUN runs one command, as far as its text says. */
const isSingle = factOf<boolean>(({ json, heredocs, words, error }) => {
  const [command] = words;
  if (!command || json || heredocs.length > 0 || error) return false;
  const bare = command.value.replaceAll(/'[^']*'|"(?:[^"\\]|\\.)*"|\\./gs, '');
  return !/[;&|(){}<`\n]|<<|(?:^|\s)(?:if|for|while|until|case)\s/.test(bare);
});

function haveSameFlags(a: Instruction, b: Instruction): boolean {
  return a.flags.length === b.flags.length && a.flags.every(({ text }, index) => text === b.flags[index]!.text);
}

/** What the next command would notice, run in the same shell; and a comment, which would swallow it. */
const leavesTraces =
  /^(?:\.|source|cd|pushd|export|set|unset|alias|umask|eval|exec|trap|shopt|ulimit|exit|\w+=\S*$)(?:\s|$)|(?:^|\s)#/;

function joined(dockerfile: Dockerfile, before: Instruction, run: Instruction): Fix | undefined {
  const { text, escape: escapeToken } = dockerfile;
  if (leavesTraces.test(before.words[0]!.value) || before.source.trimEnd().endsWith(escapeToken)) return undefined;
  const speaks = run.docComments.some((comment) => checkComment(comment) !== undefined || hadolintComment(comment));
  if (speaks) return undefined;
  const end = before.span.start + before.source.trimEnd().length;
  const edits: Edit[] = [{ span: { start: end, end: before.span.end }, text: ` ${escapeToken}` }];
  let lineStart = text.indexOf('\n', before.span.end) + 1;
  for (
    let feed = text.indexOf('\n', lineStart);
    feed !== -1 && feed < run.span.start;
    feed = text.indexOf('\n', lineStart)
  ) {
    if (text.slice(lineStart, feed).trim() === '') edits.push({ span: { start: lineStart, end: feed + 1 }, text: '' });
    lineStart = feed + 1;
  }
  edits.push({ span: { start: lineStart, end: run.words[0]!.span.start }, text: `${indentOf(before)}&& ` });
  return { title: 'Join it with the RUN above', edits, safe: true };
}

/** As the lines that continue the RUN are indented already. */
function indentOf({ source }: Instruction): string {
  const indent = /^[\t ]+/.exec(source.slice(source.lastIndexOf('\n') + 1))?.[0];
  return source.includes('\n') && indent !== undefined ? indent : '    ';
}
