import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction, Span } from '../../../dockerfile/dockerfile.ts';
import { offsetOf, shift } from '../../../dockerfile/place.ts';
import { heredocOf, optionIn, pipefail, readerOf } from '../../../shell/options.ts';
import type { ShellScript } from '../../../shell/script.ts';
import { factOf } from '../../factOf.ts';
import { inCaseOf, insertAbove, insertion } from '../../fixes.ts';
import { runners } from '../../reads.ts';
import type { ContextOf, Fix, InstructionContext, Rule } from '../../rule.ts';
import { runIn } from './command.ts';
import { insertLine } from './heredocBody.ts';
import { looseSpans } from './loosePipelines.ts';
import { systemOf } from './system.ts';

interface Loose {
  readonly span: Span;
  readonly script: ShellScript;
}

/** The first pipeline of each script that hides a failure. */
const loosePipelines = factOf((own, context): readonly Loose[] => {
  const run = runIn(own);
  if (!run) return [];
  return context.scripts.flatMap((script) => {
    if (hasPipefail(readerOf(script, run, context))) return [];
    const [span] = looseSpans(script.root, context.text);
    return span ? [{ span, script }] : [];
  });
});

/** Not of a plain sh, which may be one that refuses the option: dash does. */
function hasPipefail(reader: readonly string[]): boolean {
  return optionIn(reader, pipefail) === true && !/(?:^|\/)(?:sh|dash)$/.test(reader[0] ?? '');
}

/**
 * Of a pipeline only the status of the last command counts: `curl … | tar x` goes on with half an archive. Not where SHELL, the
 * shell that reads a heredoc, or the script itself sets pipefail, and not where the pipeline is a condition or its failure is
 * passed over with `|| true`. Source: hadolint's DL4006.
 */
export const pipefailMissing: Rule = {
  name: 'DL4006',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  reads: runners,
  check(dockerfile, report, _, contextOf) {
    for (const instruction of dockerfile.instructions) {
      if (instruction.keyword !== 'RUN' && !instruction.trigger) continue;
      for (const { span, script } of loosePipelines(instruction, contextOf(instruction)))
        report(
          shift(span, offsetOf(instruction)),
          'Only the last command of this pipeline can fail the build. Set pipefail, by SHELL or in the script.',
          { fix: () => withPipefail(dockerfile, instruction, script, contextOf) },
        );
    }
  },
};

/** None is safe: a command that a pipeline cuts short, as `head` does to others, fails the build from then on. */
function withPipefail(
  dockerfile: Dockerfile,
  instruction: Instruction,
  script: ShellScript,
  contextOf: ContextOf,
): readonly Fix[] {
  const context = contextOf(instruction);
  const inScript = knowsPipefail(script, context) ? setInScript(instruction, script, context) : undefined;
  const readByShell =
    script.form !== 'exec' && readerOf(script, runIn(instruction.own)!, context) === context.shell.words;
  if (!readByShell || instruction.trigger) return inScript ? [inScript] : [];
  const shells = shellsWithPipefail(context, systemOf(dockerfile, instruction, contextOf) === 'busybox');
  return [...(inScript ? [inScript] : []), ...shells.map((shell) => chooseShell(dockerfile, instruction, shell))];
}

/** dash and other plain shells stop at `set -o pipefail`. */
function knowsPipefail({ dialect }: ShellScript, { shell }: InstructionContext): boolean {
  return dialect === 'bash' || /(?:^|\/)ash$/.test(shell.words[0] ?? '');
}

function setInScript(instruction: Instruction, script: ShellScript, context: InstructionContext): Fix | undefined {
  const heredoc = heredocOf(script, runIn(instruction.own)!);
  const at = script.root.span.start;
  const edit = heredoc
    ? insertLine(heredoc, 'set -o pipefail', context)
    : script.form === 'shell'
      ? insertion(at, 'set -o pipefail && ')
      : undefined;
  if (!edit) return undefined;
  const offset = offsetOf(instruction);
  return { title: 'Add set -o pipefail', edits: [{ ...edit, span: shift(edit.span, offset) }], safe: false };
}

/** The likeliest first; one that was chosen keeps its other options. */
function shellsWithPipefail({ shell }: InstructionContext, busybox: boolean): readonly (readonly string[])[] {
  const [program = '', ...options] = shell.words;
  if (shell.kind === 'bash' || /(?:^|\/)ash$/.test(program)) return [[program, '-o', 'pipefail', ...options]];
  const bash = ['/bin/bash', '-o', 'pipefail', '-c'];
  const ash = ['/bin/ash', '-o', 'pipefail', '-c'];
  return busybox ? [ash, bash] : [bash, ash];
}

function chooseShell(dockerfile: Dockerfile, instruction: Instruction, shell: readonly string[]): Fix {
  const line = `${inCaseOf(instruction, 'SHELL')} [${shell.map((word) => JSON.stringify(word)).join(', ')}]`;
  return { title: `Add ${line}`, edits: [insertAbove(dockerfile, instruction, line)], safe: false };
}
