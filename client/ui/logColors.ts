/**
 * Colours lines of a log for a terminal by the level they name, and dims the engine's timestamps.
 * Lines that bring colours of their own are left alone.
 */
export function logColors(): (chunk: string) => string {
  /** Whether the last chunk ended inside a line: the rest of that line is passed on as it comes. */
  let inside = false;
  return (chunk) => {
    const parts = chunk.split(/(\r\n|\r|\n)/);
    let out = '';
    for (let index = 0; index < parts.length; index += 2) {
      const text = parts[index] ?? '';
      const ending = parts[index + 1];
      out += inside || ending === undefined ? text : color(text);
      if (ending !== undefined) out += ending === '\n' ? '\r\n' : ending;
      inside = ending === undefined && (inside || text !== '');
      if (ending !== undefined) inside = false;
    }
    return out;
  };
}

const colorStart = '\u001b[';
const levels: readonly (readonly [pattern: RegExp, code: string])[] = [
  [/\b(FATAL|PANIC|CRITICAL|ERROR|ERR)\b|\blevel=(error|fatal|panic)\b|"level":"(error|fatal)"/, '31'],
  [/\b(WARNING|WARN|WRN)\b|\blevel=warn(ing)?\b|"level":"warn(ing)?"/, '33'],
  [/\b(DEBUG|DBG|TRACE|TRC)\b|\blevel=(debug|trace)\b|"level":"(debug|trace)"/, '2'],
];

function color(line: string): string {
  if (line.includes(colorStart)) return line;
  const stamp = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) /.exec(line)?.[0] ?? '';
  const text = line.slice(stamp.length);
  // The level stands near the start; a word deep inside a message says nothing of the message.
  const level = levels.find(([pattern]) => pattern.test(text.slice(0, 120)));
  return paint(stamp, '2') + (level === undefined ? text : paint(text, level[1]));
}

export function paint(text: string, code: string): string {
  return text === '' ? '' : `${colorStart}${code}m${text}${colorStart}0m`;
}
