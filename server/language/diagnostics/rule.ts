import type { DiagnosticSeverity, DiagnosticTag, Location, TextEdit } from 'vscode-languageserver-types';
import type { PatternMatcher } from '../../../common/ignore.ts';
import type { Platform } from '../../../common/platform.ts';
import type { ImageReference } from '../../../common/reference.ts';
import type { Dockerfile, Instruction, Span } from '../dockerfile/dockerfile.ts';
import type { EnvironmentOf } from '../dockerfile/scope.ts';
import type { ImageVerdict } from '../imageKnowledge.ts';
import type { ShellScript } from '../shell/script.ts';
import type { HadolintConfig } from './lintOptions.ts';

/** One thing that Gantry can find wrong in a Dockerfile. */
export type Rule = FileRule | InstructionRule;

interface RuleFacts {
  /** BuildKit's own name where it has the rule, else hadolint's code, else ours. Shown as the diagnostic's code. */
  readonly name: string;
  /** Names of rules that say the same, by which it can be suppressed and configured too: `DL4000`. */
  readonly aliases?: readonly string[];
  /** For a DL code the one that hadolint gives it. */
  readonly severity: DiagnosticSeverity;
  /**
   * `check`: one of BuildKit's build checks. `error`: what makes a build fail. `advice`: what BuildKit passes over, though it
   * cannot be what was meant. `lint`: hadolint's rules and our own.
   */
  readonly kind: 'check' | 'error' | 'advice' | 'lint';
  /** `lint` only: the smallest preset that it is part of. Without one it runs only where it is asked for by name. */
  readonly preset?: 'recommended' | 'hadolint';
  /** How an editor draws what is at fault: faded, or struck through. */
  readonly tag?: DiagnosticTag;
  /** A check that runs only where a check directive asks for it. */
  readonly experimental?: true;
  /** A check without a page of its own in Docker's documentation. */
  readonly undocumented?: true;
  /** BuildKit reports it in the line of what is at fault, not in the one in which the instruction begins. */
  readonly inOwnLine?: true;
}

/** A rule that needs to see more than one instruction, or more than the file. */
export interface FileRule extends RuleFacts {
  /**
   * What it finds in an instruction follows from that one alone, wherever it stands. It is then asked about one at a time, in a file
   * of that instruction without stages and comments, and what it finds is kept for as long as nothing in the instruction is edited.
   */
  readonly eachAlone?: true;
  /**
   * Keywords of the instructions that what it finds follows from. It looks at no other instruction, at no comment and at no
   * directive; nor at the text of the file, unless for a fix. Where it found nothing it is asked again only when one of them was
   * edited, or what is known beyond the file. One that is asked about each instruction alone is asked about these only.
   */
  readonly reads?: readonly string[];
  check(dockerfile: Dockerfile, report: Report, knowledge: Knowledge, contextOf: ContextOf): void;
}

/** What an instruction of the file is read with, by itself: one and the same object for as long as nothing in it is edited. */
export type ContextOf = (instruction: Instruction) => InstructionContext;

/**
 * A rule about single instructions. It sees nothing but the instruction, as it is read by itself (`Instruction.own`), so that its
 * findings are kept for as long as nothing in the instruction is edited. It is asked about what an ONBUILD triggers, too.
 */
export interface InstructionRule extends RuleFacts {
  /** Upper case. */
  readonly keywords: readonly string[];
  checkInstruction(instruction: Instruction, report: Report, context: InstructionContext): void;
}

export interface InstructionContext {
  /** What the instruction's spans, and those of edits, point into. */
  readonly text: string;
  readonly escape: '\\' | '`';
  /** What reads a shell form here. */
  readonly shell: Shell;
  /** What a RUN runs, in the order of the text: several heredocs are several scripts. None where it is not known, or no sh. */
  readonly scripts: readonly ShellScript[];
}

/** The shell that SHELL chose for the instructions behind it. */
export interface Shell {
  /** As in `SHELL ["/bin/bash", "-c"]`; those of the image's platform where none was chosen. */
  readonly words: readonly string[];
  readonly kind: 'sh' | 'bash' | 'powershell' | 'cmd' | 'other';
  /** Whether a SHELL chose it, here or in a stage that this one builds on. */
  readonly chosen: boolean;
}

/** Adds a finding of the rule at hand. `message` is one or two plain sentences with the thing at fault and the way out. */
export type Report = (span: Span, message: string, more?: ReportMore) => void;

export interface ReportMore {
  /** The instruction that a `# check=skip=` comment may stand above too, where it is not the one that `span` is in. */
  readonly cause?: Instruction;
  /** Another place that the message is about, in the file or in one beside it. */
  readonly related?: Related;
  /** Computed when it is asked for; undefined where the file is such that no edit is certain. Of several the best comes first. */
  readonly fix?: () => Fix | readonly Fix[] | undefined;
}

export interface Related {
  readonly span: Span;
  readonly message: string;
  /** In another file, where `span` has nothing to say. */
  readonly elsewhere?: Location;
}

/** A way out of a finding. */
export interface Fix {
  /** What it does, as a command: "Write it in lower case". */
  readonly title: string;
  /** In the order of the file, not overlapping. */
  readonly edits: readonly Edit[];
  /**
   * Of a rule about single instructions: build arguments that the edits read. Lines above the instruction declare those that are not
   * in scope there.
   */
  readonly buildArguments?: readonly string[];
  /** What has to be done in another file. */
  readonly elsewhere?: { readonly uri: string; readonly edits: readonly TextEdit[] };
  /** Leaves the image as it was but for what the rule is about, so that it may be done for all findings at once. */
  readonly safe: boolean;
}

export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** What a rule may know beyond the file. */
export interface Knowledge {
  readonly environmentOf: EnvironmentOf;
  /** The rules of the build context's .dockerignore; undefined where there is none, or it is not known. */
  readonly ignore?: PatternMatcher;
  /** The file that `ignore` was read from, as its fixes edit it. */
  readonly ignoreFile?: { readonly uri: string; readonly text: string };
  /** Undefined where it is not known for what an image is built. */
  readonly platforms?: PlatformKnowledge;
  /** What is certain of images; undefined where nothing is, or nobody may be asked. */
  readonly images?: ImageVerdicts;
  /** Takes the commands of instructions apart; undefined for as long as the parser is not loaded. */
  readonly shell?: ShellParser;
  /** What .hadolint.yaml asks for beyond severities. */
  readonly hadolint?: HadolintConfig;
  /** Milliseconds since 1970, of which the day counts: for what has an end of life. Undefined: nothing is said about that. */
  readonly now?: number;
}

/** What an instruction runs, with spans into its text as it is read by itself. Empty where no sh reads it. */
export interface ShellParser {
  scripts(instruction: Instruction, shell: Shell): readonly ShellScript[];
}

/** One and the same object for as long as nothing in it changes. */
export interface ImageVerdicts {
  of(reference: ImageReference): ImageVerdict | undefined;
}

export interface PlatformKnowledge {
  /** What the build makes an image for. */
  readonly target: Platform;
  /** What the build gets when it asks for `image` and `wanted`; undefined where that is not known for certain. */
  of(image: string, wanted: Platform): Platform | undefined;
}
