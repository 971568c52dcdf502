import type { Span } from '../dockerfile/dockerfile.ts';

/** What there is to say about a place, in Markdown, and the place it is about. */
export interface Explanation {
  readonly markdown: string;
  readonly span: Span;
}

export function contains({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}
