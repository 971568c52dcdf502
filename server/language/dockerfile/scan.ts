import { skipSpace, trimSpaceEnd } from './characters.ts';
import { Directives } from './directives.ts';
import type { Comment, JoinedText, ParseError, Span } from './dockerfile.ts';
import { joinPieces } from './joinedText.ts';

/** The longest line that BuildKit reads, in bytes of UTF-8 without its line feed (Go's bufio.MaxScanTokenSize). */
const maxLineBytes = 65_535;

/** One instruction's lines, continuations joined and comments dropped. */
export interface LogicalLine {
  /** Its offsets count from the instruction's start. */
  readonly text: JoinedText;
  /** Of its first character in the file. */
  readonly start: number;
  /** From 0. */
  readonly startLine: number;
  readonly docComments: readonly string[];
  /** Counted from the instruction's first line. */
  readonly blankLines: readonly number[];
}

export interface HeredocBody {
  readonly content: string;
  readonly span: Span;
}

/** Where reading can begin: directly behind an instruction, whose file had these directives. */
export interface ScanStart {
  readonly offset: number;
  /** From 0. */
  readonly line: number;
  readonly directives: Directives;
}

/**
 * Splits a file into instructions, and reads heredoc bodies between them. Only `\n` ends a line here, trailing `\r` are
 * dropped. Source: Parse, processLine and trimContinuationCharacter in BuildKit's parser.go.
 */
export class Scanner {
  readonly text: string;
  readonly comments: Comment[] = [];
  readonly directives: Directives;
  error: ParseError | undefined;
  /** The number of lines read so far; so also the number, from 0, of the next one. */
  line: number;
  /** Where the text of the last line that was read begins and ends, without its line break. */
  #start = 0;
  #end = 0;
  #next: number;
  #docComments: string[] = [];
  /** Last offset of each line that could end a heredoc, made when the first one turns out to have no end. */
  #lastLines: { exact: Map<string, number>; chomped: Map<string, number> } | undefined;

  constructor(text: string, from?: ScanStart) {
    this.text = text;
    this.directives = from?.directives ?? new Directives();
    this.line = from?.line ?? 0;
    this.#next = from?.offset ?? (text.charCodeAt(0) === 0xfeff ? 1 : 0);
  }

  /** End of the last line that was read. */
  get end(): number {
    return this.#end;
  }

  /** Where the line behind it begins. */
  get nextLine(): number {
    return this.#next;
  }

  next(): LogicalLine | undefined {
    while (this.#readLine()) {
      const start = skipSpace(this.text, this.#start, this.#end);
      if (this.text.charCodeAt(start) === 0x23 && start < this.#end) {
        this.#readComment(start);
        continue;
      }
      this.directives.end();
      if (start === this.#end) continue;
      return this.#join(start);
    }
    return undefined;
  }

  /** Reads lines up to the one that is `name`. Where there is none it reads nothing and answers undefined. */
  heredocBody(name: string, chomp: boolean): HeredocBody | undefined {
    const bodyStart = this.#next;
    const mark = { start: this.#start, end: this.#end, next: this.#next, line: this.line };
    const lastLines = chomp ? this.#lastLines?.chomped : this.#lastLines?.exact;
    if (lastLines === undefined || (lastLines.get(name) ?? -1) >= bodyStart) {
      while (this.#readLine()) {
        let start = this.#start;
        if (chomp) while (start < this.#end && this.text.charCodeAt(start) === 0x09) start++;
        if (this.#end - start !== name.length || !this.text.startsWith(name, start)) continue;
        return { content: this.text.slice(bodyStart, this.#start), span: { start: bodyStart, end: this.#start } };
      }
    }
    this.#start = mark.start;
    this.#end = mark.end;
    this.#next = mark.next;
    this.line = mark.line;
    this.#lastLines ??= lastLinesOf(this.text);
    return undefined;
  }

  #readLine(): boolean {
    const { text } = this;
    if (this.#next >= text.length) return false;
    const feed = text.indexOf('\n', this.#next);
    const end = feed === -1 ? text.length : feed;
    const start = this.line === 0 ? 0 : this.#next; // the byte order mark counts
    if (end - start > maxLineBytes / 3 && utf8Bytes(text, start, end) > maxLineBytes) {
      const span = { start, end };
      this.error ??= { code: 'LineTooLong', message: `A line can have at most ${maxLineBytes} bytes.`, span };
    }
    this.#start = this.#next;
    this.#next = feed === -1 ? text.length : feed + 1;
    this.#end = trimReturns(text, this.#start, end);
    this.line++;
    return true;
  }

  #readComment(start: number): void {
    const comment = this.#addComment(start);
    if (this.directives.read(this.text, start, this.#end)) return;
    // BuildKit cuts off the first character of the line, which in an indented comment is not the `#`.
    if (start > this.#start) this.#docComments.push(this.text.slice(start, trimSpaceEnd(this.text, start, this.#end)));
    else if (comment.text === '') this.#docComments = [];
    else this.#docComments.push(comment.text);
  }

  #addComment(start: number): Comment {
    const from = skipSpace(this.text, start + 1, this.#end);
    const text = this.text.slice(from, trimSpaceEnd(this.text, from, this.#end));
    const comment = { span: { start, end: this.#end }, text };
    this.comments.push(comment);
    return comment;
  }

  #join(start: number): LogicalLine {
    const startLine = this.line - 1;
    const blankLines: number[] = [];
    let escapeAt = this.#continuation(start);
    let text = this.text.slice(start, escapeAt ?? this.#end);
    const starts = [0];
    const offsets = [0];
    while (escapeAt !== undefined && this.#readLine()) {
      const first = skipSpace(this.text, this.#start, this.#end);
      if (first === this.#end) blankLines.push(this.line - 1 - startLine);
      else if (this.text.charCodeAt(first) === 0x23) this.#addComment(first);
      else {
        escapeAt = this.#continuation(this.#start);
        const piece = this.text.slice(this.#start, escapeAt ?? this.#end);
        if (piece === '') continue;
        starts.push(text.length);
        offsets.push(this.#start - start);
        text += piece;
      }
    }
    const docComments = this.#docComments;
    this.#docComments = [];
    return { text: joinPieces(text, starts, offsets), start, startLine, docComments, blankLines };
  }

  /**
   * Offset of the escape character that continues the line onto the next one. A doubled one never does, and neither does a
   * tripled one: BuildKit looks at one character before it only.
   */
  #continuation(start: number): number | undefined {
    const { escape: escapeToken } = this.directives;
    let last = this.#end - 1;
    while (last > start && (this.text[last] === ' ' || this.text[last] === '\t')) last--;
    if (last < start || this.text[last] !== escapeToken) return undefined;
    return last > start && this.text[last - 1] === escapeToken ? undefined : last;
  }
}

function lastLinesOf(text: string): { exact: Map<string, number>; chomped: Map<string, number> } {
  const exact = new Map<string, number>();
  const chomped = new Map<string, number>();
  let start = 0;
  for (const raw of text.split('\n')) {
    const line = raw.slice(0, trimReturns(raw, 0, raw.length));
    exact.set(line, start);
    chomped.set(line.replace(/^\t+/, ''), start);
    start += raw.length + 1;
  }
  return { exact, chomped };
}

function trimReturns(text: string, start: number, end: number): number {
  let index = end;
  while (index > start && text.charCodeAt(index - 1) === 0x0d) index--;
  return index;
}

function utf8Bytes(text: string, start: number, end: number): number {
  let bytes = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code >= 0xd800 && code <= 0xdfff ? 2 : 3;
  }
  return bytes;
}
