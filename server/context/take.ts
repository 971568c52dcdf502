import { join } from 'node:path';
import { hasWildcards, nameTest } from '../../common/fileMatch.ts';
import { cleanPath, mayHold, type PatternMatcher, patternMatcher } from '../../common/ignore.ts';
import type { ContextCopy, ContextSize } from '../language/host.ts';
import { ProblemError } from '../util/problemError.ts';
import { type Unpacked, type UnpackedFile, unpacked } from './archive.ts';
import { bytesOf, totalsOf } from './totals.ts';
import type { File, Folder, Link } from './tree.ts';
import { follow, isFolder, namesIn, type Seen, topOf, type View } from './view.ts';

/** What a source names, its links followed, under the name that it was found by. */
interface Item {
  readonly seen: Seen;
  readonly name: string;
  /** With `--parents` only this of it is taken. */
  readonly include?: PatternMatcher;
}

const maximumArchives = 200;

/** Sizes of archives that were looked into, by their path. */
export type Archives = Map<string, { readonly stamp: string; readonly unpacked: Unpacked | undefined }>;

/**
 * What a COPY or ADD puts into its layer. Throws ProblemError: `notFound` for a source that the build would not find either,
 * `unsupported` for what only the build can know.
 * Source: BuildKit's dockerfile2llb (dispatchCopy) and solver/llbsolver/file/backend.go, tonistiigi/fsutil copy/copy.go.
 */
export async function taken(view: View, copy: ContextCopy, archives: Archives): Promise<ContextSize> {
  const items = copy.sources.flatMap((source) => itemsOf(view, source, copy));
  const size = await sizeOf(view, items, copy, archives);
  // Other files may be found by the same path, of whatever age.
  return { ...size, changedAt: Math.max(size.changedAt, ...items.map(({ seen }) => seen.reachedAt ?? 0)) };
}

async function sizeOf(view: View, items: readonly Item[], copy: ContextCopy, archives: Archives): Promise<ContextSize> {
  const exclude = copy.exclude.length > 0 ? patternMatcher(copy.exclude) : undefined;
  const unpacks = copy.keyword === 'ADD' && copy.unpack !== false;
  const [only] = items;
  if (items.length === 1 && only && isFolder(only.seen) && !exclude && !only.include) return wholeOf(view, only.seen);
  const layer = new Layer();
  for (const [index, item] of items.entries()) {
    if (isFolder(item.seen)) {
      layer.addFolder(view, item.seen, index, { include: item.include, exclude });
      continue;
    }
    const archive =
      unpacks && item.seen.node.kind === 'file' ? await lookInto(view, item.seen as Seen<File>, archives) : undefined;
    if (archive) layer.addArchive(archive, item.seen.node.changedAt);
    else layer.addName(item.name, item.seen.node as File | Link, index);
  }
  return layer.size;
}

/** Throws ProblemError. */
export function wholeOf(view: View, folder: Seen<Folder> = topOf(view)): ContextSize {
  const totals = totalsOf(view, folder);
  const { files, linkBytes, changedAt } = totals;
  return { files, bytes: bytesOf(totals), linkBytes, changedAt };
}

function itemsOf(view: View, source: string, { keyword, parents }: ContextCopy): readonly Item[] {
  if (keyword === 'ADD' && /^(?:https?|git|ssh):\/\/|^[\w.-]+@[\w.-]+:/.test(source)) throw remote(source);
  if (parents) return [withParents(view, source)];
  const parts = cleanPath(`/${source}`)
    .split('/')
    .filter((part) => part !== '');
  const wild = parts.findIndex(hasWildcards);
  const fixed = wild < 0 ? parts : parts.slice(0, wild);
  const base = follow(view, fixed.join('/'));
  if (base === undefined || (parts.length > 0 && !isSent(view, base))) throw notFound(source);
  if (wild < 0) return [{ seen: base, name: parts.at(-1) ?? '' }];
  const tests = parts.slice(wild).map(nameTest);
  return [...matching(view, base, tests)].map(([name, { path }]) => {
    const seen = follow(view, path);
    if (seen === undefined) throw notFound(path);
    return { seen: { ...seen, reachedAt: Math.max(seen.reachedAt ?? 0, base.reachedAt ?? 0) }, name };
  });
}

/** A folder that is kept out is sent only for what an exception lets in of it. */
function isSent(view: View, seen: Seen): boolean {
  return !isFolder(seen) || !seen.hidden || totalsOf(view, seen).files > 0;
}

/** The names that a path with wildcards means, which does not lead through links. */
function* matching(
  view: View,
  folder: Seen,
  [test, ...rest]: readonly (((name: string) => boolean) | undefined)[],
): Generator<readonly [string, Seen]> {
  if (test === undefined || !isFolder(folder)) return;
  for (const [name, seen] of namesIn(view, folder)) {
    if (!test(name) || !isSent(view, seen)) continue;
    if (rest.length === 0) yield [name, seen];
    else yield* matching(view, seen, rest);
  }
}

/** All of the path is kept, or what follows `/./`. */
function withParents(view: View, source: string): Item {
  const pivot = source.indexOf('/./');
  const root = pivot < 0 ? '' : source.slice(0, pivot);
  const pattern = cleanPath(`/${pivot < 0 ? source : source.slice(pivot + 3)}`).slice(1);
  const seen = follow(view, root);
  if (seen === undefined || (!hasWildcards(pattern) && follow(view, `${seen.path}/${pattern}`) === undefined))
    throw notFound(source);
  return { seen, name: '', ...(pattern !== '' && { include: patternMatcher([pattern]) }) };
}

async function lookInto(view: View, { node, path }: Seen<File>, archives: Archives): Promise<Unpacked | undefined> {
  const stamp = `${node.bytes} ${node.changedAt}`;
  const file = join(view.tree.root, path);
  const known = archives.get(file);
  if (archives.size >= maximumArchives) archives.clear();
  if (known?.stamp === stamp) return known.unpacked;
  const found = await unpacked(file, path);
  archives.set(file, { stamp, unpacked: found });
  return found;
}

interface Choice {
  readonly include: PatternMatcher | undefined;
  readonly exclude: PatternMatcher | undefined;
}

interface Rules {
  readonly include?: readonly boolean[] | undefined;
  readonly exclude?: readonly boolean[] | undefined;
}

/** What a layer gets, by path below the destination: what comes later takes the place of what is there. */
class Layer {
  readonly #names = new Map<string, { readonly node: File | Link; readonly item: number }>();
  /** What several archives hold under one name is there once. */
  readonly #unpacked = new Map<string, UnpackedFile>();
  #archives: ContextSize = { files: 0, bytes: 0, linkBytes: 0, changedAt: 0 };
  #changedAt = 0;

  addName(path: string, node: File | Link, item: number): void {
    this.#unpacked.delete(`/${path}`);
    this.#names.set(path, { node, item });
    this.#changedAt = Math.max(this.#changedAt, node.changedAt);
  }

  addFolder(view: View, folder: Seen<Folder>, item: number, choice: Choice, at = '', parent: Rules = {}): void {
    if (!folder.hidden) this.#changedAt = Math.max(this.#changedAt, folder.node.changedAt);
    for (const [name, seen] of namesIn(view, folder)) {
      const path = at === '' ? name : `${at}/${name}`;
      const included = choice.include?.match(path, parent.include);
      const excluded = choice.exclude?.match(path, parent.exclude);
      const wanted = included?.matched !== false && excluded?.matched !== true;
      if (!isFolder(seen)) {
        if (wanted) this.addName(path, seen.node as File | Link, item);
      } else if (wanted || mayBring(path, choice, included?.matched, excluded?.matched)) {
        this.addFolder(view, seen, item, choice, path, { include: included?.rules, exclude: excluded?.rules });
      }
    }
  }

  addArchive({ files, bytes, linkBytes, names }: Unpacked, changedAt: number): void {
    if (names) {
      this.#changedAt = Math.max(this.#changedAt, changedAt);
      for (const [path, file] of names) {
        this.#names.delete(path.slice(1));
        this.#unpacked.set(path, file);
      }
      return;
    }
    const before = this.#archives;
    this.#archives = {
      files: before.files + files,
      bytes: before.bytes + bytes,
      linkBytes: (before.linkBytes ?? 0) + linkBytes,
      changedAt: Math.max(before.changedAt, changedAt),
    };
  }

  /** A file with several names is one file in the layer, too, where one source brought them. */
  get size(): ContextSize {
    const { files, bytes, linkBytes = 0, changedAt } = this.#archives;
    const sum = { files: files + this.#names.size, bytes, linkBytes, changedAt: Math.max(changedAt, this.#changedAt) };
    for (const unpacked of this.#unpacked.values()) {
      sum.files++;
      sum.bytes += unpacked.bytes;
      sum.linkBytes += unpacked.linkBytes;
    }
    const inodes = new Set<string>();
    for (const { node, item } of this.#names.values()) {
      if (node.kind === 'link') sum.linkBytes += node.bytes;
      else if (node.inode === undefined) sum.bytes += node.bytes;
      else if (!inodes.has(`${item} ${node.inode}`)) {
        inodes.add(`${item} ${node.inode}`);
        sum.bytes += node.bytes;
      }
    }
    return sum;
  }
}

function mayBring(path: string, { include, exclude }: Choice, included?: boolean, excluded?: boolean): boolean {
  if (included === false && !(include && mayHold(path, include, false))) return false;
  return excluded !== true || (exclude !== undefined && mayHold(path, exclude, true));
}

function notFound(source: string): ProblemError {
  return new ProblemError({
    kind: 'notFound',
    subject: source,
    message: `"${source}" is not in the build context, or its ignore file keeps it out.`,
  });
}

function remote(source: string): ProblemError {
  const shown = source.replace(/\/\/[^/@]*@/, '//');
  return new ProblemError({
    kind: 'unsupported',
    subject: shown,
    message: `How large "${shown}" is only the build learns, which fetches it.`,
  });
}
