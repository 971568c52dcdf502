import type { Tree } from 'web-tree-sitter';

/** A node of the syntax tree as plain data: the parser's own memory is given back before anybody looks at it. */
export interface SyntaxNode {
  /** As tree-sitter-bash names it; a token is its own text: `&&`. */
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly children: readonly SyntaxNode[];
}

/** What has nothing in it that anybody asks for. */
const leaves = new Set([
  'word',
  'raw_string',
  'ansi_c_string',
  'simple_expansion',
  'comment',
  'number',
  'string_content',
]);

/** Copies a tree in one walk without recursion, however deep it is. `types` are the names of its language's node types. */
export function syntaxOf(tree: Tree, types: readonly string[]): SyntaxNode {
  const cursor = tree.walk();
  try {
    const parents: SyntaxNode[][] = [];
    let siblings: SyntaxNode[] = [];
    const roots = siblings;
    for (;;) {
      const type = types[cursor.nodeTypeId] ?? 'ERROR';
      const children: SyntaxNode[] = [];
      siblings.push({ type, start: cursor.startIndex, end: cursor.endIndex, children });
      if (!leaves.has(type) && cursor.gotoFirstChild()) {
        parents.push(siblings);
        siblings = children;
        continue;
      }
      while (!cursor.gotoNextSibling()) {
        const above = parents.pop();
        if (above === undefined || !cursor.gotoParent()) return roots[0]!;
        siblings = above;
      }
    }
  } finally {
    cursor.delete();
  }
}
