import { type Connection, DidChangeConfigurationNotification, type InitializeParams } from 'vscode-languageserver';
import type { Log } from '../language/host.ts';

type Section = Readonly<Record<string, unknown>>;

/** A client that offers its configuration but never answers must not keep the server silent. */
const patienceMs = 2000;

/**
 * The user's settings, section `gantry`: asked of the client, or taken from `initializationOptions.settings` where it has no
 * configuration support. Values are unchecked here; each room checks what it reads.
 */
export class Settings {
  readonly #connection: Connection;
  readonly #log: Log;
  readonly #listeners = new Set<() => void>();
  #section: Section = {};
  #asks = false;
  #registers = false;
  #reading = 0;
  #ready: Promise<void>;
  #resolveReady: () => void = () => {};

  constructor(connection: Connection, log: Log) {
    this.#connection = connection;
    this.#log = log;
    this.#ready = new Promise((resolve) => {
      this.#resolveReady = resolve;
    });
    connection.onDidChangeConfiguration(({ settings }) =>
      this.#asks ? this.#read() : this.#replace(sectionOf(settings)),
    );
  }

  get section(): Section {
    return this.#section;
  }

  /** Resolves when the first settings are here, so that nothing is said on the strength of defaults that the user changed. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /** Called when they may have changed. Returns how to stop listening. */
  onDidChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  initialize({ capabilities, initializationOptions }: InitializeParams): void {
    this.#asks = capabilities.workspace?.configuration === true;
    this.#registers = capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true;
    const options: unknown = initializationOptions;
    if (isSection(options)) this.#section = sectionOf(options['settings']);
    if (this.#asks) setTimeout(this.#resolveReady, patienceMs).unref();
    else this.#resolveReady();
  }

  async initialized(): Promise<void> {
    if (!this.#asks) return;
    if (this.#registers) {
      const registration = { section: 'gantry' };
      this.#connection.client
        .register(DidChangeConfigurationNotification.type, registration)
        .catch((error: unknown) => this.#log.warn('settings: not told of changes', { error: String(error) }));
    }
    await this.#read();
  }

  async #read(): Promise<void> {
    const reading = ++this.#reading;
    try {
      const value: unknown = await this.#connection.workspace.getConfiguration('gantry');
      if (reading !== this.#reading) return; // who asked after it tells
      this.#replace(isSection(value) ? value : {});
    } catch (error) {
      this.#log.warn('settings: keeping the last ones', { error: String(error) });
    }
    this.#resolveReady();
  }

  #replace(section: Section): void {
    this.#section = section;
    for (const listener of this.#listeners) listener();
  }
}

/** Clients send either the section itself or an object that holds it. */
function sectionOf(settings: unknown): Section {
  if (!isSection(settings)) return {};
  const inner = settings['gantry'];
  return isSection(inner) ? inner : settings;
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
