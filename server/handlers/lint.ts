import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import type { EngineStatus } from '../../common/protocol.ts';
import type { Linted } from '../language/codeActions.ts';
import { diagnosticsOf } from '../language/diagnostics/diagnose.ts';
import { type Finding, findingsIn, LintMemory } from '../language/diagnostics/findings.ts';
import type { LintOptions } from '../language/diagnostics/lintOptions.ts';
import type { ShellParser } from '../language/diagnostics/rule.ts';
import { fnv1a } from '../language/dockerfile/parseSafely.ts';
import type { Files, Log } from '../language/host.ts';
import { shellCheckFindings } from '../shellcheck/findings.ts';
import type { ShellCheck } from '../shellcheck/shellcheck.ts';
import type { ClientSupport } from './capabilities.ts';
import type { OpenDocument } from './documents.ts';
import { ImageChecks, type ImageSource } from './imageChecks.ts';
import { type Basis, type Choice, choose, knowledgeOf, sameBasis } from './lintBasis.ts';
import { type LintSettings, readLintSettings } from './lintSettings.ts';
import { stackOf } from './log.ts';
import type { Settings } from './settings.ts';
import { placedRemarks, ShellRemarks } from './shellRemarks.ts';

/** What is wrong with one version of an open file, with what is known of the world. */
export interface Analysis extends Linted {
  readonly document: OpenDocument;
  /** Stays the same for as long as the diagnostics of this version do; no two analyses of a server share one. */
  readonly id: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly basis: Basis;
}

interface OpenFile {
  readonly memory: LintMemory;
  last?: Analysis;
}

interface Needs {
  readonly settings: Pick<Settings, 'section' | 'onDidChange'>;
  readonly files: Files;
  readonly engine: { knownStatus(): EngineStatus | undefined };
  /** Called at most once, when a file with commands is open and a rule wants to look at them. */
  readonly loadShell?: () => Promise<ShellParser>;
  /** Looks at commands too, where it is installed. */
  readonly shellCheck?: ShellCheck;
  readonly now: () => number;
  readonly images: ImageSource;
  /** Whether the user trusts what is open: else only registries that he has are asked. */
  readonly trusted: () => boolean;
  readonly log: Log;
  readonly support: () => ClientSupport;
}

/**
 * Lints the open files: once for each version of a file and each state of the world, whoever asks. Diagnostics and code
 * actions both ask here, so they never disagree.
 */
export class Lint {
  readonly #needs: Needs;
  readonly #listeners = new Set<(uri: string | undefined) => void>();
  readonly #files = new Map<string, OpenFile>();
  readonly #remarks: ShellRemarks | undefined;
  readonly #images: ImageChecks;
  readonly #stop: readonly (() => void)[];
  readonly #started: string;
  #section: Settings['section'] | undefined;
  #settings: LintSettings = readLintSettings({});
  #shell: ShellParser | undefined;
  #loading = false;
  #count = 0;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#started = needs.now().toString(36);
    const { shellCheck, log } = needs;
    this.#remarks = shellCheck && new ShellRemarks(shellCheck, (uri) => this.#announce(uri), log);
    this.#images = new ImageChecks({ ...needs, changed: (uri) => this.#announce(uri) });
    this.#stop = [
      needs.settings.onDidChange(() => this.#announce(undefined)),
      needs.files.onDidChange((uri) => {
        if (this.#files.has(uri)) this.#announce(uri);
      }),
    ];
  }

  of(document: OpenDocument): Analysis {
    const file = this.#fileOf(document.uri);
    const basis = this.#basisOf(document, file.last?.basis.choice);
    const { last } = file;
    if (last?.document === document && sameBasis(last.basis, basis)) return last;
    file.last = this.#analyse(document, basis, file);
    if (basis.choice.readsCommands && this.#shell === undefined && hasCommands(document)) this.#loadShell();
    return file.last;
  }

  /**
   * What can be said at once of a file that was just opened: what BuildKit would say. Undefined where that is all there is to say,
   * and where it could not be found; {@link of} then says it.
   */
  first(document: OpenDocument): readonly Diagnostic[] | undefined {
    const file = this.#fileOf(document.uri);
    const basis = file.last?.basis ?? this.#firstBasis();
    if (basis.choice.options.preset === 'buildkit') return undefined;
    const options: LintOptions = { ...basis.choice.options, preset: 'buildkit' };
    try {
      const knowledge = knowledgeOf(basis, this.#needs.now());
      return this.#shown(document, findingsIn(document.dockerfile, knowledge, options, file.memory));
    } catch {
      return undefined; // logged when all rules are asked
    }
  }

  forget(uri: string): void {
    this.#files.delete(uri);
    this.#remarks?.forget(uri);
    this.#images.forget(uri);
  }

  /** Who may be asked about images has changed. */
  checkImages(): void {
    this.#images.checkAgain();
  }

  /** A file would be judged otherwise now, or all would where no URI is named. Returns how to stop listening. */
  onDidChange(listener: (uri: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    for (const each of this.#stop) each();
    this.#remarks?.dispose();
    this.#images.dispose();
    this.#listeners.clear();
  }

  #basisOf(document: OpenDocument, last: Choice | undefined): Basis {
    const { uri } = document;
    const settings = this.#readSettings();
    const beside = this.#needs.files.beside(uri);
    const choice = last?.settings === settings && last.beside === beside ? last : choose(settings, beside);
    return {
      choice,
      engine: this.#needs.engine.knownStatus(),
      shell: choice.readsCommands ? this.#shell : undefined,
      images: choice.images === 'unasked' ? undefined : this.#images.of(document, choice.images === 'registry'),
      remarks: choice.asksShellCheck && hasCommands(document) ? this.#remarks?.of(document) : undefined,
    };
  }

  /** Of a file about whose images and neighbours nobody has asked yet: that takes longer than all that is said first. */
  #firstBasis(): Basis {
    const choice = choose(this.#readSettings(), {});
    return {
      choice,
      engine: this.#needs.engine.knownStatus(),
      shell: undefined,
      images: undefined,
      remarks: undefined,
    };
  }

  #analyse(document: OpenDocument, basis: Basis, { memory, last }: OpenFile): Analysis {
    const { text, dockerfile } = document;
    const { now, log } = this.#needs;
    const { options } = basis.choice;
    const knowledge = knowledgeOf(basis, now());
    let findings: readonly Finding[] = [];
    let diagnostics: readonly Diagnostic[];
    try {
      findings = findingsIn(dockerfile, knowledge, options, memory);
      const { remarks } = basis;
      if (remarks)
        findings = [...findings, ...shellCheckFindings(dockerfile, placedRemarks(dockerfile, remarks), options)];
      diagnostics = this.#shown(document, findings);
    } catch (error) {
      log.error('diagnostics: failed', { hash: fnv1a(text), error: stackOf(error) });
      diagnostics = [failure(text)];
    }
    const unchanged = last?.document === document && JSON.stringify(last.diagnostics) === JSON.stringify(diagnostics);
    const id = unchanged ? last.id : `${this.#started}-${++this.#count}`;
    return { document, id, findings, diagnostics, knowledge, options, memory, basis };
  }

  #shown({ uri, dockerfile }: OpenDocument, findings: readonly Finding[]): readonly Diagnostic[] {
    const { tags, related } = this.#needs.support().diagnostics;
    return diagnosticsOf(dockerfile, findings, { tags, ...(related && { relatedIn: uri }) });
  }

  /** In the background, after what can be said without it. Tried once: what failed would fail again. */
  #loadShell(): void {
    const { loadShell, log } = this.#needs;
    if (this.#loading || loadShell === undefined) return;
    this.#loading = true;
    setImmediate(() =>
      loadShell().then(
        (shell) => {
          this.#shell = shell;
          this.#announce(undefined);
        },
        (error: unknown) => log.error('lint: commands are not read', { error: stackOf(error) }),
      ),
    );
  }

  /** What means nothing in them is told once, not at each change of another setting. */
  #readSettings(): LintSettings {
    const { settings, log } = this.#needs;
    if (this.#section === settings.section) return this.#settings;
    const before = this.#settings.problems;
    this.#section = settings.section;
    this.#settings = readLintSettings(settings.section);
    const problems = this.#settings.problems.filter((problem) => !before.includes(problem));
    if (problems.length > 0) log.warn(`settings: ${problems.join(' ')}`);
    return this.#settings;
  }

  #fileOf(uri: string): OpenFile {
    const known = this.#files.get(uri);
    if (known) return known;
    const file: OpenFile = { memory: new LintMemory() };
    this.#files.set(uri, file);
    return file;
  }

  #announce(uri: string | undefined): void {
    for (const listener of this.#listeners) listener(uri);
  }
}

function hasCommands({ dockerfile }: OpenDocument): boolean {
  return dockerfile.instructions.some(({ keyword, trigger }) => keyword === 'RUN' || trigger?.keyword === 'RUN');
}

/** A bug of ours, told once where the user sees it instead of showing a file without problems. */
function failure(text: string): Diagnostic {
  return {
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    severity: DiagnosticSeverity.Warning,
    source: 'gantry',
    code: 'CheckFailed',
    message: `Gantry could not check this file. Its log has the details under ${fnv1a(text)}; please report it.`,
  };
}
