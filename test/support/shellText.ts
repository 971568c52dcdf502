import type { Span } from '../../server/language/dockerfile/dockerfile.ts';
import type { ShellNode, ShellRedirect, ShellScript, ShellWord } from '../../server/language/shell/script.ts';

/**
 * A script on one line: `list(a b ;; c)`. Words as the shell sees them, in « » with blanks, `~` before dynamic ones, with what runs
 * in them behind. `slice` also shows what their spans cover, where that is not the word itself: `apt‹a\↵pt›`.
 */
export function shellText({ root }: ShellScript, source?: string): string {
  return nodeText(root, (span) => source?.slice(span.start, span.end));
}

type Slice = (span: Span) => string | undefined;

function nodeText(node: ShellNode, slice: Slice): string {
  switch (node.kind) {
    case 'command': {
      const assignments = node.assignments.map(({ name, value }) => `${name}=${value ? wordText(value, slice) : ''}`);
      const words = node.words.map((word) => wordText(word, slice));
      return [...assignments, ...words, ...node.redirects.map((each) => redirectText(each, slice))].join(' ');
    }
    case 'pipeline':
      return `(${node.parts.map((part) => nodeText(part, slice)).join(' | ')})`;
    case 'list':
      return `(${node.parts
        .map((part, index) => {
          const operator = node.operators[index - 1];
          return operator ? `${operator.text} ${nodeText(part, slice)}` : nodeText(part, slice);
        })
        .join(' ')})`;
    case 'compound': {
      const parts = node.parts.map((part) => nodeText(part, slice)).join(', ');
      return [`${node.form}{${parts}}`, ...node.redirects.map((each) => redirectText(each, slice))].join(' ');
    }
  }
}

function wordText({ text, dynamic, substitutions, span }: ShellWord, slice: Slice): string {
  const written = slice(span);
  const shown = /\s|^$/.test(text) ? `«${text}»` : text;
  const runs = substitutions.map((node) => `[${nodeText(node, slice)}]`).join('');
  const covers = written === undefined || written === text ? '' : `‹${written.replaceAll('\n', '↵')}›`;
  return `${dynamic ? '~' : ''}${shown}${covers}${runs}`;
}

function redirectText({ operator, target }: ShellRedirect, slice: Slice): string {
  return `${operator}${target ? wordText(target, slice) : ''}`;
}
