import type { ShellParser } from '../language/diagnostics/rule.ts';
import type { Instruction } from '../language/dockerfile/dockerfile.ts';
import { heredocOperators, withoutHeredocs } from '../language/shell/heredocOperators.ts';
import type { ShellScript } from '../language/shell/script.ts';
import { runOf, type ShellSource, shellSources } from '../language/shell/sources.ts';
import { convertScript } from './convert.ts';
import type { ReadSyntax } from './grammar.ts';

/** UTF-16 units. What is longer is no command that anybody wrote by hand. */
const maxLength = 256 * 1024;

export function shellParser(read: ReadSyntax): ShellParser {
  return {
    scripts(instruction, shell) {
      const run = runOf(instruction);
      if (run === undefined) return [];
      const sources = shellSources(instruction, shell);
      if (sources.length === 0 && run.json) return execScript(run);
      return sources.flatMap((source) => readScript(source, read) ?? []);
    },
  };
}

function readScript({ text, dialect, form, spanOf }: ShellSource, read: ReadSyntax): ShellScript | undefined {
  if (text.length > maxLength) return undefined;
  const syntax = read(withoutHeredocs(text, heredocOperators(text)));
  if (syntax === undefined) return undefined;
  const { root, complete } = convertScript(syntax.root, text, spanOf);
  return { root, span: spanOf(0, text.length), dialect, form, broken: syntax.hasError || !complete };
}

/** `RUN ["a", "b"]`: one command, whose words no shell looks at. */
function execScript({ words: values }: Instruction): readonly ShellScript[] {
  const [first] = values;
  if (first === undefined) return [];
  const words = values.map(({ value, span }) => ({
    text: value,
    dynamic: false,
    quoted: true,
    substitutions: [],
    span,
  }));
  const span = { start: first.span.start, end: values.at(-1)!.span.end };
  const root = { kind: 'command' as const, words, assignments: [], redirects: [], span };
  return [{ root, span, dialect: 'sh', form: 'exec', broken: false }];
}
