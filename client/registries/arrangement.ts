import type { TagOrder } from '../../common/registry.ts';

/** A part of VS Code's memory for an extension. */
export interface Store {
  get<T>(key: string, defaultValue: T): T;
  update(key: string, value: unknown): Thenable<void>;
}

const keys = {
  filters: 'registries.filters',
  pages: 'registries.pages',
  expanded: 'registries.expanded',
  order: 'registries.tagOrder',
  attachments: 'registries.showAttachments',
  opened: 'registries.opened',
  hidden: 'registries.hidden',
} as const;

/** So many are remembered, the newest. */
const maximumRemembered = 500;
/** A list is not made longer than this by what was shown in an earlier window. */
const maximumPages = 10;

/**
 * How the user arranged the view: filters, order, pages, what is unfolded, repositories opened by name, registries taken out of
 * it. All of it outlives the window: repositories, registries and order everywhere, the rest in the workspace. Lists go by their
 * names.
 */
export class Arrangement {
  readonly #workspace: Store;
  readonly #everywhere: Store;
  readonly #filters: Map<string, string>;
  readonly #pages: Map<string, number>;
  readonly #expanded: Map<string, boolean>;

  constructor(workspace: Store, everywhere: Store) {
    this.#workspace = workspace;
    this.#everywhere = everywhere;
    this.#filters = new Map(Object.entries(workspace.get<Record<string, string>>(keys.filters, {})));
    this.#pages = new Map(
      Object.entries(workspace.get<Record<string, number>>(keys.pages, {})).map(([list, pages]) => [
        list,
        Math.min(pages, maximumPages),
      ]),
    );
    this.#expanded = new Map(Object.entries(workspace.get<Record<string, boolean>>(keys.expanded, {})));
  }

  filter(list: string): string | undefined {
    return this.#filters.get(list);
  }

  /** In effect at once; remembered by {@link keepFilters}. */
  setFilter(list: string, text: string): void {
    if (text.trim() === '') this.#filters.delete(list);
    else this.#filters.set(list, text.trim());
    this.#pages.delete(list);
  }

  async keepFilters(): Promise<void> {
    await this.#workspace.update(keys.filters, newest(this.#filters));
    await this.#workspace.update(keys.pages, newest(this.#pages));
  }

  /** How many pages of a list the user has asked for. */
  pages(list: string): number {
    return this.#pages.get(list) ?? 1;
  }

  async setPages(list: string, pages: number): Promise<void> {
    this.#pages.set(list, pages);
    await this.#workspace.update(keys.pages, newest(this.#pages));
  }

  get order(): TagOrder {
    return this.#everywhere.get<TagOrder>(keys.order, 'version');
  }

  async setOrder(order: TagOrder): Promise<void> {
    await this.#everywhere.update(keys.order, order);
  }

  /** Whether tags that belong to other images (signatures and the like) are shown among the tags. */
  get showsAttachments(): boolean {
    return this.#workspace.get(keys.attachments, false);
  }

  async showAttachments(show: boolean): Promise<void> {
    await this.#workspace.update(keys.attachments, show);
  }

  /** Repositories of a registry that were opened by name, in the order of their names. */
  opened(host: string): readonly string[] {
    return this.#everywhere.get<Record<string, readonly string[]>>(keys.opened, {})[host] ?? [];
  }

  open(host: string, repository: string): Promise<void> {
    return this.#setOpened(host, [...new Set([...this.opened(host), repository])].sort());
  }

  forget(host: string, repository: string): Promise<void> {
    return this.#setOpened(
      host,
      this.opened(host).filter((each) => each !== repository),
    );
  }

  async #setOpened(host: string, repositories: readonly string[]): Promise<void> {
    const { [host]: _, ...others } = this.#everywhere.get<Record<string, readonly string[]>>(keys.opened, {});
    await this.#everywhere.update(
      keys.opened,
      repositories.length === 0 ? others : { ...others, [host]: repositories },
    );
  }

  /** Whether the user took a registry out of the view that others than their own settings name. */
  isHidden(host: string): boolean {
    return this.#hidden.includes(host);
  }

  async hide(host: string): Promise<void> {
    if (!this.isHidden(host)) await this.#everywhere.update(keys.hidden, [...this.#hidden, host]);
  }

  async unhide(host: string): Promise<void> {
    const left = this.#hidden.filter((each) => each !== host);
    if (left.length < this.#hidden.length) await this.#everywhere.update(keys.hidden, left);
  }

  get #hidden(): readonly string[] {
    return this.#everywhere.get<readonly string[]>(keys.hidden, []);
  }

  isExpanded(id: string): boolean | undefined {
    return this.#expanded.get(id);
  }

  /** Of a node, by its id. */
  set(id: string, expanded: boolean): void {
    this.#expanded.delete(id); // to the end: the newest
    this.#expanded.set(id, expanded);
    void this.#workspace.update(keys.expanded, newest(this.#expanded));
  }
}

function newest<T>(map: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries([...map].slice(-maximumRemembered));
}
