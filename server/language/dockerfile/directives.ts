import { trimSpaceEnd } from './characters.ts';
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
    const line = text.slice(start, trimSpaceEnd(text, start, end));
    const match = /^(#\s*)([a-zA-Z][a-zA-Z0-9]*)([\t\f\r ]*=[\t\f\r ]*)([^\n]+)$/.exec(line);
    const name = match?.[2]?.toLowerCase() ?? '';
    if (match === null || !known.has(name)) {
      this.#done = true;
      return false;
    }
    const nameStart = start + match[1]!.length;
    const nameEnd = nameStart + name.length;
    const value = match[4]!;
    const valueStart = nameEnd + match[3]!.length;
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
