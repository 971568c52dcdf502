/** Which of a repository's tags a person means by a pattern and an age. */
import { runInNewContext } from 'node:vm';
import * as l10n from '@vscode/l10n';
import type { TagRow } from '../../common/registry.ts';

/** Choosing takes no longer, whatever a regular expression does. */
const patternMs = 500;

/** Picks the names that fit. Throws when that takes too long. */
export type Pattern = (names: readonly string[]) => readonly string[];

/** `*` and `?` as in a shell; between slashes a regular expression; empty fits all. */
export function readPattern(text: string): { readonly pattern: Pattern } | { readonly wrong: string } {
  const trimmed = text.trim();
  const expression = /^\/(.*)\/(i?)$/.exec(trimmed);
  if (expression === null) {
    return { pattern: (names) => (trimmed === '' ? names : names.filter((name) => fitsGlob(trimmed, name))) };
  }
  const [, source = '', flags = ''] = expression;
  try {
    new RegExp(source, flags);
  } catch (error) {
    return { wrong: l10n.t('No regular expression: {0}', error instanceof Error ? error.message : String(error)) };
  }
  return {
    // An expression may try for years; in a context of its own it can be ended.
    pattern: (names) =>
      JSON.parse(
        String(
          runInNewContext(
            'JSON.stringify(JSON.parse(names).filter((name) => new RegExp(source, flags).test(name)))',
            { names: JSON.stringify(names), source, flags },
            { timeout: patternMs },
          ),
        ),
      ),
  };
}

/** In time that grows with the product of both lengths. */
function fitsGlob(glob: string, text: string): boolean {
  let [at, inText, star, resume] = [0, 0, -1, 0];
  while (inText < text.length) {
    if (glob[at] === '*') {
      star = at++;
      resume = inText;
    } else if (glob[at] === '?' || glob[at] === text[inText]) {
      at++;
      inText++;
    } else if (star >= 0) {
      at = star + 1;
      inText = ++resume;
    } else return false;
  }
  while (glob[at] === '*') at++;
  return at === glob.length;
}

export interface TagChoice {
  readonly pattern: string;
  readonly olderThanDays?: number;
  /** Signatures and the like, which belong to images that may stay, are chosen too. */
  readonly withAttachments: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Chosen {
  readonly chosen: readonly TagRow[];
  /** How many stay because they are locked. */
  readonly locked: number;
  /** How many stay because nobody knows how old they are. */
  readonly undated: number;
  /** How many stay because they belong to other images. */
  readonly attachments: number;
}

/** Tags that fit, and how many that fit stay all the same. */
export function chooseTags(
  rows: readonly TagRow[],
  { pattern, olderThanDays, withAttachments, now }: TagChoice,
): Chosen {
  const read = readPattern(pattern);
  if ('wrong' in read) throw new Error(read.wrong);
  const names = new Set(read.pattern(rows.map(({ name }) => name)));
  const named = rows.filter(({ name }) => names.has(name));
  const fitting = withAttachments ? named : named.filter(({ kind }) => kind !== 'attachment');
  const hasDate = ({ date }: TagRow) => date !== undefined && date > 0;
  const old = (row: TagRow) =>
    olderThanDays === undefined || (hasDate(row) && now - (row.date ?? now) > olderThanDays * 86_400_000);
  const chosen = fitting.filter(old);
  return {
    chosen: chosen.filter(({ locked }) => locked !== true),
    locked: chosen.filter(({ locked }) => locked === true).length,
    attachments: named.length - fitting.length,
    undated: olderThanDays === undefined ? 0 : fitting.filter((row) => !hasDate(row)).length,
  };
}
