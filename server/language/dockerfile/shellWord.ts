import { isSpace } from './characters.ts';
import { parsePattern, replace, reversed, type ShellPattern, trim } from './shellPattern.ts';

/** How a word is read. Source: the fields of Lex in BuildKit's frontend/dockerfile/shell/lex.go. */
export interface ShellWordOptions {
  readonly escapeToken: string;
  /** The value of a variable; undefined when it is not set. Without it `${name:?}` is no error. */
  readonly get?: (name: string) => string | undefined;
  readonly rawQuotes?: boolean;
  readonly rawEscapes?: boolean;
  /** Quotes are ordinary characters: heredoc bodies. */
  readonly skipQuotes?: boolean;
  /** Variables that are not set stay as written. */
  readonly keepUnset?: boolean;
  /** Fill {@link ShellWordResult.words}. */
  readonly split?: boolean;
}

/** A variable where it is used: `${name:-word}`. Positions are indexes into the text that was read. */
export interface ShellVariable {
  readonly name: string;
  /** `$name` or `${…}` as a whole. */
  readonly start: number;
  readonly end: number;
  readonly nameStart: number;
  /** `:-`, `:+`, `:?`, `-`, `+`, `?`, `#`, `##`, `%`, `%%`, `/` or `//`; undefined for a plain use. */
  readonly modifier?: string;
  /** Its value, or undefined when it is not set. */
  readonly value: string | undefined;
}

export interface ShellWordResult {
  readonly text: string;
  /** `text` split at blanks that were not quoted; empty unless `split` was asked for. */
  readonly words: readonly string[];
  /** In the order in which they end: those inside a default come before the variable they belong to. */
  readonly variables: readonly ShellVariable[];
  /** Why BuildKit refuses the word, in our words; `text` and `words` are then empty. */
  readonly error?: string;
  /** What kind of error: a quote without end, or `${name:word}`, which other tools replace by something. */
  readonly errorKind?: 'quote' | 'placeholder' | 'other';
}

/** Substitutions nested deeper than this are refused, so that hostile text cannot exhaust the stack. */
const maxDepth = 200;

/**
 * Reads quotes, escapes and variables as BuildKit does for the arguments it expands itself. A small imitation of a shell:
 * no command substitution, no arithmetic. Source: BuildKit's frontend/dockerfile/shell/lex.go.
 */
export function readShellWord(text: string, options: ShellWordOptions): ShellWordResult {
  if (!options.split && !/[$'"\\`\ufeff]/.test(text)) return { text, words: [], variables: [] };
  const reader = new Reader(text, options);
  try {
    const { text: result, words } = reader.read(undefined, options.rawEscapes ?? false);
    return { text: result, words, variables: reader.variables };
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    return { text: '', words: [], variables: reader.variables, error: error.message, errorKind: error.kind };
  }
}

class ShellSyntaxError extends Error {
  readonly kind: 'quote' | 'placeholder' | 'other';

  constructor(message: string, kind: 'quote' | 'placeholder' | 'other' = 'other') {
    super(message);
    this.kind = kind;
  }
}

/** The word that is being read: one buffer for all levels, so a `${x:-…}` makes BuildKit forget what came before it in its word. */
interface WordBuffer {
  word: string;
}

class Words {
  readonly #buffer: WordBuffer;
  readonly #words: string[] = [];

  constructor(buffer: WordBuffer) {
    this.#buffer = buffer;
    buffer.word = '';
  }

  add(text: string): void {
    for (let index = 0; index < text.length; index++) {
      if (!isSpace(text.charCodeAt(index))) this.#buffer.word += text[index];
      else this.#flush();
    }
  }

  addRaw(text: string): void {
    this.#buffer.word += text;
  }

  done(): readonly string[] {
    this.#flush();
    return this.#words;
  }

  #flush(): void {
    if (this.#buffer.word !== '') this.#words.push(this.#buffer.word);
    this.#buffer.word = '';
  }
}

class Reader {
  readonly variables: ShellVariable[] = [];
  readonly #text: string;
  readonly #options: ShellWordOptions;
  readonly #word: WordBuffer = { word: '' };
  #rawEscapes = false;
  #at: number;
  #depth = 0;

  constructor(text: string, options: ShellWordOptions) {
    this.#text = text;
    this.#options = options;
    this.#at = text.startsWith('\ufeff') ? 1 : 0; // Go's text/scanner drops it
  }

  /** Reads up to and over `stop`, or to the end without one. */
  read(stop: string | undefined, rawEscapes: boolean): { text: string; words: readonly string[] } {
    if (++this.#depth > maxDepth) throw new ShellSyntaxError('Substitutions are nested too deeply.');
    const outer = this.#rawEscapes;
    this.#rawEscapes = rawEscapes;
    let text = '';
    const words = this.#options.split ? new Words(this.#word) : undefined;
    while (this.#at < this.#text.length) {
      const ch = this.#text[this.#at]!;
      if (ch === stop) {
        this.#at++;
        this.#rawEscapes = outer;
        this.#depth--;
        return { text, words: words?.done() ?? [] };
      }
      if (ch === '$') {
        const value = this.#readDollar();
        text += value;
        words?.add(value);
      } else if (ch === '<' || (!this.#options.skipQuotes && (ch === '"' || ch === "'"))) {
        const raw = ch === '"' ? this.#readDouble() : ch === "'" ? this.#readSingle() : this.#readLess();
        text += raw;
        words?.addRaw(raw);
      } else if (ch === this.#options.escapeToken) {
        this.#at++;
        const escaped = this.#take();
        const raw = this.#rawEscapes ? ch + escaped : escaped;
        text += raw;
        words?.addRaw(raw);
      } else {
        const run = this.#takeOrdinary(stop);
        text += run;
        words?.add(run);
      }
    }
    if (stop !== undefined) throw new ShellSyntaxError(`A "\${" has no closing "${stop}".`);
    return { text, words: words?.done() ?? [] };
  }

  /** What comes before the next character that could mean something, at least one character. */
  #takeOrdinary(stop: string | undefined): string {
    const start = this.#at++;
    while (this.#at < this.#text.length) {
      const ch = this.#text[this.#at]!;
      if (ch === '$' || ch === '"' || ch === "'" || ch === '<' || ch === '\\' || ch === '`' || ch === stop) break;
      this.#at++;
    }
    return this.#text.slice(start, this.#at);
  }

  /** The next character as a whole; empty at the end. */
  #take(): string {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) return '';
    const ch = String.fromCodePoint(code);
    this.#at += ch.length;
    return ch;
  }

  #readSingle(): string {
    const start = this.#at;
    const end = this.#text.indexOf("'", start + 1);
    if (end === -1) throw new ShellSyntaxError('A single quote is not closed.', 'quote');
    this.#at = end + 1;
    return this.#options.rawQuotes ? this.#text.slice(start, end + 1) : this.#text.slice(start + 1, end);
  }

  #readDouble(): string {
    const { escapeToken, rawQuotes } = this.#options;
    let result = rawQuotes ? '"' : '';
    this.#at++;
    while (this.#at < this.#text.length) {
      let ch = this.#text[this.#at]!;
      if (ch === '"') {
        this.#at++;
        return rawQuotes ? `${result}"` : result;
      }
      if (ch === '$') {
        result += this.#readDollar();
        continue;
      }
      this.#at++;
      if (ch === escapeToken) {
        if (this.#rawEscapes) result += ch;
        const next = this.#text[this.#at];
        if (next === undefined) continue;
        if (next === '"' || next === '$' || next === escapeToken) {
          ch = next;
          this.#at++;
        }
      }
      result += ch;
    }
    throw new ShellSyntaxError('A double quote is not closed.', 'quote');
  }

  /** `<<` keeps the blanks behind it, so that `<< EOF` is one word. */
  #readLess(): string {
    const start = this.#at++;
    if (this.#text[this.#at] !== '<') return '<';
    this.#at++;
    while (/^[ \t\r\n]$/.test(this.#text[this.#at] ?? '')) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #readDollar(): string {
    const start = this.#at++;
    if (this.#text[this.#at] !== '{') {
      const nameStart = this.#at;
      const name = this.#readName();
      if (name === '') return '$';
      const value = this.#use({ name, start, end: this.#at, nameStart });
      return value ?? (this.#options.keepUnset ? `$${name}` : '');
    }
    this.#at++;
    const next = this.#text[this.#at];
    if (next === undefined) throw new ShellSyntaxError('A "${" is not closed.');
    if (next === '{' || next === '}' || next === ':') throw new ShellSyntaxError('A "${" has no variable name.');
    const nameStart = this.#at;
    const name = this.#readName();
    return this.#readModifier(name, start, nameStart);
  }

  #readModifier(name: string, start: number, nameStart: number): string {
    let operator = this.#take();
    if (operator === '}') {
      const value = this.#use({ name, start, end: this.#at, nameStart });
      return value ?? (this.#options.keepUnset ? `\${${name}}` : '');
    }
    if (operator === '/') return this.#readReplacement(name, start, nameStart);
    const colon = operator === ':';
    if (colon) operator = this.#take();
    else if (!'+-?#%'.includes(operator) || operator === '') throw unsupported(operator);
    const trims = operator === '#' || operator === '%';
    if (colon && trims) throw unsupported(`:${operator}`);
    const word = this.read('}', trims).text;
    const longest = trims && word[0] === operator;
    const modifier = `${colon ? ':' : ''}${operator}${longest ? operator : ''}`;
    const value = this.#use({ name, start, end: this.#at, nameStart, modifier });
    if (value === undefined && this.#options.keepUnset) return `\${${name}${colon ? ':' : ''}${operator}${word}}`;
    const empty = value === undefined || (colon && value === '');
    switch (operator) {
      case '-':
        return empty ? word : value;
      case '+':
        return empty ? '' : word;
      case '?':
        if (empty && this.#options.get)
          throw new ShellSyntaxError(`${name}: ${word === '' ? 'has to have a value' : word}`);
        return value ?? '';
      case '#':
      case '%': {
        const pattern = longest ? word.slice(1) : word;
        return trim(value ?? '', this.#pattern(operator === '%' ? reversed(pattern) : pattern), operator, longest);
      }
      default:
        throw unsupported(`${colon ? ':' : ''}${operator}`);
    }
  }

  #readReplacement(name: string, start: number, nameStart: number): string {
    const all = this.#text[this.#at] === '/';
    if (all) this.#at++;
    const pattern = this.read('/', true).text;
    const replacement = this.read('}', true).text;
    const value = this.#use({ name, start, end: this.#at, nameStart, modifier: all ? '//' : '/' });
    if (value === undefined && this.#options.keepUnset) return `\${${name}/${pattern}/${replacement}}`;
    return replace(value ?? '', this.#pattern(pattern), replacement, all);
  }

  #pattern(text: string): ShellPattern {
    const pattern = parsePattern(text);
    if (pattern === undefined) throw new ShellSyntaxError(`"${text}" escapes a character that needs no escape.`);
    return pattern;
  }

  #use(variable: Omit<ShellVariable, 'value'>): string | undefined {
    const value = this.#options.get?.(variable.name);
    this.variables.push({ ...variable, value });
    return value;
  }

  /** Letters, digits and `_`; only digits after a digit; or one special parameter. */
  #readName(): string {
    const pattern = /\p{Nd}+|[@*#?$!-]|[\p{L}_][\p{L}\p{Nd}_]*/uy;
    pattern.lastIndex = this.#at;
    const name = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += name.length;
    return name;
  }
}

function unsupported(operator: string): ShellSyntaxError {
  if (operator === '') return new ShellSyntaxError('A "${" is not closed.');
  const kind = /^:\w$/.test(operator) ? 'placeholder' : 'other';
  return new ShellSyntaxError(`"\${…${operator}…}" is not a substitution that a Dockerfile can use.`, kind);
}
