import type { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { PatternMatcher } from '../../../common/ignore.ts';
import type { Platform } from '../../../common/platform.ts';
import type { Dockerfile, Instruction, Span } from '../dockerfile/dockerfile.ts';
import type { EnvironmentOf } from '../dockerfile/scope.ts';

/** One thing that Gantry can find wrong in a Dockerfile. */
export interface Rule {
  /** BuildKit's own name where it has the rule. Shown as the diagnostic's code. */
  readonly name: string;
  readonly severity: DiagnosticSeverity;
  /**
   * `check`: one of BuildKit's build checks, which has a page and can be skipped. `error`: what makes a build fail.
   * `advice`: what BuildKit passes over, though it cannot be what was meant.
   */
  readonly kind: 'check' | 'error' | 'advice';
  /** A check that runs only where a check directive asks for it. */
  readonly experimental?: true;
  /** A check without a page of its own in Docker's documentation. */
  readonly undocumented?: true;
  /** BuildKit reports it in the line of what is at fault, not in the one in which the instruction begins. */
  readonly inOwnLine?: true;
  check(dockerfile: Dockerfile, report: Report, knowledge: Knowledge): void;
}

/** Adds a finding of the rule at hand. `message` is one or two plain sentences with the thing at fault and the way out. */
export type Report = (span: Span, message: string, more?: ReportMore) => void;

export interface ReportMore {
  /** The instruction that a `# check=skip=` comment may stand above too, where it is not the one that `span` is in. */
  readonly cause?: Instruction;
  /** Computed when it is asked for; undefined where the file is such that no edit is certain. */
  readonly fix?: () => Fix | undefined;
}

/** A way out of a finding. */
export interface Fix {
  /** What it does, as a command: "Write it in lower case". */
  readonly title: string;
  /** In the order of the file, not overlapping. */
  readonly edits: readonly Edit[];
  /** Leaves the image as it was but for what the check is about, so that it may be done for all findings at once. */
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
  /** Undefined where it is not known for what an image is built. */
  readonly platforms?: PlatformKnowledge;
}

export interface PlatformKnowledge {
  /** What the build makes an image for. */
  readonly target: Platform;
  /** What the build gets when it asks for `image` and `wanted`; undefined where that is not known for certain. */
  of(image: string, wanted: Platform): Platform | undefined;
}
