import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Instruction, Stage, Word } from '../../dockerfile/dockerfile.ts';
import { evaluate, walkScopes } from '../../dockerfile/scope.ts';
import type { Fix, Rule } from '../rule.ts';

/**
 * The first WORKDIR of a stage, and of all it builds on, should be absolute: what a relative one means depends on the base image.
 * Silent where only the build knows the path. Source: dispatchWorkdir in BuildKit's convert.go.
 */
export const workdirRelativePath: Rule = {
  name: 'WorkdirRelativePath',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  check(dockerfile, report) {
    const { stages } = dockerfile;
    // Nearly always all are absolute as written, and no variable has to be known to say so.
    const unclear = ({ keyword, words }: Instruction) =>
      keyword === 'WORKDIR' && words[0]?.value.startsWith('/') === false;
    if (!dockerfile.instructions.some(unclear)) return;
    const placed = new Set<number>();
    const isPlaced = ({ index, base }: Stage): boolean => {
      for (let at: number | undefined = base; at !== undefined; at = stages[at]!.base) if (placed.has(at)) return true;
      return placed.has(index);
    };
    walkScopes(dockerfile, (instruction, scope, _globals, stage) => {
      if (instruction.keyword !== 'WORKDIR') return;
      const [word] = instruction.words;
      const first = !isPlaced(stage);
      placed.add(stage.index);
      if (!first || !word) return;
      const path = evaluate(dockerfile, word.value, (name) => scope.get(name));
      if (path === undefined || isAbsolute(path)) return;
      report(word.span, `"${path}" depends on where the base image happens to be. Start the first WORKDIR with "/".`, {
        fix: () => fromRoot(word),
      });
    });
  },
};

/** Which of the two systems the build is for, only the build knows. */
function isAbsolute(path: string): boolean {
  return /^([/\\]|[a-zA-Z]:)/.test(path);
}

/** Where nearly every image starts, so that this is what is meant nearly always. */
function fromRoot({ value, span }: Word): Fix {
  const [, quote = '', dot = ''] = /^(["']?)((?:\.\/|\.$)?)/.exec(value)!;
  const start = span.start + quote.length;
  const edit = { span: { start, end: start + dot.length }, text: '/' };
  return { title: 'Start it with "/"', edits: [edit], safe: false };
}
