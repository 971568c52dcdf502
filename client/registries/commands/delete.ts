/** Deleting in a registry: tags, images, whole repositories. Nothing goes before the user has seen what goes with it. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { DeletePreview } from '../../../common/registry.ts';
import { commands } from '../../contributions.ts';
import { withoutLinks } from '../../ui/withoutLinks.ts';
import { deletionQuestion, feasible, leftBehind } from '../deletion.ts';
import { failedLines, inTurn } from '../inTurn.ts';
import { asking, nearest, type RegistryElement, type Tools } from '../tools.ts';
import { isRepositoryPlace, isTagPlace, type RepositoryPlace, type TagPlace, tagList } from '../values.ts';
import { digestOf } from './copy.ts';
import { deleteMany } from './deleteMany.ts';

export function deletionCommands(tools: Tools): readonly vscode.Disposable[] {
  const { tree, notify } = tools;
  const onTags =
    (work: (tags: readonly TagPlace[], repository: RegistryElement | undefined) => Promise<unknown>) =>
    async (tags: readonly TagPlace[], elements: readonly RegistryElement[]) => {
      const byRepository = new Map<string, TagPlace[]>();
      for (const tag of tags) {
        const key = tagList(tag.host, tag.repository);
        byRepository.set(key, [...(byRepository.get(key) ?? []), tag]);
      }
      for (const chosen of byRepository.values()) {
        const at = elements.find(({ node: { value } }) => value === chosen[0]);
        await notify.attempt(chosen[0]?.reference ?? '', () => work(chosen, nearest(at, 'repository')));
      }
    };
  return [
    tree.onNodes(
      commands.deleteTags,
      onTags((tags, repository) => deleteTags(tags, repository, tools)),
      isTagPlace,
    ),
    tree.onNodes(
      commands.deleteImages,
      onTags((tags, repository) => deleteImages(tags, repository, tools)),
      isTagPlace,
    ),
    tree.onNodes(
      commands.deleteManyTags,
      ([value], [element]) => value && notify.attempt(value.reference, () => deleteMany(value, element, tools)),
      isRepositoryPlace,
    ),
    tree.onNodes(
      commands.deleteRepository,
      ([value], [element]) => value && notify.attempt(value.reference, () => deleteRepository(value, element, tools)),
      isRepositoryPlace,
    ),
  ];
}

type Where = Pick<TagPlace, 'host' | 'repository'>;

async function deleteTags(
  tags: readonly TagPlace[],
  repository: RegistryElement | undefined,
  tools: Tools,
): Promise<void> {
  const [first] = tags;
  if (first === undefined) return;
  const { host, repository: name } = first;
  const chosen = tags.map(({ tag }) => tag);
  const previews = await tools.tree.busy(() => tools.backend.previewDeletion({ host, repository: name, tags: chosen }));
  await confirmAndDelete(first, chosen, previews, repository, tools);
}

async function deleteImages(
  tags: readonly TagPlace[],
  repository: RegistryElement | undefined,
  tools: Tools,
): Promise<void> {
  const [first] = tags;
  if (first === undefined) return;
  const { backend, tree } = tools;
  const { host, repository: name } = first;
  const previews = await tree.busy(async () => {
    const digests = new Set(await Promise.all(tags.map((tag) => digestOf(tag, backend))));
    return Promise.all([...digests].map((digest) => backend.previewDeletion({ host, repository: name, digest })));
  });
  const chosen = tags.map(({ tag }) => tag);
  await confirmAndDelete(first, chosen, previews.flat(), repository, tools);
}

/** Asks about what `previews` say, does it, and shows the repository as it is then. */
export async function confirmAndDelete(
  where: Where,
  chosen: readonly string[],
  previews: readonly DeletePreview[],
  repository: RegistryElement | undefined,
  tools: Tools,
): Promise<void> {
  const { text, detail, answer } = deletionQuestion(where.repository, chosen, previews);
  if (answer === undefined) {
    await vscode.window.showInformationMessage(text, { modal: true, detail });
    // What is shown of it may be older than what is said here.
    if (repository !== undefined) await tools.tree.model.refreshOnly(repository);
    return;
  }
  if ((await vscode.window.showWarningMessage(text, { modal: true, detail }, answer)) !== answer) return;
  try {
    await deleteAll(where, feasible(previews), tools);
  } finally {
    if (repository !== undefined) await tools.tree.model.refreshOnly(repository);
  }
}

/** One after the other: registries slow down who deletes fast. One that fails does not keep the others back. */
async function deleteAll({ host, repository }: Where, previews: readonly DeletePreview[], tools: Tools): Promise<void> {
  const { backend, notify, tree } = tools;
  const remove = async ({ method, tag, digest }: DeletePreview, signal?: AbortSignal) => {
    if (method === 'unsupported') return 0;
    const what = { ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
    return (await backend.deleteInRegistry({ host, repository, method, ...what }, signal)).imagesLeft;
  };
  const tell = (imagesLeft: number) => {
    const text = leftBehind(repository, imagesLeft);
    if (text !== undefined) void vscode.window.showInformationMessage(withoutLinks(text));
  };
  const [only, second] = previews;
  if (only !== undefined && second === undefined) {
    tell((await tree.busy(() => remove(only))) ?? 0);
    return;
  }
  await notify.progress(l10n.t('Deleting from {0}', repository), repository, async (report, signal) => {
    let left = 0;
    const nameOf = ({ tag, digest }: DeletePreview) => tag ?? digest ?? '';
    const { failed, untried } = await inTurn(
      previews,
      { name: nameOf, repository: () => repository },
      async (preview, index) => {
        const message = l10n.t('{0} of {1}: {2}', index + 1, previews.length, nameOf(preview));
        report({ message, increment: 100 / previews.length });
        left += await remove(preview, signal);
      },
    );
    tell(left);
    const [first] = failed;
    if (first === undefined) return;
    await notify.problem({
      kind: 'internal',
      subject: repository,
      message: l10n.t(
        '{0} of {1} stay. The first: {2}',
        failed.length + untried,
        previews.length,
        `${first.name}: ${first.problem.message}`,
      ),
      ...(first.problem.next !== undefined && { next: first.problem.next }),
      tried: failedLines({ failed, untried }),
    });
  });
}

/** The whole of it is asked for by its name, letter by letter. */
async function deleteRepository(
  { host, repository, reference }: RepositoryPlace,
  element: RegistryElement | undefined,
  tools: Tools,
): Promise<void> {
  const [preview] = await tools.tree.busy(() => tools.backend.previewDeletion({ host, repository }));
  if (preview === undefined || preview.method === 'unsupported') {
    const detail = preview?.reason ?? l10n.t('The registry has no way to do it.');
    await vscode.window.showInformationMessage(l10n.t('{0} cannot be deleted.', reference), { modal: true, detail });
    return;
  }
  const { tags, tagsComplete } = preview;
  const count = tags.length === 1 && tagsComplete ? l10n.t('1 tag') : l10n.t('{0} tags', tags.length);
  const typed = await vscode.window.showInputBox({
    title: l10n.t('Delete {0}', reference),
    prompt: tagsComplete
      ? l10n.t('All of it goes, {0} included, and cannot be brought back. Type {1} to delete it.', count, repository)
      : l10n.t('All of it goes with every tag, and cannot be brought back. Type {0} to delete it.', repository),
    placeHolder: repository,
    ignoreFocusOut: true,
    validateInput: (text) => (text === repository || text === '' ? undefined : l10n.t('That is not its name.')),
  });
  if (typed !== repository) return;
  await tools.tree.busy(() => tools.backend.deleteInRegistry({ host, repository, method: 'repository' }));
  await tools.arranged.forget(host, repository);
  if (element?.parent !== undefined) await tools.tree.model.refreshOnly(asking(element.parent));
}
