import type { Dockerfile, Instruction, Span } from './dockerfile/dockerfile.ts';
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
export function namesUsed(
  dockerfile: Pick<Dockerfile, 'text' | 'escape'>,
  instruction: Instruction,
): readonly NameUse[] {
  const uses = variableUses(dockerfile, instruction).map(({ name, nameSpan }) => ({ name, span: nameSpan }));
  return commands.has(instruction.keyword) ? [...uses, ...shellUses(dockerfile, instruction)] : uses;
}

const commands: ReadonlySet<string> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

function shellUses({ text }: Pick<Dockerfile, 'text'>, { span, flags, keywordSpan }: Instruction): readonly NameUse[] {
  const start = flags.at(-1)?.span.end ?? keywordSpan.end;
  const uses: NameUse[] = [];
  for (const match of text.slice(start, span.end).matchAll(/(?<![\\$`])\$\{?([A-Za-z_]\w*)/g)) {
    const end = start + match.index + match[0].length;
    uses.push({ name: match[1]!, span: { start: end - match[1]!.length, end } });
  }
  return uses;
}
