/**
 * A tree as data: what a view shows, without VS Code. Features describe nodes; {@link TreeModel} keeps what was shown,
 * asks again, and says which elements are different now.
 */
import * as l10n from '@vscode/l10n';
import { failed, type Known, type Problem, sentenceOf } from '../../common/known.ts';
import { isAbort, problemOf } from '../backend.ts';
import { commands } from '../contributions.ts';

export interface TreeNode<V> {
  /** Unique in its view and stable: never holds a state, a time or a position. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: Icon;
  /** What menus look at: words joined by `;`, the first being the kind: `container;running`. */
  readonly context?: string;
  /** Plain text, or what asks for it when the pointer rests on the node. */
  readonly tooltip?: string | ((signal: AbortSignal) => Promise<string>);
  /** What commands on the node act on. */
  readonly value?: V;
  readonly children?: Children<V>;
  readonly expanded?: boolean;
  /** Command that a click runs, with the node as its argument. */
  readonly command?: string;
}

/** Known with the node, or asked for when it is opened. */
export type Children<V> = readonly TreeNode<V>[] | Load<V>;
export type Load<V> = (signal: AbortSignal) => Promise<Known<readonly TreeNode<V>[]>>;

export interface Icon {
  /** A codicon. */
  readonly id: string;
  /** A theme color. */
  readonly color?: string;
}

/** A node's place in the view. It stays the same object while the node's id stays, whatever the node becomes. */
export interface Element<V> {
  readonly id: string;
  readonly parent: Element<V> | undefined;
  node: TreeNode<V>;
  /** Undefined until asked for. */
  children: readonly Element<V>[] | undefined;
}

export class TreeModel<V> {
  readonly #root: Element<V>;
  readonly #listeners = new Set<(changed: readonly Element<V>[] | undefined) => void>();
  readonly #loads = new Map<Element<V>, AbortController>();
  #subject: string;

  constructor(subject: string, load: Load<V>) {
    this.#subject = subject;
    this.#root = { id: '', parent: undefined, node: { id: '', label: subject, children: load }, children: undefined };
  }

  /** Elements that are different now, each with what is below it; undefined for the whole tree. */
  onDidChange(listener: (changed: readonly Element<V>[] | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What is below `element`, from memory where it was asked for before. Never throws: a failure is a node. */
  async children(element: Element<V> = this.#root): Promise<readonly Element<V>[]> {
    if (element.children === undefined) await this.#load(element);
    return element.children ?? [];
  }

  /** Everything shown so far below `element`, in order. */
  *shown(element: Element<V> = this.#root): Generator<Element<V>> {
    for (const child of element.children ?? []) {
      yield child;
      yield* this.shown(child);
    }
  }

  /**
   * Asks again for what is below `element`, and for everything lazy below it that has been shown. What is shown stays until the
   * answer is there; only what differs is said to have changed. Does nothing for what was never shown.
   */
  async refresh(element: Element<V> = this.#root): Promise<void> {
    if (element.children === undefined) return;
    const lazy = [element, ...this.shown(element)].filter(
      ({ node, children }) => typeof node.children === 'function' && children !== undefined,
    );
    for (const each of lazy) {
      if (!this.#holds(each)) continue; // went away with an earlier one
      const changed = await this.#load(each);
      if (changed.length > 0) this.#tell(changed.includes(this.#root) ? undefined : changed);
    }
  }

  #holds(element: Element<V>): boolean {
    return element.parent === undefined
      ? element === this.#root
      : element.parent.children?.includes(element) === true && this.#holds(element.parent);
  }

  #tell(changed: readonly Element<V>[] | undefined): void {
    for (const listener of this.#listeners) listener(changed);
  }

  /** Returns what is different. A newer load of the same element ends this one. */
  async #load(element: Element<V>): Promise<readonly Element<V>[]> {
    const { children } = element.node;
    if (typeof children !== 'function') return this.#replace(element, children ?? []);
    this.#loads.get(element)?.abort();
    const controller = new AbortController();
    this.#loads.set(element, controller);
    let answer: Known<readonly TreeNode<V>[]>;
    try {
      answer = await children(controller.signal);
    } catch (error) {
      if (isAbort(error)) return [];
      answer = failed(problemOf(error, this.#subject));
    }
    if (controller.signal.aborted) return [];
    this.#loads.delete(element);
    if (answer.state === 'pending')
      return element.children === undefined ? this.#replace(element, [waitingNode(element.id)]) : [];
    if (answer.state === 'known') return this.#replace(element, answer.value);
    const kept = (element.children ?? []).map(({ node }) => node).filter(isReal);
    return this.#replace(element, [problemNode(element.id, answer.problem, kept.length > 0), ...kept]);
  }

  /** Puts `nodes` below `element`, keeping the elements whose ids stay. */
  #replace(element: Element<V>, nodes: readonly TreeNode<V>[]): readonly Element<V>[] {
    const before = element.children;
    const byId = new Map(before?.map((child) => [child.id, child]));
    const changed: Element<V>[] = [];
    const after = nodes.map((node): Element<V> => {
      const child = byId.get(node.id);
      if (child === undefined) return { id: node.id, parent: element, node, children: undefined };
      const same = looksSame(child.node, node);
      const toldKind = typeof child.node.children === typeof node.children;
      child.node = node;
      if (!toldKind) child.children = undefined;
      const below =
        child.children !== undefined && Array.isArray(node.children) ? this.#replace(child, node.children) : [];
      if (!same || !toldKind) changed.push(child);
      else changed.push(...below);
      return child;
    });
    element.children = after;
    const sameOrder = before?.length === after.length && before.every((child, index) => child === after[index]);
    return sameOrder ? changed : [element];
  }
}

function looksSame<V>(a: TreeNode<V>, b: TreeNode<V>): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.icon?.id === b.icon?.id &&
    a.icon?.color === b.icon?.color &&
    a.context === b.context &&
    (a.tooltip === b.tooltip || (typeof a.tooltip === 'function' && typeof b.tooltip === 'function'))
  );
}

/** Why something cannot be shown, and what to do. With `stale`, what is below it is what was there before. */
function problemNode<V>(parent: string, problem: Problem, stale: boolean): TreeNode<V> {
  const id = `${parent}/problem`;
  const detail = (name: string, label: string, icon: string): TreeNode<V> => ({
    id: `${id}/${name}`,
    label,
    icon: { id: icon },
    tooltip: label,
  });
  const { kind, next, tried = [] } = problem;
  const retry: TreeNode<V> = {
    id: `${id}/retry`,
    label: l10n.t('Try Again'),
    icon: { id: 'refresh' },
    command: commands.retry,
  };
  // What the other side cannot do is no fault, and trying again does not change it.
  const lasting = kind === 'unsupported';
  const sentence = sentenceOf(problem);
  return {
    id,
    label: stale ? l10n.t('Could not refresh: {0}', sentence) : sentence,
    icon: lasting ? { id: 'info' } : problemIcon(stale),
    context: lasting ? 'limit' : 'problem',
    tooltip: [sentence, ...tried.map((line) => `• ${line}`), ...(next ? [next] : [])].join('\n'),
    expanded: !stale,
    children: [
      ...(next === undefined ? [] : [detail('next', next, 'lightbulb')]),
      ...(lasting ? [] : [retry]),
      ...tried.map((line, index) => detail(`tried-${index}`, line, 'circle-slash')),
    ],
  };
}

function problemIcon(stale: boolean): Icon {
  return stale ? { id: 'warning', color: 'list.warningForeground' } : { id: 'error', color: 'list.errorForeground' };
}

function waitingNode<V>(parent: string): TreeNode<V> {
  return { id: `${parent}/waiting`, label: l10n.t('Waiting for an answer…'), icon: { id: 'loading~spin' } };
}

function isReal(node: TreeNode<unknown>): boolean {
  return !node.id.endsWith('/problem') && !node.id.endsWith('/waiting');
}
