import type { TreeNode } from '../../client/ui/treeModel.ts';

/** A tree as people read it: `label — description`, with what is below as far as it is there without asking. */
export type Outline = string | readonly [string, readonly Outline[]];

export function outline(nodes: readonly TreeNode<unknown>[]): readonly Outline[] {
  return nodes.map((node) => {
    const text = node.description ? `${node.label} — ${node.description}` : node.label;
    return Array.isArray(node.children) ? [text, outline(node.children)] : text;
  });
}
