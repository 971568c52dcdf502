import { instructionAt } from '../dockerfile/at.ts';
import type { Dockerfile, Instruction, Span } from '../dockerfile/dockerfile.ts';
import { type KeyValue, keyValues } from '../dockerfile/keyValues.ts';
import { type Occurrence, occurrences } from '../occurrences.ts';
import { perFile } from '../perFile.ts';
import { insertion, removeLines } from './fixes.ts';
import { frontendMinor } from './frontend.ts';
import type { Edit, Fix } from './rule.ts';

/** The first 1.x of the frontend that hands a secret over in a variable. */
const firstWithEnv = 10;

/**
 * Takes a secret's ARG or ENV away and mounts it into every RUN that names it. Only where nothing but commands of RUN do so: what
 * else needs it, needs it in the image.
 */
export function mountSecret(dockerfile: Dockerfile, instruction: Instruction, pair: KeyValue): Fix | undefined {
  if ((frontendMinor(dockerfile) ?? firstWithEnv) < firstWithEnv) return undefined;
  const { value: name, span: defined } = pair.key;
  const same =
    samePlaces(dockerfile)
      .get(defined.start)
      ?.filter(({ span }) => span.start !== defined.start) ?? [];
  if (same.length === 0 || same.some(({ defines }) => defines)) return undefined;
  const removal = removePair(dockerfile, instruction, pair);
  const runs = new Set<Instruction>();
  for (const { span } of same) {
    const run = instructionAt(dockerfile, span.start);
    if (run?.keyword !== 'RUN' || run.json || run.flags.some((flag) => isIn(span, flag.span))) return undefined;
    runs.add(run);
  }
  if (!removal) return undefined;
  const unmounted = [...runs].filter(({ flags }) => !flags.some(({ text }) => text.includes(`env=${name}`)));
  const mounts = unmounted.map((run) => secretMount(run, name));
  const edits = [removal, ...mounts].toSorted((a, b) => a.span.start - b.span.start);
  return { title: `Mount "${name}" into the RUN that uses it`, edits, safe: false };
}

/** Hands a secret to a RUN as a variable of the same name: `docker build --secret id=NAME` takes it from that one. */
export function secretMount({ keywordSpan: { end } }: Instruction, name: string): Edit {
  return insertion(end, ` --mount=type=secret,id=${name},env=${name}`);
}

/** Where a variable stands, by the places that define it. */
const samePlaces = perFile((dockerfile): ReadonlyMap<number, readonly Occurrence[]> => {
  const all = [...occurrences(dockerfile).values()];
  return new Map(
    all.flatMap((places) => places.filter(({ defines }) => defines).map(({ span }) => [span.start, places])),
  );
});

function isIn(inner: Span, outer: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function removePair(dockerfile: Dockerfile, instruction: Instruction, pair: KeyValue): Edit | undefined {
  const pairs = keyValues(instruction);
  if (pairs.length === 1) return removeLines(dockerfile, instruction);
  const index = pairs.findIndex(({ key }) => key.span.start === pair.key.span.start);
  const next = pairs[index + 1];
  const endOf = ({ key, value }: KeyValue) => (value ?? key).span.end;
  const span = next
    ? { start: pair.key.span.start, end: next.key.span.start }
    : { start: endOf(pairs[index - 1]!), end: endOf(pair) };
  return /^[\t ]*#/m.test(dockerfile.text.slice(span.start, span.end)) ? undefined : { span, text: '' };
}
