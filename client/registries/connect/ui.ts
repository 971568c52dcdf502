/** What the connect flow asks of a window, so that it can be tested without one. Undefined: the user thought better of it. */
export interface ConnectUi {
  /** A choice from a list, which may also take what is typed. */
  choose<T>(ask: Choice<T>): Promise<T | undefined>;
  /** A line of text; `password` hides it. */
  ask(ask: {
    readonly title: string;
    readonly prompt: string;
    readonly value?: string;
    readonly password?: boolean;
    /** What is wrong with it. */
    readonly check?: (value: string) => string | undefined;
  }): Promise<string | undefined>;
  /** Runs under a notification that can be cancelled. Throws what `work` throws. */
  working<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Tells, and goes on. */
  tell(text: string): void;
  warn(text: string): void;
  /** Asks whether to go on. */
  confirm(text: string, detail: string, action: string): Promise<boolean>;
}

export interface Choice<T> {
  readonly title: string;
  readonly placeHolder?: string;
  readonly items: readonly Item<T>[];
  /** The item for what was typed. */
  readonly typed?: (text: string) => Item<T>;
}

export interface Item<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value: T;
}
