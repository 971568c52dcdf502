import { relative, sep } from 'node:path';
import type { Problem } from '../../common/known.ts';
import type { ContextCopy, ContextSize } from '../language/host.ts';
import { problemOf } from '../util/problemError.ts';
import { contextOf, ignoreRules } from './contextOf.ts';
import { lineEffects } from './lineEffects.ts';
import type { Answer, FromWorker, ToWorker } from './messages.ts';
import { type Archives, taken, wholeOf } from './take.ts';
import { ContextTree } from './tree.ts';
import type { View } from './view.ts';

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
      case 'lines':
        this.#tell({ kind: 'lines', id: message.id, answer: this.#lines(message.folder, message.text) });
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
      if (paths === undefined || paths.some((path) => relook(tree, path))) touched.add(tree);
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
      return { value: copy ? await taken(view, copy, this.#archives) : wholeOf(view) };
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
    const same = asked.view && asked.stamp && withoutLast(asked.stamp) === withoutLast(stamp);
    asked.stamp = stamp;
    if (asked.view && same) return asked.view;
    asked.view = undefined;
    asked.view = { tree: this.#tree(context.root), ignore: ignoreRules(context) };
    return asked.view;
  }

  #tree(root: string): ContextTree {
    const known = this.#trees.get(root) ?? new ContextTree(root);
    this.#trees.set(root, known);
    return known;
  }

  #lines(folder: string, text: string): Extract<FromWorker, { kind: 'lines' }>['answer'] {
    try {
      return { value: lineEffects(this.#tree(folder), text) };
    } catch (error) {
      return { problem: problemOf(error, folder) };
    }
  }
}

function withoutLast(stamp: string): string {
  return stamp.slice(0, stamp.lastIndexOf('\n'));
}

function relook(tree: ContextTree, path: string): boolean {
  const inside = relative(tree.root, path);
  if (inside === '..' || inside.startsWith(`..${sep}`) || inside.startsWith(sep)) return false;
  try {
    return tree.relook(sep === '/' ? inside : inside.replaceAll(sep, '/'));
  } catch {
    tree.forget(); // and whoever asks next is told why it cannot be read
    return true;
  }
}
