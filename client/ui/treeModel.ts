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
/** What is there before the rest is may be given to `show`; it is shown where nothing has been shown yet. */
export type Load<V> = (signal: AbortSignal, show?: Show<V>) => Promise<Known<readonly TreeNode<V>[]>>;
export type Show<V> = (nodes: readonly TreeNode<V>[]) => void;

/** What a view offers below a problem, beside trying again. */
export interface Remedy {
  readonly label: string;
  readonly icon: Icon;
  readonly command: string;
}

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

interface Loading {
  readonly controller: AbortController;
  /** Resolves when there is something to show, or nothing more will come of it. */
  readonly shown: Promise<void>;
}

export class TreeModel<V> {
  readonly #root: Element<V>;
  readonly #listeners = new Set<(changed: readonly Element<V>[] | undefined) => void>();
  readonly #loads = new Map<Element<V>, Loading>();
  readonly #subject: string;
  readonly #remedies: (problem: Problem) => readonly Remedy[];

  constructor(subject: string, load: Load<V>, remedies: (problem: Problem) => readonly Remedy[] = () => []) {
    this.#subject = subject;
    this.#remedies = remedies;
    this.#root = { id: '', parent: undefined, node: { id: '', label: subject, children: load }, children: undefined };
  }

  /** Elements that are different now, each with what is below it; undefined for the whole tree. */
  onDidChange(listener: (changed: readonly Element<V>[] | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What is below `element`, from memory where it was asked for before. Never throws: a failure is a node. */
  async children(element: Element<V> = this.#root): Promise<readonly Element<V>[]> {
    if (element.children === undefined && !this.#loads.has(element)) void this.#load(element);
    // A load that is overtaken by a newer one shows nothing; the newer one does.
    for (let load = this.#loads.get(element); element.children === undefined && load !== undefined; ) {
      await load.shown;
      load = this.#loads.get(element);
    }
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
   * What the view holds by now and `fits`, each with the labels of what it stands in, the root first. What is known with its node
   * counts, whether it was opened or not; nobody is asked for more.
   */
  async fitting(
    fits: (value: V) => boolean,
    element: Element<V> = this.#root,
    within: readonly string[] = [],
  ): Promise<readonly { readonly element: Element<V>; readonly within: readonly string[] }[]> {
    const isAsked = typeof element.node.children === 'function';
    const below = isAsked ? (element.children ?? []) : await this.children(element);
    const found = below.map(async (child) => {
      const { label, value } = child.node;
      const own = value !== undefined && fits(value) ? [{ element: child, within }] : [];
      return [...own, ...(await this.fitting(fits, child, [...within, label]))];
    });
    return (await Promise.all(found)).flat();
  }

  /**
   * Asks again for what is below `element`, and for everything lazy below it that has been shown, side by side: one that is slow
   * holds up no other. What is shown stays until the answer is there; only what differs is said to have changed. Does nothing
   * for what was never shown.
   */
  async refresh(element: Element<V> = this.#root): Promise<void> {
    await this.refreshOnly(element);
    const below = (element.children ?? []).filter(({ children }) => children !== undefined);
    await Promise.all(below.map((child) => this.refresh(child)));
  }

  /** Asks again for what is directly below `element`. Does nothing for what was never shown, or is known with its node. */
  async refreshOnly(element: Element<V> = this.#root): Promise<void> {
    // What is asked for the first time just now may be answered by what has changed since.
    const isNew = element.children === undefined && !this.#loads.has(element);
    if (isNew || typeof element.node.children !== 'function') return;
    this.#tell(await this.#load(element));
  }

  #holds(element: Element<V>): boolean {
    return element.parent === undefined
      ? element === this.#root
      : element.parent.children?.includes(element) === true && this.#holds(element.parent);
  }

  #tell(changed: readonly Element<V>[]): void {
    const held = changed.filter((element) => this.#holds(element)); // others went away meanwhile
    if (held.length === 0) return;
    for (const listener of this.#listeners) listener(held.includes(this.#root) ? undefined : held);
  }

  /** Returns what is different and was not told yet. A newer load of the same element ends this one. */
  async #load(element: Element<V>): Promise<readonly Element<V>[]> {
    const { children } = element.node;
    if (typeof children !== 'function') return this.#replace(element, children ?? []);
    this.#loads.get(element)?.controller.abort();
    const controller = new AbortController();
    let resolveShown = () => {};
    const shown = new Promise<void>((resolve) => {
      resolveShown = resolve;
    });
    const loading = { controller, shown };
    this.#loads.set(element, loading);
    const first = element.children === undefined;
    let early = false;
    const show = (nodes: readonly TreeNode<V>[]) => {
      if (!first || controller.signal.aborted) return;
      const changed = this.#replace(element, nodes);
      if (early) this.#tell(changed);
      early = true;
      resolveShown();
    };
    try {
      const answer = await this.#answer(children, controller.signal, show);
      if (answer === undefined || controller.signal.aborted) return [];
      const nodes = this.#nodesOf(element, answer, first);
      const changed = nodes === undefined ? [] : this.#replace(element, nodes);
      if (!early) return changed;
      this.#tell(changed);
      return [];
    } finally {
      if (this.#loads.get(element) === loading) this.#loads.delete(element);
      resolveShown();
    }
  }

  /** Undefined when it was ended. */
  async #answer(load: Load<V>, signal: AbortSignal, show: Show<V>): Promise<Known<readonly TreeNode<V>[]> | undefined> {
    try {
      return await load(signal, show);
    } catch (error) {
      return isAbort(error) ? undefined : failed(problemOf(error, this.#subject));
    }
  }

  /** Undefined for what is shown already. */
  #nodesOf(
    element: Element<V>,
    answer: Known<readonly TreeNode<V>[]>,
    first: boolean,
  ): readonly TreeNode<V>[] | undefined {
    if (answer.state === 'known') return answer.value;
    if (answer.state === 'pending') return element.children === undefined ? [waitingNode(element.id)] : undefined;
    const kept = (element.children ?? []).map(({ node }) => node).filter(isReal);
    const stale = !first && kept.length > 0;
    return [problemNode(element.id, answer.problem, this.#remedies(answer.problem), stale), ...kept];
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
export function problemNode<V>(
  parent: string,
  problem: Problem,
  remedies: readonly Remedy[] = [],
  stale = false,
): TreeNode<V> {
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
    context: lasting ? 'limit' : `problem;${kind}`,
    tooltip: [sentence, ...tried.map((line) => `• ${line}`), ...(next ? [next] : [])].join('\n'),
    expanded: !stale,
    children: [
      ...(next === undefined ? [] : [detail('next', next, 'lightbulb')]),
      ...remedies.map(({ label, icon, command }): TreeNode<V> => ({ id: `${id}/${command}`, label, icon, command })),
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
