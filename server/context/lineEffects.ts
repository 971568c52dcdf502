import { decidingPattern, type PatternMatcher } from '../../common/ignore.ts';
import type { LineEffect } from '../language/host.ts';
import { ProblemError } from '../util/problemError.ts';
import { readIgnore } from '../workspace/ignoreRules.ts';
import type { ContextTree, Folder } from './tree.ts';

type Sum = { -readonly [Name in keyof LineEffect]: LineEffect[Name] };

/**
 * What each pattern of an ignore file does to the folder that it is for, in their order. All of the folder is looked through, what is
 * kept out, too. Throws ProblemError.
 */
export function lineEffects(tree: ContextTree, text: string): readonly LineEffect[] {
  const matcher = readIgnore({ stamp: '', changedAt: 0, text });
  if (matcher === undefined)
    throw new ProblemError({
      kind: 'unsupported',
      subject: tree.root,
      message: 'One of the patterns is malformed, or they are too many or too slow to try on every file.',
    });
  const sums: Sum[] = matcher.patterns.map(() => ({ files: 0, bytes: 0, matches: false }));
  if (sums.length > 0) addUp(tree, matcher, sums, tree.top, '', undefined);
  return sums;
}

function addUp(
  tree: ContextTree,
  matcher: PatternMatcher,
  sums: readonly Sum[],
  folder: Folder,
  at: string,
  parent: readonly boolean[] | undefined,
): void {
  for (const [name, node] of tree.children(folder, at)) {
    const path = at === '' ? name : `${at}/${name}`;
    const { rules } = matcher.match(path, parent);
    // A rule that could change nothing was not tried.
    for (const [index, sum] of sums.entries()) sum.matches ||= rules[index]! || matcher.patterns[index]!.test(path);
    const deciding = decidingPattern(matcher, rules);
    if (node.kind === 'folder') {
      addUp(tree, matcher, sums, node, path, rules);
    } else if (deciding !== undefined) {
      const sum = sums[deciding]!;
      sum.files++;
      sum.bytes += node.kind === 'file' ? node.bytes : 0;
    }
  }
}
