import { isAbsolute, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PatternMatcher } from '../../common/ignore.ts';
import type { Beside, Files, Log } from '../language/host.ts';
import { filePath } from '../util/filePath.ts';
import { hadolintCandidates, ignoreCandidates } from './candidates.ts';
import { readHadolint } from './contents.ts';
import type { HadolintFile } from './hadolintFile.ts';
import { readIgnore } from './ignoreRules.ts';
import { maxBytes, readSmallFile, type SmallFile } from './smallFile.ts';
import type { FileProblem } from './yamlFile.ts';

const nothing: Beside = {};

interface Dockerfile {
  /** Undefined for what is no file on disk: nothing stands beside it. */
  readonly path: string | undefined;
  readonly beside: Beside;
  readonly hadolint?: Read<HadolintFile> | undefined;
}

interface Read<T> extends SmallFile {
  readonly path: string;
  readonly value: T;
}

interface Listeners {
  readonly changed: Set<(dockerfileUri: string) => void>;
  readonly problems: Set<(uri: string, problems: readonly FileProblem[]) => void>;
}

/** The files beside the open Dockerfiles, read when a Dockerfile is first asked about and when {@link look} is called. */
export class WorkspaceFiles implements Files {
  readonly #log: Log;
  readonly #dockerfiles = new Map<string, Dockerfile>();
  readonly #hadolintFiles = new Map<string, Read<HadolintFile>>();
  readonly #ignoreFiles = new Map<string, Read<PatternMatcher | undefined>>();
  readonly #listeners: Listeners = { changed: new Set(), problems: new Set() };
  /** What was last said to be wrong, by the URI of the file. */
  readonly #told = new Map<string, readonly FileProblem[]>();
  readonly #unreadable = new Set<string>();
  /** Dockerfiles to look around, one after another. */
  readonly #waiting = new Set<string>();
  #looking = false;
  #folders: readonly string[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  beside(dockerfileUri: string): Beside {
    const known = this.#dockerfiles.get(dockerfileUri);
    if (known) return known.beside;
    const path = filePath(dockerfileUri);
    this.#dockerfiles.set(dockerfileUri, { path, beside: nothing });
    if (path !== undefined) this.look(dockerfileUri);
    return nothing;
  }

  onDidChange(listener: (dockerfileUri: string) => void): () => void {
    this.#listeners.changed.add(listener);
    return () => this.#listeners.changed.delete(listener);
  }

  /** Called with all that is wrong in a file, and with nothing when that is over. Returns how to stop listening. */
  onProblems(listener: (uri: string, problems: readonly FileProblem[]) => void): () => void {
    this.#listeners.problems.add(listener);
    return () => this.#listeners.problems.delete(listener);
  }

  /** Paths of the folders that are open in the editor. */
  get folders(): readonly string[] {
    return this.#folders;
  }

  /** URIs of the folders that are open in the editor. */
  setFolders(uris: readonly string[]): void {
    this.#folders = uris.flatMap((uri) => filePath(uri) ?? []);
    this.look();
  }

  changeFolders(added: readonly string[], removed: readonly string[]): void {
    const gone = removed.map(filePath);
    const kept = this.#folders.filter((path) => !gone.includes(path));
    this.#folders = [...kept, ...added.flatMap((uri) => filePath(uri) ?? [])];
    this.look();
  }

  /** The open folder that a file is in, else the file's own: a URI or a path, the same for all files of one workspace. */
  readonly workspaceOf = (uri: string): string => {
    const path = filePath(uri);
    const within = path === undefined ? undefined : this.#folders.filter((folder) => isIn(path, folder));
    const outermost = within?.sort((a, b) => a.length - b.length)[0];
    return outermost ?? uri.slice(0, uri.lastIndexOf('/') + 1);
  };

  /** Something may have changed on disk: beside one Dockerfile, or anywhere. Costs nothing for one that nobody asked about. */
  look(dockerfileUri?: string): void {
    for (const uri of dockerfileUri === undefined ? this.#dockerfiles.keys() : [dockerfileUri]) {
      if (this.#dockerfiles.get(uri)?.path !== undefined) this.#waiting.add(uri);
    }
    if (!this.#looking && this.#waiting.size > 0) void this.#lookAround();
  }

  /** Nobody will ask about this Dockerfile any more. */
  forget(dockerfileUri: string): void {
    if (this.#dockerfiles.delete(dockerfileUri)) this.#tidy();
  }

  /** Never rejects. */
  async #lookAround(): Promise<void> {
    this.#looking = true;
    for (const uri of this.#waiting) {
      this.#waiting.delete(uri);
      const { path } = this.#dockerfiles.get(uri) ?? {};
      if (path === undefined) continue;
      const hadolint = await this.#first(hadolintCandidates(path, this.#folders), this.#hadolintFiles, readHadolint);
      const ignore = await this.#first(ignoreCandidates(path, this.#folders), this.#ignoreFiles, readIgnore);
      this.#learn(uri, hadolint, ignore);
    }
    this.#looking = false;
    this.#tidy();
  }

  #learn(
    uri: string,
    hadolint: Read<HadolintFile> | undefined,
    ignoreFile: Read<PatternMatcher | undefined> | undefined,
  ): void {
    const known = this.#dockerfiles.get(uri);
    if (known === undefined) return;
    const config = hadolint?.value.config;
    const ignore = ignoreFile?.value;
    const same = known.beside.hadolint === config && known.beside.ignore === ignore;
    const beside = same
      ? known.beside
      : {
          ...(config && { hadolint: config }),
          ...(ignoreFile && ignore && { ignore, ignoreFile: sourceOf(ignoreFile) }),
        };
    this.#dockerfiles.set(uri, { path: known.path, beside, hadolint });
    this.#tellProblems();
    if (!same) for (const listener of this.#listeners.changed) listener(uri);
  }

  /** The first of these files that is there. */
  async #first<T>(
    paths: readonly string[],
    known: Map<string, Read<T>>,
    read: (file: SmallFile) => Promise<T> | T,
  ): Promise<Read<T> | undefined> {
    for (const path of paths) {
      try {
        const before = known.get(path);
        const file = await readSmallFile(path, maxBytes, before);
        if (file === undefined) continue;
        if (file === before) return before;
        const now = { ...file, path, value: await read(file) };
        known.set(path, now);
        return now;
      } catch (error) {
        if (!this.#unreadable.has(path)) this.#log.warn('files: not readable', { path, error: String(error) });
        this.#unreadable.add(path);
      }
    }
    return undefined;
  }

  #tellProblems(): void {
    const now = new Map<string, readonly FileProblem[]>();
    for (const { hadolint } of this.#dockerfiles.values())
      if (hadolint?.value.problems.length) now.set(pathToFileURL(hadolint.path).href, hadolint.value.problems);
    for (const uri of new Set([...this.#told.keys(), ...now.keys()])) {
      const problems = now.get(uri);
      if (problems === this.#told.get(uri)) continue;
      if (problems) this.#told.set(uri, problems);
      else this.#told.delete(uri);
      for (const listener of this.#listeners.problems) listener(uri, problems ?? []);
    }
  }

  /** Lets go of what no open Dockerfile uses. */
  #tidy(): void {
    this.#tellProblems();
    if (this.#looking) return;
    const used = [...this.#dockerfiles.values()];
    const configs = new Set(used.map(({ hadolint }) => hadolint?.path));
    const matchers = new Set(used.map(({ beside }) => beside.ignore));
    for (const path of this.#hadolintFiles.keys()) if (!configs.has(path)) this.#hadolintFiles.delete(path);
    for (const [path, { value }] of this.#ignoreFiles) if (!matchers.has(value)) this.#ignoreFiles.delete(path);
  }
}

function sourceOf({ path, text }: Read<unknown>): { readonly uri: string; readonly text: string } {
  return { uri: pathToFileURL(path).href, text: text ?? '' };
}

function isIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}
