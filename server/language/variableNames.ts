import type { Dockerfile, Instruction, Span } from './dockerfile/dockerfile.ts';
import { offsetOf, shift } from './dockerfile/place.ts';
import { variableUses } from './dockerfile/variables.ts';

/** A place that names a variable. */
export interface NameUse {
  readonly name: string;
  /** The name alone, without `$` and braces. */
  readonly span: Span;
}

/**
 * The variables an instruction names: those that BuildKit replaces, and in commands those that their shell would. A shell's
 * own variables are among them; whoever asks looks the names up in what the Dockerfile defines.
 */
export function namesUsed(dockerfile: Pick<Dockerfile, 'escape'>, instruction: Instruction): readonly NameUse[] {
  if (!instruction.source.includes('$')) return [];
  const { own } = instruction;
  const names = knownNames.get(own) ?? ownNames(dockerfile, own);
  knownNames.set(own, names);
  const offset = offsetOf(instruction);
  return names.map(({ name, span }) => ({ name, span: shift(span, offset) }));
}

/** Of instructions as they are read by themselves, each under the escape character of its file. */
const knownNames = new WeakMap<Instruction, readonly NameUse[]>();

function ownNames({ escape: escapeToken }: Pick<Dockerfile, 'escape'>, own: Instruction): readonly NameUse[] {
  const uses = variableUses({ text: own.source, escape: escapeToken }, own);
  const names = uses.map(({ name, nameSpan }) => ({ name, span: nameSpan }));
  return commands.has(own.keyword) ? [...names, ...shellUses(own)] : names;
}

const commands: ReadonlySet<string> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

function shellUses({ source, span, flags, keywordSpan }: Instruction): readonly NameUse[] {
  const start = flags.at(-1)?.span.end ?? keywordSpan.end;
  const uses: NameUse[] = [];
  for (const match of source.slice(start, span.end).matchAll(/(?<![\\$`])\$\{?([A-Za-z_]\w*)/g)) {
    const end = start + match.index + match[0].length;
    uses.push({ name: match[1]!, span: { start: end - match[1]!.length, end } });
  }
  return uses;
}
