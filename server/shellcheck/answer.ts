/** What ShellCheck says, in its format json1. Source: Formatter/JSON1.hs and Interface.hs of ShellCheck. */

export const remarkLevels = ['error', 'warning', 'info', 'style'] as const;

export interface Remark {
  /** `SC2086` */
  readonly code: string;
  readonly level: (typeof remarkLevels)[number];
  readonly message: string;
  readonly place: Place;
  /** What it would write; empty where it proposes nothing. */
  readonly replacements: readonly { readonly place: Place; readonly text: string }[];
}

/** Lines and columns from 1, the end exclusive. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Undefined when it is no answer of ShellCheck's. */
export function readAnswer(json: string): readonly Remark[] | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(json);
  } catch {
    return undefined;
  }
  const comments = isObject(answer) ? answer['comments'] : undefined;
  return Array.isArray(comments) ? comments.flatMap((comment) => readRemark(comment) ?? []) : undefined;
}

function readRemark(comment: unknown): Remark | undefined {
  if (!isObject(comment)) return undefined;
  const { code, message, fix } = comment;
  const level = remarkLevels.find((each) => each === comment['level']);
  const place = readPlace(comment);
  if (typeof code !== 'number' || typeof message !== 'string' || !level || !place) return undefined;
  return { code: `SC${code}`, level, message, place, replacements: readFix(fix) };
}

function readFix(fix: unknown): Remark['replacements'] {
  const replacements = isObject(fix) ? fix['replacements'] : undefined;
  if (!Array.isArray(replacements)) return [];
  const read = replacements.flatMap((each: unknown) => {
    const place = readPlace(each);
    const text = isObject(each) ? each['replacement'] : undefined;
    return place && typeof text === 'string' ? [{ place, text }] : [];
  });
  return read.length === replacements.length ? read : [];
}

function readPlace(value: unknown): Place | undefined {
  if (!isObject(value)) return undefined;
  const { line, column, endLine, endColumn } = value;
  const numbers = [line, column, endLine, endColumn].every((each) => Number.isInteger(each) && (each as number) > 0);
  return numbers ? ({ line, column, endLine, endColumn } as Place) : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
