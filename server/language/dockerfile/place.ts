import type { Flag, Heredoc, Instruction, JoinedText, ParseError, Span, Word } from './dockerfile.ts';

/** Where an instruction stands in a file. */
export interface Place {
  readonly offset: number;
  /** From 0, as BuildKit counts. */
  readonly line: number;
  readonly stage: number | undefined;
}

/** An instruction that was read by itself, at its place in a file. */
export function placeInstruction(own: Instruction, place: Place, docComments: readonly string[]): Instruction {
  return new PlacedInstruction(own, place, docComments);
}

/** The same instruction somewhere else: behind an edit that moved it. */
export function moveInstruction({ own, docComments }: Instruction, place: Place): Instruction {
  return new PlacedInstruction(own, place, docComments);
}

/** What to add to an offset of `own` to have the one in the file. */
export function offsetOf({ span, own }: Instruction): number {
  return span.start - own.span.start;
}

/** `span` of an instruction read by itself, in the file that it stands in from `offset` on. */
export function shift({ start, end }: Span, offset: number): Span {
  return { start: start + offset, end: end + offset };
}

/** Moves each part when it is asked for: an edit at the head of a long file moves thousands that nobody looks at. */
class PlacedInstruction implements Instruction {
  readonly own: Instruction;
  readonly docComments: readonly string[];
  readonly #place: Place;
  #keywordSpan: Span | undefined;
  #span: Span | undefined;
  #flags: readonly Flag[] | undefined;
  #words: readonly Word[] | undefined;
  #heredocs: readonly Heredoc[] | undefined;
  #body: JoinedText | undefined;
  #trigger: Instruction | undefined;

  constructor(own: Instruction, place: Place, docComments: readonly string[]) {
    this.own = own;
    this.docComments = docComments;
    this.#place = place;
  }

  get source(): string {
    return this.own.source;
  }

  get keyword(): string {
    return this.own.keyword;
  }

  get keywordText(): string {
    return this.own.keywordText;
  }

  get json(): boolean {
    return this.own.json;
  }

  get stage(): number | undefined {
    return this.#place.stage;
  }

  get startLine(): number {
    return this.own.startLine + this.#place.line;
  }

  get endLine(): number {
    return this.own.endLine + this.#place.line;
  }

  get blankLines(): readonly number[] {
    return this.own.blankLines.map((line) => line + this.#place.line);
  }

  get keywordSpan(): Span {
    this.#keywordSpan ??= this.#shift(this.own.keywordSpan);
    return this.#keywordSpan;
  }

  get span(): Span {
    this.#span ??= this.#shift(this.own.span);
    return this.#span;
  }

  get flags(): readonly Flag[] {
    this.#flags ??= this.own.flags.map((flag) => ({
      ...flag,
      span: this.#shift(flag.span),
      nameSpan: this.#shift(flag.nameSpan),
      ...(flag.valueSpan && { valueSpan: this.#shift(flag.valueSpan) }),
    }));
    return this.#flags;
  }

  get words(): readonly Word[] {
    this.#words ??= this.own.words.map(({ value, span }) => ({ value, span: this.#shift(span) }));
    return this.#words;
  }

  get heredocs(): readonly Heredoc[] {
    this.#heredocs ??= this.own.heredocs.map((heredoc) => ({ ...heredoc, bodySpan: this.#shift(heredoc.bodySpan) }));
    return this.#heredocs;
  }

  get body(): JoinedText {
    const { text, offsetAt } = this.own.body;
    this.#body ??= { text, offsetAt: (index) => offsetAt(index) + this.#place.offset };
    return this.#body;
  }

  get trigger(): Instruction | undefined {
    if (this.own.trigger) this.#trigger ??= new PlacedInstruction(this.own.trigger, this.#place, this.docComments);
    return this.#trigger;
  }

  get error(): ParseError | undefined {
    const { error } = this.own;
    return error && { ...error, span: this.#shift(error.span) };
  }

  #shift(span: Span): Span {
    return shift(span, this.#place.offset);
  }
}
