import { type FoldingRange, FoldingRangeKind } from 'vscode-languageserver-types';
import type { Comment, Dockerfile, Span } from './dockerfile/dockerfile.ts';
import { positionAt } from './position.ts';

/** Stages, instructions of several lines, heredocs and blocks of comments, as whole lines. */
export function foldingRanges(dockerfile: Dockerfile): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  const fold = (span: Span, kind?: FoldingRangeKind): void => {
    const startLine = positionAt(dockerfile, span.start).line;
    const endLine = positionAt(dockerfile, span.end).line;
    if (endLine > startLine) ranges.push({ startLine, endLine, ...(kind !== undefined && { kind }) });
  };
  for (const { span } of dockerfile.stages) fold(span);
  for (const { span, heredocs, keyword } of dockerfile.instructions) {
    // A stage of one instruction folds as the stage.
    if (keyword !== 'FROM') fold(span);
    // The first heredoc folds with its instruction; more than one fold one by one.
    for (const { bodySpan } of heredocs.slice(1)) fold({ start: bodySpan.start - 1, end: bodySpan.end });
  }
  for (const span of commentBlocks(dockerfile)) fold(span, FoldingRangeKind.Comment);
  return ranges;
}

/** Comments on lines that follow one another directly. */
function commentBlocks(dockerfile: Dockerfile): readonly Span[] {
  const blocks: Span[] = [];
  let last: { readonly start: number; readonly comment: Comment; readonly line: number } | undefined;
  for (const comment of dockerfile.comments) {
    const { line } = positionAt(dockerfile, comment.span.start);
    if (last !== undefined && line === last.line + 1) {
      last = { start: last.start, comment, line };
      continue;
    }
    if (last !== undefined) blocks.push({ start: last.start, end: last.comment.span.end });
    last = { start: comment.span.start, comment, line };
  }
  if (last !== undefined) blocks.push({ start: last.start, end: last.comment.span.end });
  return blocks;
}
