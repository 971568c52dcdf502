import { spanOf } from '../dockerfile/characters.ts';
import type { Flag, Span } from '../dockerfile/dockerfile.ts';
import { valueText } from '../dockerfile/variables.ts';

/** One `key=value` of a `--mount`. */
export interface MountOption {
  /** Lower case. */
  readonly key: string;
  /** Undefined without `=`. */
  readonly value: string | undefined;
  readonly span: Span;
}

/** The options of a mount, which is one line of CSV; undefined where its quotes do not fit. Source: parseMount in BuildKit. */
export function mountOptions(document: string, flag: Flag): readonly MountOption[] | undefined {
  const text = valueText(document, flag);
  if (text === undefined) return [];
  const options: MountOption[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (let more = true; more; ) {
    const start = field.lastIndex;
    const match = field.exec(text.text);
    if (match === null) return undefined;
    const written = match[1]?.replaceAll('""', '"') ?? match[2]!;
    const equals = written.indexOf('=');
    options.push({
      key: (equals === -1 ? written : written.slice(0, equals)).toLowerCase(),
      value: equals === -1 ? undefined : written.slice(equals + 1),
      span: spanOf(text, start, start + match[0].length - match[3]!.length),
    });
    more = match[3] === ',';
  }
  return options;
}
