import { hostOf, type RegistryElement, type Tools } from './tools.ts';

/** How long a registry that the settings name since a moment ago may take to be in the view. */
const patienceMs = 5000;

/** Brings a registry into the view, also one that was taken out of it, and to where it is seen. Undefined where it does not come. */
export async function showRegistry(host: string, tools: Tools): Promise<RegistryElement | undefined> {
  const { tree, arranged } = tools;
  await arranged.unhide(host);
  const registry = await tree.busy(() => comes(host, tools));
  if (registry !== undefined) await tree.view.reveal(registry, { focus: false, select: true });
  return registry;
}

async function comes(host: string, { tree: { model } }: Tools): Promise<RegistryElement | undefined> {
  const find = async () => (await model.children()).find((each) => hostOf(each) === host);
  await model.refreshOnly();
  const there = await find();
  if (there !== undefined) return there;
  return new Promise((resolve) => {
    const end = (registry: RegistryElement | undefined) => {
      clearTimeout(timer);
      stop();
      resolve(registry);
    };
    const timer = setTimeout(() => end(undefined), patienceMs);
    const stop = model.onDidChange(
      () =>
        void find().then((registry) => {
          if (registry !== undefined) end(registry);
        }),
    );
  });
}
