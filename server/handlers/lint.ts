import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import type { EngineStatus } from '../../common/protocol.ts';
import type { Linted } from '../language/codeActions.ts';
import { diagnosticsOf } from '../language/diagnostics/diagnose.ts';
import { type Finding, findingsIn, LintMemory } from '../language/diagnostics/findings.ts';
import type { LintOptions } from '../language/diagnostics/lintOptions.ts';
import type { Knowledge } from '../language/diagnostics/rule.ts';
import { wellKnownEnvironment } from '../language/dockerfile/baseEnvironment.ts';
import { fnv1a } from '../language/dockerfile/parseSafely.ts';
import type { Beside, Files, Log } from '../language/host.ts';
import type { ClientSupport } from './capabilities.ts';
import type { OpenDocument } from './documents.ts';
import { type LintSettings, readLintSettings } from './lintSettings.ts';
import { stackOf } from './log.ts';
import type { Settings } from './settings.ts';

/** What is wrong with one version of an open file, with what is known of the world. */
export interface Analysis extends Linted {
  readonly document: OpenDocument;
  /** Stays the same for as long as the diagnostics of this version do; no two analyses of a server share one. */
  readonly id: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly options: LintOptions;
  readonly basis: Basis;
}

/** What an analysis rests on beside the text. */
interface Basis {
  readonly settings: LintSettings;
  readonly beside: Beside;
  readonly engine: EngineStatus | undefined;
}

interface Needs {
  readonly settings: Settings;
  readonly files: Files;
  readonly engine: { knownStatus(): EngineStatus | undefined };
  readonly now: () => number;
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
  readonly #files = new Map<string, { readonly memory: LintMemory; last?: Analysis }>();
  readonly #stop: readonly (() => void)[];
  readonly #started: string;
  #section: Settings['section'] | undefined;
  #settings: LintSettings = readLintSettings({});
  #count = 0;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#started = needs.now().toString(36);
    this.#stop = [
      needs.settings.onDidChange(() => this.#announce(undefined)),
      needs.files.onDidChange((uri) => {
        if (this.#files.has(uri)) this.#announce(uri);
      }),
    ];
  }

  of(document: OpenDocument): Analysis {
    const { files, engine } = this.#needs;
    const file = this.#fileOf(document.uri);
    const basis = { settings: this.#readSettings(), beside: files.beside(document.uri), engine: engine.knownStatus() };
    const { last } = file;
    if (last?.document === document && sameBasis(last.basis, basis)) return last;
    file.last = this.#analyse(document, basis, file.memory, last);
    return file.last;
  }

  forget(uri: string): void {
    this.#files.delete(uri);
  }

  /** A file would be judged otherwise now, or all would where no URI is named. Returns how to stop listening. */
  onDidChange(listener: (uri: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    for (const each of this.#stop) each();
  }

  #analyse(document: OpenDocument, basis: Basis, memory: LintMemory, last: Analysis | undefined): Analysis {
    const { uri, text, dockerfile } = document;
    const { now, log, support } = this.#needs;
    const options = last && sameBasis(last.basis, basis) ? last.options : optionsOf(basis);
    const knowledge = knowledgeOf(basis, now());
    let findings: readonly Finding[] = [];
    let diagnostics: readonly Diagnostic[];
    try {
      findings = findingsIn(dockerfile, knowledge, options, memory);
      const { tags, related } = support().diagnostics;
      diagnostics = diagnosticsOf(dockerfile, findings, { tags, ...(related && { relatedIn: uri }) });
    } catch (error) {
      log.error('diagnostics: failed', { hash: fnv1a(text), error: stackOf(error) });
      diagnostics = [failure(text)];
    }
    const unchanged = last?.document === document && JSON.stringify(last.diagnostics) === JSON.stringify(diagnostics);
    const id = unchanged ? last.id : `${this.#started}-${++this.#count}`;
    return { document, id, findings, diagnostics, knowledge, options, basis };
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

  #fileOf(uri: string): { readonly memory: LintMemory; last?: Analysis } {
    const known = this.#files.get(uri);
    if (known) return known;
    const file = { memory: new LintMemory() };
    this.#files.set(uri, file);
    return file;
  }

  #announce(uri: string | undefined): void {
    for (const listener of this.#listeners) listener(uri);
  }
}

function sameBasis(a: Basis, b: Basis): boolean {
  return a.settings === b.settings && a.beside === b.beside && a.engine === b.engine;
}

function optionsOf({ settings: { preset, rules }, beside: { hadolint } }: Basis): LintOptions {
  return { preset, rules, ...(hadolint && { hadolint }) };
}

function knowledgeOf({ beside: { hadolint, ignore }, engine }: Basis, now: number): Knowledge {
  return {
    environmentOf: wellKnownEnvironment,
    now,
    ...(ignore && { ignore }),
    ...(hadolint && { hadolint }),
    // What a registry has for a platform is not asked for on a keystroke.
    ...(engine && { platforms: { target: engine.platform, of: () => undefined } }),
  };
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
