import type { Fix } from '../diagnostics/rule.ts';
import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';

/** MAINTAINER takes its text as it is; in a label quotes, variables and the escape character would count. */
export function maintainerToLabel(
  { escape: escapeToken }: Dockerfile,
  { keyword, keywordText, words, span }: Instruction,
): Fix | undefined {
  const [name] = words;
  if (keyword !== 'MAINTAINER' || !name) return undefined;
  const bare = /^(["'])([^"']*)\1$/.exec(name.value)?.[2] ?? name.value;
  const quoted = [...bare]
    .map((ch) => (ch === '"' || ch === '$' || ch === escapeToken ? escapeToken + ch : ch))
    .join('');
  const label = keywordText === keyword ? 'LABEL' : 'label';
  const text = `${label} org.opencontainers.image.authors="${quoted}"`;
  const edit = { span: { start: span.start, end: name.span.end }, text };
  return { title: 'Use LABEL instead', edits: [edit], safe: true };
}
