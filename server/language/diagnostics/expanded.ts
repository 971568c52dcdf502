import type { Dockerfile, Instruction, Word } from '../dockerfile/dockerfile.ts';
import { evaluate, type Scope, walkScopes } from '../dockerfile/scope.ts';
import { readShellWord } from '../dockerfile/shellWord.ts';

export interface Expanded {
  /** With quotes undone and variables replaced, as in a build without arguments. */
  readonly text: string;
  /** `text` split at blanks that were not quoted. */
  readonly words: readonly string[];
}

/**
 * Calls `visit` for each argument of those instructions in stages whose value is certain: what depends on a variable that only
 * the build or the base image knows, and what BuildKit refuses as a word, is left out.
 */
export function eachExpanded(
  dockerfile: Dockerfile,
  keywords: readonly string[],
  visit: (word: Word, value: Expanded, instruction: Instruction) => void,
): void {
  const wanted = dockerfile.stages.flatMap(({ instructions }) =>
    instructions.filter(({ keyword }) => keywords.includes(keyword)),
  );
  const each = (instruction: Instruction, scope: Scope): void => {
    for (const word of instruction.words) {
      const value = expand(dockerfile, word.value, scope);
      if (value) visit(word, value, instruction);
    }
  };
  if (!wanted.some(({ body }) => body.text.includes('$'))) {
    for (const instruction of wanted) each(instruction, new Map());
    return;
  }
  walkScopes(dockerfile, (instruction, scope) => {
    if (keywords.includes(instruction.keyword)) each(instruction, scope);
  });
}

function expand(dockerfile: Dockerfile, text: string, scope: Scope): Expanded | undefined {
  if (!/[$"'\\`\s]/.test(text)) return { text, words: [text] };
  const value = evaluate(dockerfile, text, (name) => scope.get(name));
  if (value === undefined) return undefined;
  const get = (name: string) => scope.get(name)?.value;
  return { text: value, words: readShellWord(text, { escapeToken: dockerfile.escape, get, split: true }).words };
}
