/**
 * A Dockerfile as BuildKit reads it. Shapes only; `parse.ts` makes them.
 *
 * All positions are UTF-16 offsets into `text`, `end` exclusive, so that they map to LSP positions without conversion.
 * Words and flags keep the exact span they were written in, continuations included.
 */

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Dockerfile {
  readonly text: string;
  /** Offset of the first character of each line, as the LSP counts lines (LF, CRLF or a lone CR ends one). */
  readonly lineStarts: readonly number[];
  readonly escape: '\\' | '`';
  readonly directives: readonly Directive[];
  readonly comments: readonly Comment[];
  readonly instructions: readonly Instruction[];
  readonly stages: readonly Stage[];
  /**
   * What BuildKit's parser (not the later checks of single instructions) would stop at. Reading goes on behind it, so that
   * everything else of a half-typed file is still known.
   */
  readonly error?: ParseError;
}

/** A parser directive at the head of the file: `# escape=\``. */
export interface Directive {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly valueSpan: Span;
}

export interface Comment {
  /** From `#` to the end of its line. */
  readonly span: Span;
  /** Without `#` and surrounding blanks. */
  readonly text: string;
}

export interface ParseError {
  /** In our own words. */
  readonly message: string;
  readonly span: Span;
  /** Our name of the error, for example `UnterminatedHeredoc`. */
  readonly code: string;
}

export interface Instruction {
  /**
   * The same as it is read by itself: its offsets count from its own start, its lines from its first one, and it has no doc
   * comments and no stage. One and the same object for as long as nothing in it is edited, so what follows from it alone can be
   * kept with it.
   */
  readonly own: Instruction;
  /** Its text as written: what the offsets of {@link own} point into. */
  readonly source: string;
  /** Upper case, whether known or not. */
  readonly keyword: string;
  /** As written, continuations joined: `from`. */
  readonly keywordText: string;
  readonly keywordSpan: Span;
  /** From the keyword to the end of the last line that belongs to it, heredoc bodies included, without the line break. */
  readonly span: Span;
  /** Lines from 0, as BuildKit's node has them from 1: only LF ends a line. */
  readonly startLine: number;
  readonly endLine: number;
  readonly flags: readonly Flag[];
  /** Arguments as BuildKit's parser hands them on; for a shell form the whole command is one word. */
  readonly words: readonly Word[];
  /** Whether the arguments were written as a JSON array. */
  readonly json: boolean;
  readonly heredocs: readonly Heredoc[];
  /** Blank lines inside a continuation, from 0: BuildKit skips them and warns. */
  readonly blankLines: readonly number[];
  /** ONBUILD only: the instruction it triggers. */
  readonly trigger: Instruction | undefined;
  /** Everything after the keyword and the flags, with continuations joined and comments dropped. */
  readonly body: JoinedText;
  /** Comments directly above it, which BuildKit attaches to it (`node.PrevComment`). */
  readonly docComments: readonly string[];
  /** Index into `stages`; undefined before the first FROM. */
  readonly stage: number | undefined;
  /** What BuildKit's parser would stop at in it. */
  readonly error: ParseError | undefined;
}

export interface Flag {
  /** Without dashes: `from`. */
  readonly name: string;
  /** Quotes removed as BuildKit does; undefined without `=`. */
  readonly value?: string;
  /** As BuildKit prints it: `--from=build`. */
  readonly text: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly valueSpan?: Span;
}

export interface Word {
  /** As BuildKit's parser hands it on: unexpanded, quotes kept except in JSON form. */
  readonly value: string;
  readonly span: Span;
}

export interface Heredoc {
  /** Without quotes: `EOF`. */
  readonly name: string;
  readonly fileDescriptor: number;
  /** Whether variables in the body are expanded (the name was not quoted). */
  readonly expand: boolean;
  /** `<<-`: leading tabs are dropped. */
  readonly chomp: boolean;
  readonly content: string;
  /** The body, without the closing line. */
  readonly bodySpan: Span;
}

/** Text that was spread over several lines, with the way back. */
export interface JoinedText {
  readonly text: string;
  /** The offset in the document of the character at `index` of `text` (0 … text.length). */
  offsetAt(index: number): number;
}

export interface Stage {
  readonly index: number;
  /** As written; names are compared without case. */
  readonly name?: Word;
  readonly from: Instruction;
  /** The FROM's image argument as written; undefined in an unfinished FROM. */
  readonly image?: Word;
  /** The earlier stage it builds on, where `image` names one. */
  readonly base?: number;
  /** Its own instructions, FROM first. */
  readonly instructions: readonly Instruction[];
  readonly span: Span;
}
