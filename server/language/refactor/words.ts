/** Commands that exist in a shell only: run without one they fail. */
const builtins = new Set(
  'alias bg break cd command continue eval exec exit export fg hash jobs local read readonly return set shift source trap type ulimit umask unalias unset wait . :'.split(
    ' ',
  ),
);

/**
 * The words of a command that a shell would do nothing to but split it and take its quotes away; undefined where it would:
 * variables, patterns, operators, assignments, commands of its own.
 */
export function plainWords(command: string): readonly string[] | undefined {
  const words: string[] = [];
  const piece = /([\t\n\r ]+)|'([^']*)'|"([^"$`\\]*)"|([\w./:=@%+,^-]+)/y;
  let word: string | undefined;
  for (piece.lastIndex = 0; piece.lastIndex < command.length; ) {
    const match = piece.exec(command);
    if (match === null) return undefined;
    const [, blanks, single, double, bare] = match;
    if (blanks === undefined) word = (word ?? '') + (single ?? double ?? bare ?? '');
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  const [program] = words;
  if (program === undefined || program === '' || builtins.has(program)) return undefined;
  return /^\s*\w+=/.test(command) || isReserved(program) ? undefined : words;
}

function isReserved(word: string): boolean {
  return /^(?:if|then|else|elif|fi|for|while|until|do|done|case|esac|function|time|select|in)$/.test(word);
}

/** The command that a shell splits into just these words; undefined where that cannot be written in one line. */
export function quotedCommand(words: readonly string[]): string | undefined {
  if (words.length === 0 || words.some((word) => /[\n\r\0]/.test(word))) return undefined;
  const [program, ...rest] = words;
  const first = /^[\w./:@%+,-]+$/.test(program!) && !isReserved(program!) ? program! : quoted(program!);
  return [first, ...rest.map((word) => (/^[\w./:=@%+,^-]+$/.test(word) ? word : quoted(word)))].join(' ');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
