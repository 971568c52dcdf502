import type { Command } from 'vscode-languageserver-types';
import { instructionAt } from '../dockerfile/at.ts';
import type { Comment, Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import { perFile } from '../perFile.ts';
import { checkComment } from './applies.ts';
import { parseCheckOptions, splitParts } from './checkOptions.ts';
import type { Finding } from './findings.ts';
import { commentsAbove, headEnd, insertion, lineBreakIn, lineStart } from './fixes.ts';
import { frontendMinor } from './frontend.ts';
import { hadolintComment } from './hadolintComment.ts';
import type { LintOptions } from './lintOptions.ts';
import type { Edit, Rule } from './rule.ts';
import { definedNames } from './rules/definitionDescription.ts';

/** A way to hear no more of a finding: edits of the file, or a command of the client. */
export interface Suppression {
  readonly title: string;
  readonly edits?: readonly Edit[];
  readonly command?: Command;
}

/**
 * How to be silent about a finding: at its instruction, in its file, in the workspace. Only what is known to work is among them;
 * nothing silences what makes a build fail.
 */
export function suppressions(
  dockerfile: Dockerfile,
  { rule, span }: Finding,
  options?: LintOptions,
  ignoreCommand?: string,
): readonly Suppression[] {
  if (rule.kind === 'error') return [];
  const { name } = rule;
  const found: Suppression[] = [];
  const add = (title: string, edit: Edit | undefined) => {
    if (edit) found.push({ title, edits: [edit] });
  };
  const instruction = instructionAt(dockerfile, span.start);
  if (isCode(rule) && !options?.hadolint?.disableIgnorePragma) {
    add(`Ignore ${name} for this instruction`, instruction && codeAbove(dockerfile, instruction, name));
    add(`Ignore ${name} in this file`, codeInFile(dockerfile, name));
  } else if (!isCode(rule) && !rule.experimental) {
    // An experimental check cannot be skipped, only not be asked for.
    const above = instruction && (rule.kind !== 'check' || readsChecksAbove(dockerfile));
    add(`Ignore ${name} for this instruction`, above ? checkAbove(dockerfile, instruction, name) : undefined);
    add(`Ignore ${name} in this file`, checkInFile(dockerfile, name));
  }
  if (ignoreCommand !== undefined) {
    const title = `Ignore ${name} in this workspace`;
    found.push({ title, command: { title, command: ignoreCommand, arguments: [name] } });
  }
  return found;
}

/** hadolint's codes, and ShellCheck's, are hadolint's to ignore. */
function isCode({ name }: Rule): boolean {
  return /^(?:DL|SC)\d+$/.test(name);
}

/** Frontends before 1.21 pass over a check comment above an instruction. */
function readsChecksAbove(dockerfile: Dockerfile): boolean {
  return (frontendMinor(dockerfile) ?? 21) >= 21;
}

/** The first check comment above an instruction is the one that counts, so another name goes into it. */
function checkAbove(dockerfile: Dockerfile, instruction: Instruction, name: string): Edit | undefined {
  const comments = commentsAbove(dockerfile, instruction);
  const comment = comments.find((other) => checkComment(other.text) !== undefined && !isIndented(dockerfile, other));
  if (comment) {
    const value = checkComment(comment.text)!;
    return withSkip(dockerfile.text.indexOf(value, comment.span.start), value.split(' ', 1)[0]!, name);
  }
  const describes = definedNames(instruction).length > 0;
  const [first] = comments;
  if (describes && !first && wantsDescriptions(dockerfile)) return undefined;
  // The last comment above a definition describes it, and has to stay the last.
  const start = insertionLine(dockerfile, describes && first ? first.span.start : instruction.span.start);
  const lineBreak = lineBreakIn(dockerfile.text);
  const guard = start > headEnd(dockerfile) ? '' : dockerfile.directives.length > 0 ? lineBreak : `#${lineBreak}`;
  return insertion(start, `${guard}# check=skip=${name}${lineBreak}`);
}

function checkInFile(dockerfile: Dockerfile, name: string): Edit | undefined {
  const directive = dockerfile.directives.find((other) => other.name === 'check');
  if (directive) return withSkip(directive.valueSpan.start, directive.value, name);
  return atHead(dockerfile, `# check=skip=${name}`);
}

/** Adds a name to what the options of a check directive or comment skip; undefined where they are not to be understood. */
function withSkip(offset: number, options: string, name: string): Edit | undefined {
  if (offset < 0 || parseCheckOptions(options).problem) return undefined;
  const parts = [...splitParts(options)];
  const skip = parts.findLast(({ part }) => /^\s*skip\s*=/.test(part));
  if (!skip) return parts.length < 3 ? insertion(offset + options.trimEnd().length, `;skip=${name}`) : undefined;
  const written = skip.part.trimEnd();
  if (/=\s*all$/.test(written)) return undefined;
  return insertion(offset + skip.start + written.length, /[=,]$/.test(written) ? name : `,${name}`);
}

/** hadolint looks at the line directly above an instruction only. */
function codeAbove(dockerfile: Dockerfile, instruction: Instruction, name: string): Edit | undefined {
  const start = insertionLine(dockerfile, instruction.span.start);
  const last = commentsAbove(dockerfile, instruction).at(-1);
  const isDirectlyAbove = last !== undefined && insertionLine(dockerfile, start - 1) <= last.span.start;
  const merged = isDirectlyAbove && !isIndented(dockerfile, last) ? withCode(dockerfile, last, name, false) : undefined;
  if (merged) return merged;
  if (definedNames(instruction).length > 0 && wantsDescriptions(dockerfile)) return undefined;
  return insertion(start, `# hadolint ignore=${name}${lineBreakIn(dockerfile.text)}`);
}

function codeInFile(dockerfile: Dockerfile, name: string): Edit | undefined {
  const comment = globalComment(dockerfile);
  return comment ? withCode(dockerfile, comment, name, true) : atHead(dockerfile, `# hadolint global ignore=${name}`);
}

const globalComment = perFile(({ comments }) =>
  comments.find(({ text }) => {
    const pragma = hadolintComment(text);
    return pragma?.global === true && pragma.ignored.length > 0;
  }),
);

function withCode({ text }: Dockerfile, comment: Comment, name: string, global: boolean): Edit | undefined {
  const pragma = hadolintComment(comment.text);
  const last = pragma?.ignored.at(-1);
  if (!last || pragma!.global !== global) return undefined;
  const offset = text.indexOf(comment.text, comment.span.start);
  return insertion(offset + last.start + last.name.length, `,${name}`);
}

/** A line of its own behind the directives, where it is one itself if it can be. */
function atHead(dockerfile: Dockerfile, line: string): Edit | undefined {
  const { instructions, text } = dockerfile;
  const at = headEnd(dockerfile);
  const lineBreak = lineBreakIn(text);
  const [first] = instructions;
  // A global comment is no directive, so without this it would be taken for what describes the first instruction.
  const describes = first && definedNames(first).length > 0 && first.docComments.length === 0;
  const apart = describes && wantsDescriptions(dockerfile) && !/^# check=/.test(line) ? `#${lineBreak}` : '';
  const before = at > 1 && text[at - 1] !== '\n' ? lineBreak : '';
  return insertion(at, `${before}${line}${lineBreak}${apart}`);
}

/** BuildKit reads a comment of an indented line together with its `#`, so as no option. */
function isIndented(dockerfile: Dockerfile, { span }: Comment): boolean {
  return insertionLine(dockerfile, span.start) !== span.start;
}

const wantsDescriptions = perFile(({ text }) => /experimental[\t ]*=/i.test(text));

/** Behind a byte order mark. */
function insertionLine({ text }: Dockerfile, offset: number): number {
  const start = lineStart(text, offset);
  return text.charCodeAt(start) === 0xfeff ? start + 1 : start;
}
