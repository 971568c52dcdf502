import { failed, type Known, known, type Problem, pending, stale } from '../../common/known.ts';
import type { ContextCopy, ContextSize, Contexts, Log } from '../language/host.ts';
import { filePath } from '../util/filePath.ts';
import { ProblemError } from '../util/problemError.ts';
import type { FromWorker, LineEffect, ToWorker } from './messages.ts';
import { ContextThread } from './thread.ts';

interface Dockerfile {
  readonly uri: string;
  /** The oldest question first. */
  readonly answers: Map<string, Answered>;
}

interface Answered {
  known: Known<ContextSize>;
  /** Whether somebody was told something that is out of date. */
  toldStale: boolean;
}

/** While somebody types a source, each letter is a question; only the newest are worth an answer. */
const maximumQuestions = 200;

/** Of the paths that changed at once. More, and the whole context is looked at again. */
const maximumPaths = 2000;

/** Asks a thread of its own, which is started by the first question. */
export class BuildContexts implements Contexts {
  readonly #now: () => number;
  readonly #thread: ContextThread;
  /** By path. */
  readonly #dockerfiles = new Map<string, Dockerfile>();
  readonly #listeners = new Set<(dockerfileUri: string) => void>();
  readonly #moved = new Set<() => void>();
  readonly #changed = new Set<string>();
  readonly #waiting = new Map<number, (answer: Extract<FromWorker, { kind: 'lines' }>['answer']) => void>();
  /** Contexts by Dockerfile. */
  readonly #built = new Map<string, string>();
  #folders: readonly string[] = [];
  #count = 0;

  constructor(log: Log, now: () => number) {
    this.#now = now;
    this.#thread = new ContextThread({
      log,
      begin: () => [
        { kind: 'folders', folders: this.#folders },
        ...[...this.#built].map(([dockerfile, context]) => ({ kind: 'built' as const, dockerfile, context })),
      ],
      receive: (message) => this.#receive(message),
      died: (problem) => this.#died(problem),
    });
  }

  copied(dockerfileUri: string, copy: ContextCopy): Known<ContextSize> {
    const { keyword, sources, exclude, parents, unpack } = copy;
    return this.#ask(dockerfileUri, JSON.stringify([keyword, sources, exclude, parents, unpack]), copy);
  }

  whole(dockerfileUri: string): Known<ContextSize> {
    return this.#ask(dockerfileUri, '');
  }

  onDidChange(listener: (dockerfileUri: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something changed in a context that was looked at, or in its ignore file. Returns how to stop listening. */
  onDidMove(listener: () => void): () => void {
    this.#moved.add(listener);
    return () => this.#moved.delete(listener);
  }

  /** What each pattern of an ignore file does in the folder that it is for, in their order. Throws ProblemError. */
  async lines(folder: string, text: string, signal: AbortSignal): Promise<readonly LineEffect[]> {
    signal.throwIfAborted();
    const id = ++this.#count;
    const answer = await new Promise<Extract<FromWorker, { kind: 'lines' }>['answer']>((resolve, reject) => {
      const abort = () => {
        this.#waiting.delete(id);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.set(id, (answer) => {
        signal.removeEventListener('abort', abort);
        resolve(answer);
      });
      this.#thread.send({ kind: 'lines', id, folder, text });
    });
    if ('problem' in answer) throw new ProblemError(answer.problem);
    return answer.value;
  }

  /** Absolute paths of the folders that are open in the editor. */
  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
    this.#tell({ kind: 'folders', folders });
  }

  /** These files or folders came, went or changed (absolute paths); without paths anything may have. */
  changed(paths?: readonly string[]): void {
    this.#tell({ kind: 'changed', ...(paths && paths.length <= maximumPaths && { paths }) });
  }

  /** The Dockerfile was built with this context (absolute paths). */
  built(dockerfile: string, context: string): void {
    this.#built.set(dockerfile, context);
    this.#tell({ kind: 'built', dockerfile, context });
  }

  /** Nobody will ask about this Dockerfile any more. */
  forget(dockerfileUri: string): void {
    const path = filePath(dockerfileUri);
    if (path !== undefined && this.#dockerfiles.delete(path)) this.#tell({ kind: 'drop', dockerfile: path });
  }

  async dispose(): Promise<void> {
    this.#listeners.clear();
    this.#moved.clear();
    await this.#thread.stop();
  }

  #ask(uri: string, key: string, copy?: ContextCopy): Known<ContextSize> {
    const path = filePath(uri);
    if (path === undefined) return failed(notOnDisk(uri));
    const dockerfile = this.#dockerfiles.get(path) ?? { uri, answers: new Map<string, Answered>() };
    this.#dockerfiles.set(path, dockerfile);
    const { answers } = dockerfile;
    const answered = answers.get(key) ?? { known: pending, toldStale: false };
    if (!answers.delete(key)) {
      this.#thread.send({ kind: 'ask', dockerfile: path, key, ...(copy && { copy }) });
      for (const old of answers.keys()) {
        if (answers.size < maximumQuestions) break;
        answers.delete(old);
        this.#thread.send({ kind: 'drop', dockerfile: path, key: old });
      }
    }
    answers.set(key, answered);
    answered.toldStale ||= answered.known.state === 'known' && answered.known.stale === true;
    return answered.known;
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'stale':
        for (const each of this.#dockerfiles.get(message.dockerfile)?.answers.values() ?? [])
          if (each.known.state === 'known') each.known = stale(each.known.value, each.known.at);
        break;
      case 'answer': {
        const { answer, dockerfile, key } = message;
        const answered = this.#dockerfiles.get(dockerfile)?.answers.get(key);
        if (answered === undefined) break;
        const next = 'value' in answer ? known(answer.value, this.#now()) : failed(answer.problem);
        const same = !answered.toldStale && sameAnswer(answered.known, next);
        answered.known = next;
        answered.toldStale = false;
        if (!same) this.#announce(dockerfile);
        break;
      }
      case 'lines':
        this.#waiting.get(message.id)?.(message.answer);
        this.#waiting.delete(message.id);
        break;
      case 'moved':
        for (const listener of this.#moved) listener();
    }
  }

  /** What was asked is asked again when the thread is. */
  #died(problem: Problem): void {
    for (const answer of this.#waiting.values()) answer({ problem });
    this.#waiting.clear();
    for (const [path, { answers }] of this.#dockerfiles) {
      for (const each of answers.values()) each.known = failed(problem);
      this.#announce(path);
    }
  }

  /** Nobody has to be told before the first question. */
  #tell(message: ToWorker): void {
    if (this.#thread.isRunning) this.#thread.send(message);
  }

  /** Answers arrive together; who listens is told once. */
  #announce(path: string): void {
    if (this.#changed.size === 0) setImmediate(() => this.#announceAll());
    this.#changed.add(path);
  }

  #announceAll(): void {
    const uris = [...this.#changed].flatMap((path) => this.#dockerfiles.get(path)?.uri ?? []);
    this.#changed.clear();
    for (const uri of uris) for (const listener of this.#listeners) listener(uri);
  }
}

function sameAnswer(a: Known<ContextSize>, b: Known<ContextSize>): boolean {
  if (a.state === 'known' && b.state === 'known') return JSON.stringify(a.value) === JSON.stringify(b.value);
  return a.state === 'failed' && b.state === 'failed' && a.problem.message === b.problem.message;
}

function notOnDisk(uri: string): Problem {
  return {
    kind: 'unsupported',
    subject: uri,
    message: 'It is not a file on this machine, so its build context is not known.',
  };
}
