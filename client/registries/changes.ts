/** What the view asks again when something changed. */
import type { TreeModel } from '../ui/treeModel.ts';
import type { Looked } from './source.ts';
import type { RegistryElement } from './tools.ts';
import type { RegistryValue } from './values.ts';

type Model = TreeModel<RegistryValue>;

/**
 * A registry is another one now: somebody signed in there, or it showed which product it is. Or one repository of it changed. Only that
 * is asked again, and what stands in the registry's own row. Without a host, or with one that is not shown: everything.
 */
export async function askChanged(
  model: Model,
  host: string | undefined,
  repository: string | undefined,
): Promise<void> {
  if (host === undefined) return model.refresh();
  const isRepository = ({ node: { value } }: RegistryElement) =>
    value?.kind === 'repository' && value.host === host && value.repository === repository;
  const changed = repository === undefined ? undefined : [...model.shown()].find(isRepository);
  if (changed !== undefined) return model.refresh(changed);
  // Who is signed in and what the product can do is said by the row: all below is made with it.
  await model.refreshOnly();
  const registry = [...model.shown()].find(({ id }) => id === `registry:${host}`);
  if (registry !== undefined) await model.refresh(registry);
}

/** A tag that was listed as an image is none: its repository is shown again, as the server knows it now. */
export async function askTurnedOut(model: Model, { host, repository, tag }: Looked): Promise<void> {
  const isIt = ({ node: { value } }: RegistryElement) =>
    value?.kind === 'tag' && value.host === host && value.repository === repository && value.tag === tag;
  const element = [...model.shown()].find(isIt);
  const value = element?.node.value;
  if (value?.kind === 'tag' && !value.artifact && element?.parent !== undefined)
    await model.refreshOnly(element.parent);
}
