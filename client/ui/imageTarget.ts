/** What a command on an image may be given: a reference from other code, or a node of a tree whose value has one. */
export type ImageTarget = string | { readonly node: { readonly value?: { readonly reference?: string } } };

export function referenceIn(target: ImageTarget | undefined): string | undefined {
  return typeof target === 'object' ? target.node.value?.reference : target;
}
