import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts';
import { keyValues } from '../../dockerfile/keyValues.ts';
import { insertion, lineBreakIn, lineStart } from '../fixes.ts';
import type { Fix, Rule } from '../rule.ts';

/**
 * The last line of a comment above a named stage or an ARG describes it, its name first.
 * Source: validateDefinitionDescription in BuildKit's instructions/parse.go.
 */
export const invalidDefinitionDescription: Rule = {
  name: 'InvalidDefinitionDescription',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  experimental: true,
  check(dockerfile, report) {
    for (const instruction of dockerfile.instructions) {
      const names = definedNames(instruction);
      const comment = instruction.docComments.at(-1);
      if (comment === undefined || names.length === 0 || names.includes(comment.split(' ', 1)[0]!)) continue;
      const name = names.length === 1 ? names[0] : 'name';
      report(
        instruction.keywordSpan,
        `A comment directly above ${instruction.keyword} describes it: "# ${name} description". For any other, leave a line ` +
          'with "#" alone between the two.',
        { fix: () => separated(dockerfile, instruction) },
      );
    }
  },
};

/** What the instruction defines and a comment above it may describe. */
export function definedNames(instruction: Instruction): readonly string[] {
  const { keyword, words } = instruction;
  if (keyword === 'ARG') return keyValues(instruction).map(({ key }) => key.value);
  const named = keyword === 'FROM' && words.length === 3 && words[1]!.value.toLowerCase() === 'as';
  return named ? [words[2]!.value.toLowerCase()] : [];
}

function separated({ text }: Dockerfile, { span }: Instruction): Fix {
  // Not indented: BuildKit would take the `#` for the text of a comment.
  const edit = insertion(lineStart(text, span.start), `#${lineBreakIn(text)}`);
  return { title: 'Keep the comment as no description', edits: [edit], safe: true };
}
