/** What the editor at the other end keeps and knows for us. */

export interface SecretStore {
  /** Undefined where it has none. */
  get(key: string, signal: AbortSignal): Promise<string | undefined>;
  /** Undefined forgets it. */
  set(key: string, value: string | undefined, signal: AbortSignal): Promise<void>;
}

export interface SessionAsk {
  readonly provider: 'microsoft' | 'github';
  readonly scopes: readonly string[];
  /** Whether the user may be asked to sign in. */
  readonly interactive: boolean;
}

/** The token is not to be kept: the editor renews it. */
export interface EditorSession {
  readonly accessToken: string;
  /** What the user knows it by. */
  readonly account: string;
}

export interface ClientStores {
  /** What people call the editor: `Visual Studio Code`. */
  readonly editor: string;
  /** Absent in an editor that keeps no secrets for us. */
  readonly secrets: SecretStore | undefined;
  /** Absent in an editor that has no accounts; answers undefined where there is none, or the user says no. */
  readonly sessions: ((ask: SessionAsk, signal: AbortSignal) => Promise<EditorSession | undefined>) | undefined;
}

/** An editor that offers neither. */
export const noStores: ClientStores = { editor: 'the editor', secrets: undefined, sessions: undefined };
