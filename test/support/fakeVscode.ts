/**
 * As much of VS Code as a view and its commands touch, without a window. What the user would do is in `user`; what they would see is in
 * `seen`. Only for code that is imported through `vscodeHooks.mjs`.
 */

interface Item {
  readonly label: string;
  readonly detail?: string;
}

export const user = {
  /** What is selected in the view. */
  selection: [] as readonly unknown[],
  /** Chooses from a list; undefined thinks better of it. */
  pick: (_: readonly Item[]): Item | undefined => undefined,
  /** Takes of a list that many may be taken of. */
  pickMany: (items: readonly Item[]): readonly Item[] | undefined => items,
  /** What is typed, one for each input box; undefined thinks better of it. */
  typed: [] as (string | undefined)[],
  /** Answers a question with one of its buttons. */
  answer: (_: string, ...buttons: readonly string[]): string | undefined => buttons[0],
  /** The user's own settings. */
  settings: {} as Record<string, unknown>,
};

export const seen = {
  messages: [] as string[],
  /** Each with its detail. */
  questions: [] as string[],
  lists: [] as (readonly Item[])[],
  executed: [] as (readonly unknown[])[],
  clipboard: undefined as string | undefined,
  opened: [] as unknown[],
  revealed: undefined as string | undefined,
};

const registered = new Map<string, (...args: readonly unknown[]) => unknown>();
const nothing = { dispose() {} };

export const run = async (command: string, ...args: readonly unknown[]): Promise<unknown> =>
  registered.get(command)?.(...args);

export function forget(): void {
  Object.assign(user, {
    selection: [],
    pick: () => undefined,
    pickMany: (items: readonly Item[]) => items,
    typed: [],
    answer: (_: string, ...[first]: string[]) => first,
    settings: {},
  });
  Object.assign(seen, {
    messages: [],
    questions: [],
    lists: [],
    executed: [],
    opened: [],
    clipboard: undefined,
    revealed: undefined,
  });
  registered.clear();
}

export class EventEmitter<T> {
  readonly #listeners = new Set<(value: T) => void>();
  readonly event = (listener: (value: T) => void) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

export const commands = {
  registerCommand(id: string, handler: (...args: readonly unknown[]) => unknown) {
    registered.set(id, handler);
    return { dispose: () => registered.delete(id) };
  },
  async executeCommand(id: string, ...args: readonly unknown[]) {
    if (id === 'setContext') return undefined;
    seen.executed.push([id, ...args]);
    return registered.get(id)?.(...args);
  },
};

type Rest = readonly (string | { readonly modal?: boolean; readonly detail?: string })[];
const buttonsIn = (rest: Rest) => rest.filter((each) => typeof each === 'string');
const token = { isCancellationRequested: false, onCancellationRequested: () => nothing };

export const window = {
  createTreeView: () => ({
    visible: true,
    get selection() {
      return user.selection;
    },
    onDidChangeVisibility: () => nothing,
    onDidExpandElement: () => nothing,
    onDidCollapseElement: () => nothing,
    reveal: async ({ id }: { readonly id: string }) => {
      seen.revealed = id;
    },
    dispose() {},
  }),
  async showQuickPick(
    items: Promise<readonly Item[]> | readonly Item[],
    options: { readonly canPickMany?: boolean } = {},
    until?: typeof token,
  ) {
    const list = await items;
    if (until?.isCancellationRequested) return undefined;
    seen.lists.push(list);
    return options.canPickMany ? user.pickMany(list) : user.pick(list);
  },
  async showInformationMessage(text: string, ...rest: Rest) {
    seen.messages.push(text);
    return user.answer(text, ...buttonsIn(rest));
  },
  async showErrorMessage(text: string) {
    seen.messages.push(text);
  },
  async showWarningMessage(text: string, ...rest: Rest) {
    const detail = rest.flatMap((each) => (typeof each === 'object' && each.detail ? [each.detail] : []));
    seen.questions.push([text, ...detail].join('\n'));
    return user.answer(text, ...buttonsIn(rest));
  },
  showInputBox: async () => user.typed.shift(),
  setStatusBarMessage: () => nothing,
  withProgress: async (_: unknown, work: (progress: { report(): void }, until: typeof token) => unknown) =>
    work({ report() {} }, token),
  onDidChangeVisibleTextEditors: () => nothing,
  tabGroups: { all: [], onDidChangeTabs: () => nothing },
};

export class CancellationTokenSource {
  readonly token = { ...token };
  cancel(): void {
    this.token.isCancellationRequested = true;
  }
  dispose(): void {}
}

export const env = {
  openExternal: async (page: unknown) => void seen.opened.push(page),
  clipboard: {
    writeText: async (text: string) => {
      seen.clipboard = text;
    },
  },
};

export const workspace = {
  onDidChangeConfiguration: () => nothing,
  getConfiguration: () => ({
    get: (name: string) => user.settings[name],
    inspect: (name: string) => ({ globalValue: user.settings[name] }),
    update: async (name: string, value: unknown) => {
      user.settings[name] = value;
    },
  }),
  registerTextDocumentContentProvider: () => nothing,
  onDidCloseTextDocument: () => nothing,
  textDocuments: [],
};

export class ThemeIcon {}
export class ThemeColor {}
export class TreeItem {}
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const ProgressLocation = { Notification: 15 };
export const ConfigurationTarget = { Global: 1 };
export const Uri = { parse: (text: string) => text };
