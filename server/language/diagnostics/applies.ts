import { instructionAt } from '../dockerfile/at.ts';
import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import { type CheckOptions, type Names, noOptions, parseCheckOptions } from './checkOptions.ts';
import { hadolintComment } from './hadolintComment.ts';
import type { HadolintConfig } from './lintOptions.ts';
import type { Rule } from './rule.ts';

/** What a file says about which rules run: for all of it, and in comments directly above instructions. */
export interface Applies {
  readonly file: CheckOptions;
  /** Whether the rule has a say somewhere in the file. */
  somewhere(rule: Rule): boolean;
  /** Whether a finding of the rule at `offset` counts. `cause` is another instruction that may say it does not. */
  at(rule: Rule, offset: number, cause?: Instruction): boolean;
}

/** What comments above one instruction say. */
interface Own {
  readonly check?: CheckOptions | undefined;
  readonly ignored: ReadonlySet<string>;
}

/** A rule is known by all its names, in both kinds of comments. */
export function appliesIn(dockerfile: Dockerfile, hadolint?: HadolintConfig): Applies {
  const directive = dockerfile.directives.find(({ name }) => name === 'check');
  const file = directive ? parseCheckOptions(directive.value) : noOptions;
  const pragmas = !hadolint?.disableIgnorePragma && dockerfile.text.includes('hadolint');
  const ignored = pragmas ? globallyIgnored(dockerfile) : new Set<string>();
  const commented = new Map<Instruction, Own>();
  for (const instruction of dockerfile.instructions) {
    const own = instruction.docComments.length > 0 ? ownOptions(instruction, pragmas) : undefined;
    if (own) commented.set(instruction, own);
  }
  const runs = (rule: Rule, { skip, experimental: asked }: CheckOptions) =>
    rule.experimental ? has(asked, rule) : !has(skip, rule);
  return {
    file,
    somewhere: (rule) =>
      !has(ignored, rule) &&
      (runs(rule, file) ||
        (rule.experimental === true && [...commented.values()].some(({ check }) => check && runs(rule, check)))),
    at(rule, offset, cause) {
      if (commented.size === 0) return runs(rule, file);
      const own = [instructionAt(dockerfile, offset), cause].flatMap((of) => (of && commented.get(of)) ?? []);
      if (own.some((options) => has(options.ignored, rule))) return false;
      const checks = [file, ...own.flatMap(({ check }) => check ?? [])];
      return rule.experimental
        ? checks.some((options) => runs(rule, options))
        : checks.every((options) => runs(rule, options));
    },
  };
}

/**
 * The first check comment above an instruction, up to its first blank; one that makes no sense says nothing.
 * Source: WithMergedConfigFromComments in BuildKit's linter.go. And every hadolint comment there.
 */
function ownOptions({ docComments }: Instruction, pragmas: boolean): Own | undefined {
  const value = docComments.map(checkComment).find((text) => text !== undefined);
  const check = value === undefined ? undefined : parseCheckOptions(value.split(' ', 1)[0]!);
  const ignored = pragmas ? docComments.flatMap((text) => hadolintComment(text)?.ignored ?? []) : [];
  return check || ignored.length > 0 ? { check, ignored: new Set(ignored.map(({ name }) => name)) } : undefined;
}

function globallyIgnored({ comments }: Dockerfile): ReadonlySet<string> {
  const found = comments.map(({ text }) => hadolintComment(text)).filter((comment) => comment?.global);
  return new Set(found.flatMap((comment) => comment!.ignored.map(({ name }) => name)));
}

/** What stands behind `check=` in the text of a comment. */
export function checkComment(text: string): string | undefined {
  return /^check[\t\f\r ]*=[\t\f\r ]*(.+)$/i.exec(text)?.[1];
}

function has(names: Names, { name, aliases = [] }: Rule): boolean {
  return names === 'all' || names.has(name) || aliases.some((alias) => names.has(alias));
}
