import type { Log } from '../host.ts';
import { lineStartsOf } from '../position.ts';
import type { Dockerfile } from './dockerfile.ts';
import { parse } from './parse.ts';

/**
 * {@link parse} for the edge of the language service: should it ever throw, the log gets the text's hash, never the text, and
 * the Dockerfile is an empty one with that as its one error.
 */
export function parseSafely(text: string, log: Log, previous?: Dockerfile, read = parse): Dockerfile {
  try {
    return read(text, previous);
  } catch (error) {
    log.error('dockerfile: parser failed', {
      hash: fnv1a(text),
      length: text.length,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return {
      text,
      lineStarts: lineStartsOf(text),
      escape: '\\',
      directives: [],
      comments: [],
      instructions: [],
      stages: [],
      error: {
        code: 'ParserFailed',
        message: `Gantry could not read this file. Its log has the details under ${fnv1a(text)}; please report it.`,
        span: { start: 0, end: 0 },
      },
    };
  }
}

/** 32-bit FNV-1a over UTF-16 code units, as eight hexadecimal digits: names a text without showing it. */
export function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
