import type { Backend } from '../backend.ts';
import type { JsonDocuments } from '../ui/jsonDocuments.ts';
import type { Notify } from '../ui/notify.ts';
import type { Element } from '../ui/treeModel.ts';
import type { Tree } from '../ui/treeView.ts';
import type { Arrangement } from './arrangement.ts';
import type { RegistryValue } from './values.ts';

/** What the view's commands work with. */
export interface Tools {
  readonly tree: Tree<RegistryValue>;
  readonly backend: Backend;
  readonly notify: Notify;
  readonly documents: JsonDocuments;
  readonly arranged: Arrangement;
}

export type RegistryElement = Element<RegistryValue>;

/** The nearest element of this kind, `element` itself or above it. */
export function nearest(
  element: RegistryElement | undefined,
  kind: RegistryValue['kind'],
): RegistryElement | undefined {
  let at = element;
  while (at !== undefined && at.node.value?.kind !== kind) at = at.parent;
  return at;
}

/** The host of the registry that an element (a problem too) stands in. */
export function hostOf(element: RegistryElement | undefined): string | undefined {
  const value = nearest(element, 'registry')?.node.value;
  return value?.kind === 'registry' ? value.host : undefined;
}

/** The nearest element, itself or above, whose children are asked for: a folder is made of names that stand in another's list. */
export function asking(element: RegistryElement): RegistryElement {
  let at = element;
  while (typeof at.node.children !== 'function' && at.parent !== undefined) at = at.parent;
  return at;
}
