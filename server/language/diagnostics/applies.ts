import { instructionAt } from '../dockerfile/at.ts';
import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import { type CheckOptions, type Names, noOptions, parseCheckOptions } from './checkOptions.ts';
import type { Rule } from './rule.ts';

/** What a file says about which build checks run: for all of it, and in comments directly above instructions. */
export interface Applies {
  readonly file: CheckOptions;
  /** Whether the check has a say somewhere in the file. */
  somewhere(rule: Rule): boolean;
  /** Whether a finding of the check at `offset` counts. `cause` is another instruction that may say it does not. */
  at(rule: Rule, offset: number, cause?: Instruction): boolean;
}

export function appliesIn(dockerfile: Dockerfile): Applies {
  const directive = dockerfile.directives.find(({ name }) => name === 'check');
  const file = directive ? parseCheckOptions(directive.value) : noOptions;
  const commented = new Map<Instruction, CheckOptions>();
  for (const instruction of dockerfile.instructions) {
    const options = instruction.docComments.length > 0 ? commentOptions(instruction) : undefined;
    if (options) commented.set(instruction, options);
  }
  const runs = ({ name, experimental }: Rule, { skip, experimental: asked }: CheckOptions) =>
    experimental ? has(asked, name) : !has(skip, name);
  return {
    file,
    somewhere: (rule) =>
      runs(rule, file) || (rule.experimental === true && [...commented.values()].some((own) => runs(rule, own))),
    at(rule, offset, cause) {
      if (commented.size === 0) return runs(rule, file);
      const own = [instructionAt(dockerfile, offset), cause].flatMap((of) => (of && commented.get(of)) ?? []);
      if (rule.experimental) return [file, ...own].some((options) => runs(rule, options));
      return [file, ...own].every((options) => runs(rule, options));
    },
  };
}

/**
 * The first check comment above an instruction, up to its first blank; one that makes no sense says nothing.
 * Source: WithMergedConfigFromComments in BuildKit's linter.go.
 */
function commentOptions({ docComments }: Instruction): CheckOptions | undefined {
  for (const comment of docComments) {
    const value = checkComment(comment);
    if (value !== undefined) return parseCheckOptions(value.split(' ', 1)[0]!);
  }
  return undefined;
}

/** What stands behind `check=` in the text of a comment. */
export function checkComment(text: string): string | undefined {
  return /^check[\t\f\r ]*=[\t\f\r ]*(.+)$/i.exec(text)?.[1];
}

function has(names: Names, name: string): boolean {
  return names === 'all' || names.has(name);
}
