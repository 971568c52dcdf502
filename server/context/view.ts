import { cleanPath, mayHold, type PatternMatcher } from '../../common/ignore.ts';
import type { ContextPlace } from '../language/host.ts';
import type { ContextTree, Folder, Node } from './tree.ts';

/** What a build sees of a folder: everything but what the ignore file keeps out. */
export interface View {
  readonly tree: ContextTree;
  readonly ignore: PatternMatcher | undefined;
  /** The last change to the ignore file, milliseconds since 1970: it lets other files in, of whatever age. */
  readonly rulesChangedAt?: number;
  readonly place?: ContextPlace;
}

/** A name in a view, with what is needed to go on from there. */
export interface Seen<N extends Node = Node> {
  readonly node: N;
  /** Relative to the context, with `/`; empty for the context. */
  readonly path: string;
  /** The name itself is kept out, and only what is below it may be seen. */
  readonly hidden: boolean;
  readonly rules: readonly boolean[] | undefined;
  /** The last change to a link that was followed to it or a folder on the way that was moved, milliseconds since 1970. */
  readonly reachedAt?: number;
}

export const isFolder = (seen: Seen): seen is Seen<Folder> => seen.node.kind === 'folder';

/** Throws ProblemError where the context is none, as all of these do. */
export function topOf({ tree }: View): Seen<Folder> {
  return { node: tree.top, path: '', hidden: false, rules: undefined };
}

/** What is seen in a folder, with its name there, in the order of the names. */
export function* namesIn(view: View, { node, path, rules }: Seen<Folder>): Generator<readonly [string, Seen]> {
  for (const [name, child] of view.tree.children(node, path)) {
    const seen = see(view, child, path === '' ? name : `${path}/${name}`, rules);
    if (seen) yield [name, seen];
  }
}

function see({ ignore }: View, node: Node, path: string, parent: readonly boolean[] | undefined): Seen | undefined {
  if (ignore === undefined) return { node, path, hidden: false, rules: undefined };
  const { matched, rules } = ignore.match(path, parent);
  if (matched && !(node.kind === 'folder' && mayHold(path, ignore, true))) return undefined;
  return { node, path, hidden: matched, rules };
}

function childOf(view: View, { node, path, rules }: Seen<Folder>, name: string): Seen | undefined {
  const child = view.tree.children(node, path).get(name);
  return child && see(view, child, path === '' ? name : `${path}/${name}`, rules);
}

/** More links on the way to one name are a circle. Source: containerd/continuity fs/path.go. */
const maximumLinks = 255;

/**
 * What stands at a path once the links on the way and at its end are followed, all of them taken as anchored at the context: none
 * leads out. Undefined where the build would find nothing.
 */
export function follow(view: View, path: string): Seen | undefined {
  let left = path;
  let reachedAt = 0;
  for (let links = 0; links <= maximumLinks; links++) {
    const found = followOnce(view, left);
    if (found === undefined) return undefined;
    reachedAt = Math.max(reachedAt, found.reachedAt);
    if ('seen' in found) return { ...found.seen, reachedAt };
    left = found.left;
  }
  return undefined;
}

type Followed = ({ readonly seen: Seen } | { readonly left: string }) & { readonly reachedAt: number };

/** What stands there; or with the first link replaced, the path to go on with. */
function followOnce(view: View, path: string): Followed | undefined {
  const parts = cleanPath(`/${path}`)
    .split('/')
    .filter((part) => part !== '');
  let at: Seen = topOf(view);
  let reachedAt = 0;
  for (const [index, part] of parts.entries()) {
    if (!isFolder(at)) return undefined;
    // Whatever moves to the context itself is another one.
    if (at.path !== '') reachedAt = Math.max(reachedAt, at.node.placedAt);
    const child = childOf(view, at, part);
    if (child === undefined) return undefined;
    if (child.node.kind === 'link') {
      const target = view.tree.target(child.path)?.replaceAll(pathSeparator, '/');
      if (target === undefined) return undefined;
      const left = [target.startsWith('/') ? target : `${at.path}/${target}`, ...parts.slice(index + 1)].join('/');
      return { left, reachedAt: Math.max(reachedAt, child.node.changedAt) };
    }
    at = child;
  }
  return { seen: at, reachedAt };
}

const pathSeparator = process.platform === 'win32' ? '\\' : '/';
