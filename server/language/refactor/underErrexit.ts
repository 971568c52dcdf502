/**
 * Where `a && b` and lines under `set -e` mean the same. They do not everywhere: what stands left of `&&` may fail without an end
 * of the script, and so may whatever is in a group, loop or condition of which that is the last command.
 */
import { commandName, type ShellNode, wordsOf } from '../shell/script.ts';

/** Whether a part that fails under `set -e` ends the script, and one that does not goes on, just as it would in a chain. */
export function sameUnderErrexit(node: ShellNode): boolean {
  switch (node.kind) {
    case 'command':
      return !readsMore(node);
    case 'pipeline':
      return node.parts.every(sameUnderErrexit);
    case 'list':
      return false;
    case 'compound':
      return node.form === 'subshell' && node.parts.every(isOneChain);
  }
}

/** What runs in a shell of its own, whose status is that of the chain. */
function isOneChain(node: ShellNode): boolean {
  if (node.kind !== 'list') return sameUnderErrexit(node);
  return node.operators.every(({ text }) => text === '&&' || text === '||') && node.parts.every(sameUnderErrexit);
}

/**
 * Whether what is substituted in the node's own words means the same with and without `-e`. `X=$(a; b) || exit` is no way out where
 * it does not: dash looks at `-e` there even left of `||`.
 */
export function substitutesTheSame(node: ShellNode): boolean {
  return [...wordsOf(node)].every(({ substitutions }) => substitutions.every(isOneChain));
}

/** `. file`, `eval`: commands that are not in the script run in its shell, and may define functions. */
export function readsMore(node: ShellNode): boolean {
  return node.kind === 'command' && ['.', 'source', 'eval'].includes(commandName(node));
}
