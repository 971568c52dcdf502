/** One client for each registry, made by its product, which may show only once the registry answers. */
import type { RegistryKind, RegistrySetting } from '../../common/registry.ts';
import type { Credentials } from '../util/credential.ts';
import type { Http, HttpResponse } from './http.ts';
import { meet } from './meet.ts';
import type { ApiRequest, Product, ProductRoom } from './products/product.ts';
import { productOf, recognise } from './products/products.ts';
import { distributionRegistry, type RegistryClient } from './registry.ts';
import { signsOf } from './signs.ts';

export interface ClientsWorld {
  readonly http: Http;
  readonly credentials: Credentials;
  readonly now: () => number;
  /** A registry turned out to be of another product than was thought. */
  readonly onRecognised: (host: string) => void;
}

const maximumApiBytes = 8 << 20;

interface Entry {
  readonly product: Product;
  readonly client: RegistryClient;
  /** The same registry, taken for another product: where it answers and who we are there is kept. */
  readonly as: (product: Product) => Entry;
}

export class Clients {
  readonly #world: ClientsWorld;
  readonly #entries = new Map<string, Entry>();
  /** What registries showed themselves to be, where neither their setting nor their host says it. */
  readonly #recognised = new Map<string, Product>();
  /** By registry, where passwords for it went. It outlives refreshing, which must not make a stranger trusted. */
  readonly #realms = new Map<string, string>();
  #settings: readonly RegistrySetting[] = [];

  constructor(world: ClientsWorld) {
    this.#world = world;
  }

  configure(settings: readonly RegistrySetting[]): void {
    this.#settings = settings;
    this.#entries.clear();
    this.#recognised.clear();
  }

  /** Forgets sign-ins and what clients keep; what product a registry is of stays known. */
  forget(host?: string): void {
    for (const name of [...this.#entries.keys()]) if (host === undefined || name === host) this.#entries.delete(name);
  }

  /** The user signs in or out anew: whoever gives out the tokens now is right. */
  forgetRealm(host: string): void {
    this.#realms.delete(host);
  }

  settingOf(host: string): RegistrySetting {
    return this.#settings.find((each) => each.host === host.toLowerCase()) ?? { host };
  }

  /** As far as it is known by now. */
  productOf(host: string): Product {
    return this.#recognised.get(host) ?? productOf(this.settingOf(host));
  }

  /**
   * Asks a registry's client. Where the answer shows the registry to be of a product that has a client of its own, that one
   * is asked after it, and only what it says counts.
   */
  async ask<T>(host: string, question: (client: RegistryClient, kind: RegistryKind) => Promise<T>): Promise<T> {
    const { client, product } = this.#entryOf(host);
    const isStill = () => this.productOf(host).kind === product.kind;
    try {
      const answer = await question(client, product.kind);
      if (isStill()) return answer;
    } catch (error) {
      if (isStill()) throw error;
    }
    const recognised = this.#entryOf(host);
    return question(recognised.client, recognised.product.kind);
  }

  #entryOf(host: string): Entry {
    const entry = this.#entries.get(host) ?? this.#open(host);
    this.#entries.set(host, entry);
    return entry;
  }

  #open(host: string): Entry {
    const { credentials, now } = this.#world;
    const setting = this.settingOf(host);
    const product = this.productOf(host);
    const onAnswer = (response: HttpResponse) => this.#learn(host, response);
    const realms = this.#realms;
    const { distribution, http } = meet(setting, product, {
      http: this.#world.http,
      credentials,
      now,
      realms,
      onAnswer,
    });
    const parts = { host, setting, distribution, http, credentials, now };
    const as = (one: Product): Entry => {
      const plain = distributionRegistry(host, distribution, now);
      return { product: one, client: one.adapt(plain, roomOf(parts, one)), as };
    };
    return as(product);
  }

  #learn(host: string, response: HttpResponse): void {
    const entry = this.#entries.get(host);
    const isOpen = this.settingOf(host).kind === undefined && entry?.product.kind === 'generic';
    if (!isOpen || this.#recognised.has(host)) return;
    const recognised = recognise(signsOf(response));
    if (recognised === undefined) return;
    this.#recognised.set(host, recognised);
    this.#entries.set(host, entry.as(recognised));
    this.#world.onRecognised(host);
  }
}

function roomOf(parts: Omit<ProductRoom, 'webUrl' | 'api'>, product: Product): ProductRoom {
  const { host, setting, distribution, http } = parts;
  const site = setting.webUrl ?? product.webUrl?.(host);
  const apiSite = setting.webUrl ?? product.apiUrl?.(host) ?? site;
  return {
    ...parts,
    get webUrl() {
      return site ?? distribution.base.href.replace(/\/$/, '');
    },
    api({ site: found = apiSite, ...request }, signal) {
      const limited = { maximumBytes: maximumApiBytes, ...request };
      if (found !== undefined) return sendTo(found, limited, http, signal);
      return distribution.request({ ...limited, unsigned: true }, signal);
    },
  };
}

function sendTo(
  site: string,
  request: ApiRequest & { readonly maximumBytes: number },
  http: Http,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { method = 'GET', path, headers, json, maximumBytes } = request;
  const typed = { accept: 'application/json', ...(json !== undefined && { 'content-type': 'application/json' }) };
  const body = json === undefined ? {} : { body: JSON.stringify(json) };
  return http.send(
    { method, url: new URL(site + path), headers: { ...typed, ...headers }, maximumBytes, ...body },
    signal,
  );
}
