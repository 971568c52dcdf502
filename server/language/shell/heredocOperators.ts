/** `<<EOF`, `3<<-"EOF"` in a shell command. */
export interface HeredocOperator {
  /** Of `<<`. */
  readonly start: number;
  /** Behind `<<` or `<<-`. */
  readonly end: number;
  /** Behind the name. */
  readonly nameEnd: number;
  /** The simple command that reads it, bodies aside. */
  readonly command: { readonly start: number; readonly end: number };
  /** The lines of its body with the closing one; undefined where the text ends before. */
  readonly body?: { readonly start: number; readonly end: number };
}

/** The heredocs of a shell script, in order, other than those inside double quotes (`"$(cat <<EOF …)"`). */
export function heredocOperators(text: string): readonly HeredocOperator[] {
  return text.includes('<<') ? new HeredocScanner(text).scan() : [];
}

/** The words of the command that reads a heredoc: `bash -e` of `<<EOF bash -e > log` and of `bash -e <<EOF`. */
export function readerWords(text: string, { start, nameEnd, command }: HeredocOperator): readonly string[] {
  const written = `${text.slice(command.start, start)} ${text.slice(nameEnd, command.end)}`;
  const words: string[] = [];
  let target = false;
  for (const word of written.trim().split(/\s+/)) {
    const redirection = /^(?:\d*[<>]|&>)[<>&|]?/.exec(word);
    if (!redirection && !target) words.push(word);
    target = redirection?.[0] === word;
  }
  return words;
}

type Writable = { -readonly [Key in keyof HeredocOperator]: HeredocOperator[Key] };

class HeredocScanner {
  readonly #text: string;
  readonly #found: Writable[] = [];
  /** Those of the line at hand, whose bodies begin behind it. */
  #waiting: { readonly operator: Writable; readonly name: string; readonly chomp: boolean }[] = [];
  #at = 0;
  #commandStart = 0;
  /** Those of the command at hand. */
  #reading: Writable[] = [];
  /** Where the last `((1 << 2))` can end. */
  readonly #lastArithmetic: number;

  constructor(text: string) {
    this.#text = text;
    this.#lastArithmetic = text.lastIndexOf('))');
  }

  scan(): readonly HeredocOperator[] {
    const text = this.#text;
    while (this.#at < text.length) {
      const ch = text[this.#at]!;
      if (ch === '\\') this.#at += 2;
      else if (ch === "'") this.#at = behind(text, "'", this.#at + 1);
      else if (ch === '"') this.#at = behindDoubleQuote(text, this.#at + 1);
      else if (ch === '#' && isBlank(text[this.#at - 1])) this.#at = lineEnd(text, this.#at);
      else if (this.#at < this.#lastArithmetic && text.startsWith('((', this.#at))
        this.#at = behind(text, '))', this.#at + 2);
      else if (text.startsWith('<<<', this.#at)) this.#at += 3;
      else if (text.startsWith('<<', this.#at)) this.#operator();
      else if (ch === '\n') this.#lineBreak();
      else {
        this.#at++;
        const redirects = ch === '&' && (text[this.#at] === '>' || /[<>]/.test(text[this.#at - 2] ?? ''));
        if (';&|(){}'.includes(ch) && !redirects) this.#endCommand(this.#at - 1);
      }
    }
    this.#endCommand(text.length);
    return this.#found;
  }

  #endCommand(end: number): void {
    for (const operator of this.#reading) operator.command = { start: operator.command.start, end };
    this.#reading = [];
    this.#commandStart = this.#at;
  }

  #operator(): void {
    const text = this.#text;
    const start = this.#at;
    const chomp = text[start + 2] === '-';
    const end = start + (chomp ? 3 : 2);
    let at = end;
    while (text[at] === ' ' || text[at] === '\t') at++;
    let name = '';
    while (at < text.length && !/[\s;&|<>()]/.test(text[at]!)) {
      const ch = text[at]!;
      const close = ch === "'" || ch === '"' ? text.indexOf(ch, at + 1) : -1;
      if (close > 0) name += text.slice(at + 1, close);
      else if (ch === '\\') name += text[at + 1] ?? '';
      else name += ch;
      at = close > 0 ? close + 1 : at + (ch === '\\' ? 2 : 1);
    }
    this.#at = Math.min(at, text.length);
    const command = { start: this.#commandStart, end: this.#at };
    const operator = { start, end, nameEnd: this.#at, command };
    this.#found.push(operator);
    this.#reading.push(operator);
    this.#waiting.push({ operator, name, chomp });
  }

  #lineBreak(): void {
    const text = this.#text;
    this.#endCommand(this.#at++);
    for (const { operator, name, chomp } of this.#waiting) {
      const start = this.#at;
      let closed = false;
      while (!closed && this.#at < text.length) {
        const end = lineEnd(text, this.#at);
        const line = text.slice(this.#at, end).replace(/\r$/, '');
        closed = (chomp ? line.replace(/^\t+/, '') : line) === name;
        this.#at = Math.min(end + 1, text.length);
      }
      operator.body = { start, end: this.#at };
    }
    this.#waiting = [];
    this.#commandStart = this.#at;
  }
}

function isBlank(ch: string | undefined): boolean {
  return ch === undefined || /[\s;&|(]/.test(ch);
}

function lineEnd(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  return feed === -1 ? text.length : feed;
}

function behind(text: string, token: string, from: number): number {
  const at = text.indexOf(token, from);
  return at === -1 ? text.length : at + token.length;
}

function behindDoubleQuote(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, text.length);
}

/**
 * The same script without bodies, at the same offsets: `cat <<-EOF > x` becomes `cat <  EOF > x`. The bodies of what BuildKit
 * takes for heredocs are not in the command's text, and those of the others would be read less exactly than the commands.
 */
export function withoutHeredocs(text: string, operators: readonly HeredocOperator[]): string {
  const hidden = operators.flatMap(({ start, end, body }) => [{ start: start + 1, end }, body ?? []].flat());
  let result = '';
  let at = 0;
  for (const { start, end } of hidden.sort((a, b) => a.start - b.start)) {
    result += text.slice(at, start) + ' '.repeat(end - start);
    at = end;
  }
  return result + text.slice(at);
}
