/**
 * What the user gave Gantry itself to sign in with, a JSON document for each registry under `registry:HOST` in the client's
 * store for secrets. Where that store is missing or fails it stays in memory, for as long as this server lives.
 */
import type { ClientStores } from '../util/clientStores.ts';
import type { Given } from '../util/credential.ts';
import { fields, text } from '../util/json.ts';
import { isAbort, ProblemError } from '../util/problemError.ts';

/** `helper`: the secret itself is with docker's helper, where Gantry put it. */
export type Own = Given | { readonly kind: 'helper'; readonly helper: string; readonly username: string };

/** `memory`: with the reason why no longer. */
export type Place = { readonly kind: 'store' } | { readonly kind: 'memory'; readonly reason: string };

export class OwnSignIns {
  readonly #stores: ClientStores;
  readonly #onProblem: (error: unknown) => void;
  /** What the store answered; undefined: that it has none. */
  readonly #read = new Map<string, Own | undefined>();
  readonly #memory = new Map<string, Own>();
  readonly #hosts = new Set<string>();

  constructor(stores: ClientStores, onProblem: (error: unknown) => void) {
    this.#stores = stores;
    this.#onProblem = onProblem;
  }

  /** Registries that were signed in to since this server began. */
  get hosts(): readonly string[] {
    return [...this.#hosts];
  }

  /** A store that fails is told of and asked again the next time: it is no reason to do without every other source. */
  async get(
    registry: string,
    signal: AbortSignal,
    onProblem: (error: unknown) => void = this.#onProblem,
  ): Promise<Own | undefined> {
    const remembered = this.#memory.get(registry);
    if (remembered !== undefined) return remembered;
    if (this.#read.has(registry)) return this.#read.get(registry);
    const { secrets } = this.#stores;
    if (secrets === undefined) return undefined;
    try {
      const value = await secrets.get(keyOf(registry), signal);
      const own = value === undefined ? undefined : parse(value);
      this.#read.set(registry, own);
      return own;
    } catch (error) {
      if (isAbort(error)) throw error;
      onProblem(unreadable(this.#stores.editor, error));
      return undefined;
    }
  }

  async set(registry: string, own: Own, signal: AbortSignal): Promise<Place> {
    this.#hosts.add(registry);
    const reason = await this.#write(registry, JSON.stringify(own), signal);
    if (reason === undefined) {
      this.#memory.delete(registry);
      this.#read.set(registry, own);
      return { kind: 'store' };
    }
    this.#memory.set(registry, own);
    return { kind: 'memory', reason };
  }

  async delete(registry: string, signal: AbortSignal): Promise<void> {
    this.#memory.delete(registry);
    this.#hosts.delete(registry);
    await this.#write(registry, undefined, signal);
    this.#read.delete(registry);
  }

  /** The store is asked again. What is in memory alone stays. */
  forget(): void {
    this.#read.clear();
  }

  /** Why it could not be written; undefined when it was. */
  async #write(registry: string, value: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    const { secrets, editor } = this.#stores;
    if (secrets === undefined) return `${editor} keeps no secrets for Gantry`;
    try {
      await secrets.set(keyOf(registry), value, signal);
      return undefined;
    } catch (error) {
      if (isAbort(error)) throw error;
      this.#onProblem(error);
      return `the secret storage of ${editor} does not work`;
    }
  }
}

/** What a keyring says of itself is for its own log. */
function unreadable(editor: string, cause: unknown): ProblemError {
  const subject = `the secret storage of ${editor}`;
  return new ProblemError(
    {
      kind: 'credentials',
      subject,
      message: `The secret storage of ${editor} does not work: what you signed in to with Gantry is not known.`,
      next: 'Unlock the keyring of this machine, or sign in with docker login.',
    },
    cause,
  );
}

const keyOf = (registry: string): string => `registry:${registry}`;

/** Undefined for what is not one of ours. The parser's own message would quote the secret. */
function parse(value: string): Own | undefined {
  let own: Readonly<Record<string, unknown>>;
  try {
    own = fields(JSON.parse(value));
  } catch {
    return undefined;
  }
  const [username, password, helper] = [text(own['username']), text(own['password']), text(own['helper'])];
  if (own['kind'] === 'basic' && username !== '') return { kind: 'basic', username, password };
  if (own['kind'] === 'helper' && helper !== '') return { kind: 'helper', helper, username };
  const provider = own['provider'];
  if (own['kind'] !== 'session' || (provider !== 'microsoft' && provider !== 'github')) return undefined;
  const [account, tenant, access] = [text(own['account']), text(own['tenant']), own['access']];
  return {
    kind: 'session',
    provider,
    ...(account !== '' && { account }),
    ...(tenant !== '' && { tenant }),
    ...((access === 'read' || access === 'write' || access === 'delete') && { access }),
  };
}
