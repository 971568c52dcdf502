import type { Span } from '../../../dockerfile/dockerfile.ts';
import { factOf } from '../../factOf.ts';
import { isPlaceholder, type SecretKind, secretKinds } from './kinds.ts';

/** A secret in the text of an instruction. */
export interface FoundSecret {
  readonly kind: SecretKind;
  readonly text: string;
  /** What may be shown of it: the beginning that all of its kind have. */
  readonly prefix?: string;
  readonly span: Span;
}

/** The secrets in an instruction, heredocs included, with spans from its start. Of what overlaps the surest is kept. */
export const secretsIn = factOf(({ source }) => findSecrets(source));

/** More than anybody reads, few enough to compare with one another. */
const maxSecrets = 100;

/** All of them at once, in a seventh of the time: most instructions have none. */
const anyKind = new RegExp(secretKinds.map(({ pattern }) => pattern.source).join('|'), 'i');

function findSecrets(text: string): readonly FoundSecret[] {
  if (!anyKind.test(text)) return [];
  const found: FoundSecret[] = [];
  for (const kind of secretKinds) {
    for (const match of text.matchAll(kind.pattern)) {
      const secret = secretOf(kind, match);
      if (!secret || found.some(({ span }) => span.start < secret.span.end && secret.span.start < span.end)) continue;
      found.push(secret);
      if (found.length === maxSecrets) return found;
    }
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}

function secretOf(kind: SecretKind, match: RegExpExecArray): FoundSecret | undefined {
  if (kind.holds && !kind.holds(match)) return undefined;
  // In a URL the password stands behind the user.
  const text = (match.length > 2 ? match[2] : match[1]) ?? match[0];
  if (!kind.holds && isPlaceholder(text)) return undefined;
  const start = match.index + (match.length > 2 ? match[0].indexOf(`:${text}@`) + 1 : match[0].lastIndexOf(text));
  const prefix = match.length === 1 && /^\w/.test(text) ? text.slice(0, 4) : undefined;
  return { kind, text, ...(prefix && { prefix }), span: { start, end: start + text.length } };
}
