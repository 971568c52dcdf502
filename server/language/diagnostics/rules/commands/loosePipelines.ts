import type { Span } from '../../../dockerfile/dockerfile.ts';
import { pipefail, setsOption } from '../../../shell/options.ts';
import { commandName, type ShellCommand, type ShellNode, wordsOf } from '../../../shell/script.ts';

/** The pipelines of a script in which a failure of a command before the last gets lost, in the order of the text. */
export function looseSpans(root: ShellNode, text: string): readonly Span[] {
  const walk: Walk = { text, found: [], pipefail: false };
  visit(root, walk);
  return walk.found;
}

interface Walk {
  readonly text: string;
  readonly found: Span[];
  /** Whether it is set here. */
  pipefail: boolean;
}

function visit(node: ShellNode, walk: Walk): void {
  if (node.kind === 'command') walk.pipefail = setsOption(node, pipefail) ?? walk.pipefail;
  if (node.kind === 'pipeline' && !walk.pipefail) walk.found.push(node.span);
  if (node.kind !== 'command') {
    const before = walk.pipefail;
    let end = node.span.start;
    for (const [index, part] of node.parts.entries()) {
      const passedOver =
        (node.kind === 'list' && node.operators[index]?.text === '||' && succeeds(node.parts[index + 1])) ||
        (node.kind === 'compound' && isCondition(node, walk.text.slice(end, part.span.start)));
      if (passedOver && part.kind === 'pipeline') for (const inner of part.parts) visit(inner, walk);
      else visit(part, walk);
      end = part.span.end;
    }
    if (node.kind === 'pipeline' || (node.kind === 'compound' && node.form === 'subshell')) walk.pipefail = before;
  }
  for (const word of wordsOf(node)) for (const inner of word.substitutions) visit(inner, walk);
}

function succeeds(node: ShellNode | undefined): boolean {
  return node?.kind === 'command' && /^(?:true|:)$/.test(commandName(node satisfies ShellCommand));
}

/** `gap`: what stands in the compound directly before the part. */
function isCondition({ form }: Extract<ShellNode, { kind: 'compound' }>, gap: string): boolean {
  return form === 'negation' || /(?:^|[\s;])(?:if|elif|while|until)[\s\\`]*$/.test(gap);
}
