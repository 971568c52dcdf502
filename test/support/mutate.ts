const pieces = [
  ...['\\', '`', '\n', '\r\n', '\r', ' ', '\t', '"', "'", '$', '${', '}', ':-', '[', ']', ',', '<<', '<<-EOF', '#'],
  ...['# escape=`\n', '--', '=', 'ONBUILD ', 'FROM a AS b\n', 'ENV a=$b ', 'COPY --from=', 'HEALTHCHECK CMD '],
  ...['RUN --mount=type=', '&& ', '| ', ';', '$(', '\ufeff', '\u00a0', '\u0085', 'à', '😀', '\ud800', '\0'],
];

/**
 * `text` with a few random edits: characters removed, characters that mean something put in, the end replaced by the end of
 * another of `sources`. `next` answers a random number below its argument.
 */
export function mutate(text: string, sources: readonly string[], next: (below: number) => number): string {
  let mutated = text;
  for (let edits = 1 + next(6); edits > 0; edits--) mutated = mutateOnce(mutated, sources, next);
  return mutated;
}

function mutateOnce(text: string, sources: readonly string[], next: (below: number) => number): string {
  const at = next(text.length + 1);
  switch (next(4)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + next(8));
    case 1: {
      const other = sources[next(sources.length)]!;
      return text.slice(0, at) + other.slice(next(other.length));
    }
    default:
      return text.slice(0, at) + pieces[next(pieces.length)]! + text.slice(at);
  }
}
