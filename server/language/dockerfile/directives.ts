import { skipSpace } from './characters.ts';
import type { Directive, Dockerfile, ParseError } from './dockerfile.ts';

const known = new Set(['syntax', 'escape', 'check']);

/** The parser directives at the head of a file. The first line that is none ends them for good. Source: directives.go. */
export class Directives {
  readonly found: Directive[];
  escape: '\\' | '`';
  error: ParseError | undefined;
  #done: boolean;

  /** `file` is one whose head was read before; without, the directives are still to come. */
  constructor(file?: Pick<Dockerfile, 'directives' | 'escape'>) {
    this.found = [...(file?.directives ?? [])];
    this.escape = file?.escape ?? '\\';
    this.#done = file !== undefined;
  }

  /** Told of every line that is no comment. */
  end(): void {
    this.#done = true;
  }

  /** Whether the comment from `start` (its `#`) to `end` is a directive. */
  read(text: string, start: number, end: number): boolean {
    if (this.#done) return false;
    const nameStart = skipSpace(text, start + 1, end);
    const line = text.slice(nameStart, end);
    const [head, written, blanks] = /^([a-zA-Z][a-zA-Z0-9]*)[\t\f\r ]*=([\t\f\r ]*)/.exec(line) ?? ['', '', ''];
    const name = written.toLowerCase();
    const rest = line.slice(head.length);
    // Where nothing but blanks follows, the last of them is the value.
    const value = rest === '' ? blanks.slice(-1) : trimBlanks(rest);
    if (!known.has(name) || value === '') {
      this.#done = true;
      return false;
    }
    const nameEnd = nameStart + name.length;
    const valueStart = nameStart + head.length - (rest === '' ? 1 : 0);
    const valueSpan = { start: valueStart, end: valueStart + value.length };
    const directive: Directive = {
      name,
      value,
      span: { start, end: valueSpan.end },
      nameSpan: { start: nameStart, end: nameEnd },
      valueSpan,
    };
    if (this.found.some((other) => other.name === name)) {
      this.error ??= {
        code: 'DuplicateDirective',
        message: `A file can have one "${name}" directive; this is the second.`,
        span: directive.span,
      };
    } else if (name === 'escape') {
      if (value === '\\' || value === '`') this.escape = value;
      else {
        const message = `The escape character can be \\ or \`, and nothing may follow it; this is "${value}".`;
        this.error ??= { code: 'InvalidEscape', message, span: valueSpan };
      }
    }
    this.found.push(directive);
    return true;
  }
}

/** Without blanks at the end; only those of ASCII count here. */
function trimBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && '\t\f\r '.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}
