/**
 * Who we are at a registry. For each question, in order:
 * 1. what docker knows: `DOCKER_AUTH_CONFIG`, then its config.json: the helper of that host (`credHelpers`), the helper for
 *    all (`credsStore`), `auths`,
 * 2. what podman knows,
 * 3. what the user gave Gantry itself.
 * A source whose credential the registry refused is passed over while a later one has another. A source that cannot be read
 * stops the search: going on without it would be anonymous where the user is not. Only where the user signed in to that
 * registry with Gantry itself is that used instead, and the broken source told of.
 */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import type { Problem } from '../../common/known.ts';
import { Cache } from '../util/cache.ts';
import { type ClientStores, noStores } from '../util/clientStores.ts';
import type { Account, Credential, Given, Kept, Located, Session, SignIns } from '../util/credential.ts';
import { ProblemError, problemOf } from '../util/problemError.ts';
import { emptyAuthFile } from './authFile.ts';
import { askHelper, eraseFromHelper, helperProgram, storeInHelper } from './helper.ts';
import { OwnSignIns, type Place } from './own.ts';
import { entryFor, registryOfKey, serverAddress } from './serverAddress.ts';
import { entryIn, helperFor, type Source, sourcesOf } from './sources.ts';

/** The credentials that accounts of the editor's stand for at registries. */
export interface SessionSource {
  resolve(registry: string, session: Session, signal: AbortSignal): Promise<Credential>;
  /** What was made of them is made anew. */
  forget(registry?: string): void;
}

export interface CredentialsWorld {
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
  readonly now?: () => number;
  readonly helperTimeoutMs?: number;
  readonly stores?: ClientStores;
  readonly sessions?: SessionSource;
  /** Told of what is broken but was done without. */
  readonly onProblem?: (error: unknown) => void;
}

/** An unlocked keychain is not asked again within a minute. */
const helperTtlMs = 60_000;
/** Where the user waits for it, a keychain may take the time to ask. */
const storingTimeoutMs = 60_000;

export function createCredentials(world: CredentialsWorld = {}): SignIns {
  const { env = process.env, platform = process.platform, home = homedir(), helperTimeoutMs = 10_000 } = world;
  const { stores = noStores, onProblem = () => {}, sessions } = world;
  const helpers = new Cache<Credential | undefined>({
    ttlMs: helperTtlMs,
    maximum: 100,
    ...(world.now && { now: world.now }),
  });
  const sources = sourcesOf(env, home);
  const own = new OwnSignIns(stores, onProblem);
  const helperWorld = { env, platform, timeoutMs: helperTimeoutMs };
  const storingWorld = { ...helperWorld, timeoutMs: Math.max(helperTimeoutMs, storingTimeoutMs) };
  /** Registry and fingerprint of what was not taken. */
  const refused = new Set<string>();

  const ask = async (helper: string, registry: string, signal: AbortSignal) => {
    const address = serverAddress(registry);
    const load = (flight: AbortSignal) => askHelper(helper, address, helperWorld, flight);
    return (await helpers.get(`${helper} ${address}`, load, signal)).value;
  };

  /** What docker and podman have, in order. */
  async function* written(registry: string, repository: string | undefined, signal: AbortSignal) {
    for (const source of sources.all) {
      const file = await source.read();
      if (file === undefined) continue;
      const helper = helperFor(file, registry);
      const told = helper && (await ask(helper, registry, signal));
      if (helper && told) yield { credential: told, from: helperProgram(helper) };
      const entry = entryIn(file, source.origin, registry, repository);
      if (entry !== undefined) yield { credential: entry, from: source.name };
    }
  }

  const given = async (registry: string, signal: AbortSignal): Promise<Located | undefined> => {
    const mine = await own.get(registry, signal);
    if (mine === undefined || mine.kind === 'helper') return undefined; // a helper's is among docker's own
    if (mine.kind === 'basic') return { credential: mine, from: `the secret storage of ${stores.editor}` };
    if (sessions === undefined) throw noSession(registry);
    const credential = await sessions.resolve(registry, mine, signal);
    return { credential, from: `your ${providerNames[mine.provider]} account in ${stores.editor}` };
  };

  const isTaken = (registry: string, { credential }: Located) => !refused.has(refusalKey(registry, credential));

  const locate = async (registry: string, repository: string | undefined, signal: AbortSignal) => {
    let first: Located | undefined;
    let broken: ProblemError | undefined;
    try {
      for await (const found of written(registry, repository, signal)) {
        if (isTaken(registry, found)) return found;
        first ??= found;
      }
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      broken = error;
    }
    const mine = await given(registry, signal);
    const best = mine !== undefined && (first === undefined || isTaken(registry, mine)) ? mine : first;
    if (broken !== undefined && best === undefined) throw broken;
    if (broken !== undefined) onProblem(broken);
    return best;
  };

  /** One broken file must not hide what the others say. */
  const readable = (source: Source, tell: (error: unknown) => void) =>
    source.read().catch((error: unknown) => {
      if (!(error instanceof ProblemError)) throw error;
      tell(error);
      return undefined;
    });

  /** Undefined where docker keeps its sign-ins in its file, which is docker's to write. */
  const dockerHelper = async (registry: string) => {
    const file = await sources.dockerFile.read();
    return file && helperFor(file, registry);
  };

  /** Hands a password to docker's helper. Undefined where there is none; a problem where it does not work. */
  const handOver = async (
    registry: string,
    { username, password }: Extract<Given, { readonly kind: 'basic' }>,
    signal: AbortSignal,
  ): Promise<Kept | undefined> => {
    const helper = await dockerHelper(registry);
    if (helper === undefined) return undefined;
    const entry = { address: serverAddress(registry), username, secret: password };
    await storeInHelper(helper, entry, storingWorld, signal);
    await own.set(registry, { kind: 'helper', helper, username }, signal);
    return { keptIn: helperProgram(helper) };
  };

  const release = async (registry: string, signal: AbortSignal) => {
    const mine = await own.get(registry, signal);
    if (mine?.kind === 'helper') await eraseFromHelper(mine.helper, serverAddress(registry), storingWorld, signal);
  };

  /** What is asked before Gantry's own, as far as it works. */
  const before = async (registry: string, signal: AbortSignal) => {
    try {
      for await (const found of written(registry, undefined, signal)) return found;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      onProblem(error);
    }
    return undefined;
  };

  const forget = () => {
    helpers.forget();
    own.forget();
    sessions?.forget();
    refused.clear();
  };

  return {
    locate,
    async find(registry, repository, signal) {
      return (await locate(registry, repository, signal))?.credential;
    },

    async keep(registry, what, signal) {
      let problem: ProblemError | undefined;
      try {
        const kept = what.kind === 'basic' ? await handOver(registry, what, signal) : await release(registry, signal);
        if (kept) return kept;
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        problem = error;
      } finally {
        forget();
      }
      const place = await own.set(registry, what, signal);
      const behind = problem === undefined ? await before(registry, signal) : undefined;
      return {
        keptIn: inWords(place, what, stores.editor),
        ...(behind !== undefined && { behind: behind.from }),
        ...(problem !== undefined && { problem: problem.problem }),
      };
    },

    async drop(registry, signal) {
      await release(registry, signal);
      await own.delete(registry, signal);
      forget();
    },

    async accounts(among, signal) {
      const accounts = new Map<string, Account>();
      const problems = new Map<string, Problem>();
      const tell = (error: unknown) => {
        const problem = problemOf(error, 'the secret storage');
        if (!problems.has(problem.message)) onProblem(error); // a store is asked for each registry, and fails for all
        problems.set(problem.message, problem);
      };
      for (const source of sources.all) {
        const { origin } = source;
        const { auths, credHelpers } = (await readable(source, tell)) ?? emptyAuthFile;
        signal.throwIfAborted();
        for (const key of [...auths.keys(), ...credHelpers.keys()]) {
          const registry = registryOfKey(key);
          const credential = entryFor(auths, registry);
          const username = credential?.kind === 'basic' ? credential.username : undefined;
          if (!accounts.has(registry)) accounts.set(registry, { registry, origin, ...(username && { username }) });
        }
      }
      for (const registry of new Set([...accounts.keys(), ...among, ...own.hosts])) {
        const mine = await own.get(registry, signal, tell);
        if (mine === undefined) continue;
        const username = mine.kind === 'session' ? mine.account : mine.username;
        const known = accounts.get(registry) ?? { registry, origin: 'gantry' };
        accounts.set(registry, { ...(username && { username }), ...known });
      }
      return { accounts: [...accounts.values()], problems: [...problems.values()] };
    },

    refused(registry, credential) {
      refused.add(refusalKey(registry, credential));
      sessions?.forget(registry); // what was exchanged may have run out or been revoked: the account may still be good
    },
    forget,
  };
}

const providerNames = { microsoft: 'Microsoft', github: 'GitHub' } as const;

function inWords(place: Place, what: Given, editor: string): string {
  if (place.kind === 'memory') return `memory, until Gantry's server ends: ${place.reason}`;
  if (what.kind === 'session') return `your ${providerNames[what.provider]} account in ${editor}`;
  return `the secret storage of ${editor}`;
}

/** Tells credentials apart without holding one. */
function refusalKey(registry: string, credential: Credential): string {
  return `${registry} ${createHash('sha256').update(JSON.stringify(credential)).digest('hex')}`;
}

function noSession(registry: string): ProblemError {
  return new ProblemError({
    kind: 'credentials',
    subject: registry,
    message: `The account for ${registry} cannot be asked for here.`,
    next: 'Sign in again with a user name and a token.',
  });
}
