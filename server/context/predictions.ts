import { dirname, isAbsolute, relative, sep } from 'node:path';
import { readIgnoreFile } from '../../common/ignore.ts';
import type { Problem } from '../../common/known.ts';
import type { ContextCopy, ContextName, ContextSize } from '../language/host.ts';
import { folderKey, realPath, rulesKey } from '../util/contextPlace.ts';
import { problemOf } from '../util/problemError.ts';
import { dockerfileOf } from '../workspace/candidates.ts';
import { contextOf, ignoreRules } from './contextOf.ts';
import { lineEffects } from './lineEffects.ts';
import type { Answer, FromWorker, Look, Seen, ToWorker } from './messages.ts';
import { type Archives, taken, wholeOf } from './take.ts';
import { ContextTree, type Node } from './tree.ts';
import { follow, isFolder, namesIn, type View } from './view.ts';

interface Asked {
  /** By key; undefined for the whole context. */
  readonly questions: Map<string, ContextCopy | undefined>;
  /** Of these the answer is not told yet, or not any more. */
  readonly open: Set<string>;
  built?: string;
  view?: View | undefined;
  /** What the ignore rules of `view` were read from: another text makes another view. */
  stamp?: string;
  /** Whether the ignore file has to be looked at again. */
  moved: boolean;
}

/**
 * The worker's side: keeps each context's tree of names and the questions about it, and answers them again after a change.
 * It waits for the disk.
 */
export class Predictions {
  readonly #tell: (message: FromWorker) => void;
  readonly #dockerfiles = new Map<string, Asked>();
  readonly #trees = new Map<string, ContextTree>();
  readonly #archives: Archives = new Map();
  #folders: readonly string[] = [];
  #working = false;

  constructor(tell: (message: FromWorker) => void) {
    this.#tell = tell;
  }

  receive(message: ToWorker): void {
    switch (message.kind) {
      case 'ask': {
        const asked = this.#asked(message.dockerfile);
        asked.questions.set(message.key, message.copy);
        asked.open.add(message.key);
        break;
      }
      case 'drop':
        this.#drop(message.dockerfile, message.key);
        break;
      case 'folders':
        this.#folders = message.folders;
        this.#reopen(() => true);
        break;
      case 'built':
        this.#asked(message.dockerfile).built = message.context;
        this.#reopen((_, dockerfile) => dockerfile === message.dockerfile);
        break;
      case 'changed':
        this.#changed(message.paths);
        break;
      case 'look':
        void this.#look(message.id, message);
    }
    if (!this.#working) void this.#work();
  }

  #asked(dockerfile: string): Asked {
    const known = this.#dockerfiles.get(dockerfile);
    if (known) return known;
    const asked: Asked = { questions: new Map(), open: new Set(), moved: true };
    this.#dockerfiles.set(dockerfile, asked);
    return asked;
  }

  #drop(dockerfile: string, key: string | undefined): void {
    const asked = this.#dockerfiles.get(dockerfile);
    if (key === undefined) this.#dockerfiles.delete(dockerfile);
    asked?.questions.delete(key ?? '');
    asked?.open.delete(key ?? '');
    const used = new Set([...this.#dockerfiles.values()].map(({ view }) => view?.tree));
    for (const [root, tree] of this.#trees) if (!used.has(tree)) this.#trees.delete(root);
    if (this.#trees.size === 0) this.#archives.clear();
  }

  #changed(paths: readonly string[] | undefined): void {
    const touched = new Set<ContextTree>();
    for (const tree of this.#trees.values()) {
      if (paths === undefined) tree.forget();
      // All of them, not only the first.
      if (paths === undefined || paths.filter((path) => relook(tree, path)).length > 0) touched.add(tree);
    }
    const rules = paths === undefined || paths.some((path) => path.endsWith('.dockerignore'));
    // Where a source was missing, another context may have it now.
    this.#reopen(({ view }) => rules || view === undefined || touched.has(view.tree), rules || paths === undefined);
    if (touched.size > 0 || rules) this.#tell({ kind: 'moved' });
  }

  #reopen(which: (asked: Asked, dockerfile: string) => boolean, moved = true): void {
    for (const [dockerfile, asked] of this.#dockerfiles) {
      if (asked.questions.size === 0 || !which(asked, dockerfile)) continue;
      asked.moved ||= moved;
      for (const key of asked.questions.keys()) asked.open.add(key);
      this.#tell({ kind: 'stale', dockerfile });
    }
  }

  /** Never rejects. */
  async #work(): Promise<void> {
    this.#working = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const [dockerfile, asked, key] = next;
      asked.open.delete(key);
      const answer = await this.#answer(dockerfile, asked, key);
      // Asked again meanwhile: what was found is not to be told any more.
      if (asked.open.has(key) || !asked.questions.has(key) || this.#dockerfiles.get(dockerfile) !== asked) continue;
      this.#tell({ kind: 'answer', dockerfile, key, answer });
    }
    this.#working = false;
  }

  #next(): [string, Asked, string] | undefined {
    for (const [dockerfile, asked] of this.#dockerfiles) for (const key of asked.open) return [dockerfile, asked, key];
    return undefined;
  }

  async #answer(dockerfile: string, asked: Asked, key: string): Promise<Answer<ContextSize>> {
    try {
      const view = await this.#view(dockerfile, asked);
      const copy = asked.questions.get(key);
      const value = copy ? await taken(view, copy, this.#archives) : wholeOf(view);
      const { rulesChangedAt, place } = view;
      return { value: { ...value, ...(rulesChangedAt !== undefined && { rulesChangedAt }), ...(place && { place }) } };
    } catch (error) {
      return { problem: problemOf(error, dockerfile) satisfies Problem };
    }
  }

  async #view(dockerfile: string, asked: Asked): Promise<View> {
    const sources = [...asked.questions.values()].flatMap((copy) => copy?.sources ?? []);
    const told = JSON.stringify([sources, asked.built]);
    if (asked.view && !asked.moved && asked.stamp?.endsWith(told)) return asked.view;
    asked.moved = false;
    const context = await contextOf(dockerfile, { workspaceFolders: this.#folders, built: asked.built, sources });
    const stamp = `${context.root}\n${context.ignoreFile?.path}\n${context.ignoreFile?.stamp}\n${told}`;
    const same = asked.stamp !== undefined && withoutLast(asked.stamp) === withoutLast(stamp);
    asked.stamp = stamp;
    if (asked.view && same) return asked.view;
    // What was answered by another context, or by other rules, is to be answered anew.
    if (asked.view) this.#reopen((each) => each === asked, false);
    asked.view = undefined;
    asked.view = {
      tree: this.#tree(context.root, context.folder),
      ignore: ignoreRules(context),
      ...(context.ignoreFile && { rulesChangedAt: context.ignoreFile.changedAt }),
      place: { folder: folderKey(context.root), rules: rulesKey(readIgnoreFile(context.ignoreFile?.text ?? '')) },
    };
    return asked.view;
  }

  #tree(root: string, alias: string): ContextTree {
    const tree = this.#trees.get(root) ?? new ContextTree(root);
    this.#trees.set(root, tree);
    tree.aliases.add(alias);
    return tree;
  }

  /** Never rejects. */
  async #look(id: number, look: Look): Promise<void> {
    try {
      this.#tell({ kind: 'seen', id, answer: { value: await this.#seen(look) } });
    } catch (error) {
      this.#tell({ kind: 'seen', id, answer: { problem: problemOf(error, look.path) } });
    }
  }

  async #seen(look: Look): Promise<Seen> {
    const view = await this.#viewOf(look.path);
    if (look.about === 'lines') return { lines: lineEffects(view.tree, look.text) };
    const folder = follow(view, look.folder);
    if (folder === undefined || !isFolder(folder)) return { names: [] };
    return { names: [...namesIn(view, folder)].map(([name, { node }]) => nameOf(name, node)) };
  }

  /** For an ignore file with all that is kept out. */
  async #viewOf(path: string): Promise<View> {
    if (!path.endsWith('.dockerignore')) {
      const known = this.#dockerfiles.get(path);
      if (known) return this.#view(path, known);
    }
    const dockerfile = path.endsWith('.dockerignore') ? dockerfileOf(path) : path;
    if (dockerfile === undefined)
      return { tree: this.#tree(realPath(dirname(path)), dirname(path)), ignore: undefined };
    const built = this.#dockerfiles.get(dockerfile)?.built;
    const context = await contextOf(dockerfile, { workspaceFolders: this.#folders, built, sources: [] });
    return {
      tree: this.#tree(context.root, context.folder),
      ignore: path === dockerfile ? ignoreRules(context) : undefined,
    };
  }
}

function withoutLast(stamp: string): string {
  return stamp.slice(0, stamp.lastIndexOf('\n'));
}

function relook(tree: ContextTree, path: string): boolean {
  for (const root of new Set([tree.root, ...tree.aliases])) {
    const inside = relative(root, path);
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) continue;
    try {
      return tree.relook(sep === '/' ? inside : inside.replaceAll(sep, '/'));
    } catch {
      tree.forget(); // and whoever asks next is told why it cannot be read
      return true;
    }
  }
  return false;
}

function nameOf(name: string, node: Node): ContextName {
  return { name, kind: node.kind, ...(node.kind === 'file' && { bytes: node.bytes }) };
}
