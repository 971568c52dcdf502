import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import type { Edit } from '../language/diagnostics/rule.ts';
import { findShells, shellOf } from '../language/diagnostics/shells.ts';
import type { Dockerfile, Instruction, Span } from '../language/dockerfile/dockerfile.ts';
import { offsetOf, shift } from '../language/dockerfile/place.ts';
import { type Scope, walkScopes } from '../language/dockerfile/scope.ts';
import { shellSources } from '../language/shell/sources.ts';
import { Cache } from '../util/cache.ts';
import { ProblemError } from '../util/problemError.ts';
import { findOnPath, type ProgramWorld, runProgram } from '../util/program.ts';
import { type Remark, readAnswer } from './answer.ts';
import { type CheckedScript, checkedScript } from './checkedScript.ts';

/** What ShellCheck says about a script in a Dockerfile. */
export interface ShellCheckFinding extends Pick<Remark, 'code' | 'level' | 'message'> {
  readonly span: Span;
  /** What it would write, in order. */
  readonly edits?: readonly Edit[];
}

export interface ShellCheckWorld extends ProgramWorld {
  /** Told once a check of scripts that could not be read; what was found in the others is answered all the same. */
  readonly onProblem: (error: unknown) => void;
}

export interface ShellCheck {
  /**
   * What ShellCheck says about everything that sh or bash runs in the file, in the order of the file. Nothing where it is not on the
   * PATH. Answers of scripts that did not change are kept. Throws the signal's reason.
   */
  check(dockerfile: Dockerfile, signal: AbortSignal): Promise<readonly ShellCheckFinding[]>;
}

const timeoutMs = 10_000;
const maximumBytes = 4 << 20;
/** UTF-16 units. A longer script keeps ShellCheck busy for minutes. */
const maxLength = 64 * 1024;
const maxAtOnce = 2;
const maxKept = 1000;

/** Those that say nothing about a script in a Dockerfile: the shell is ash; a file that is sourced is not there to be read. */
const excluded = ['SC2187', 'SC1090', 'SC1091'];
/** Build arguments that are there without an ARG. Source: "Predefined ARGs" in the reference of Dockerfiles. */
const predefined = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

/** Shells that are enough like sh and bash to take their commands apart, though not to judge them. */
const otherShells = /(?:^|\/)(?:zsh|m?ksh)$/;

export function createShellCheck(world: ShellCheckWorld): ShellCheck {
  const answers = new Cache<readonly Remark[]>({ ttlMs: Number.POSITIVE_INFINITY, maximum: maxKept });
  const atOnce = pLimit(maxAtOnce);

  /** Throws a ProblemError `internal`, a ProgramFailure or the signal's reason. */
  async function ask(
    program: string,
    { dialect, input }: CheckedScript,
    signal: AbortSignal,
  ): Promise<readonly Remark[]> {
    const args = ['--norc', '-f', 'json1', '-s', dialect, '-e', excluded.join(','), '-'];
    const key = createHash('sha256')
      .update([program, ...args, input].join('\0'))
      .digest('base64');
    const load = (flight: AbortSignal) =>
      atOnce(async () => {
        const { stdout } = await runProgram(program, { args, input, env: world.env, timeoutMs, maximumBytes }, flight);
        const remarks = readAnswer(stdout);
        if (remarks) return remarks;
        throw new ProblemError({
          ...{ kind: 'internal', subject: program, message: 'It answered something that is not in the format json1.' },
          next: 'Gantry needs ShellCheck 0.7 or newer.',
        });
      });
    return (await answers.get(key, load, signal)).value;
  }

  return {
    async check(dockerfile, signal) {
      const scripts = scriptsIn(dockerfile);
      const program = scripts.length > 0 ? await findOnPath('shellcheck', world) : undefined;
      if (program === undefined) return [];
      setMaxListeners(0, signal); // each script waits for it
      const results = await Promise.allSettled(
        scripts.map(async ({ instruction, script }) =>
          (await ask(program, script, signal)).flatMap((remark) => findingOf(remark, instruction, script) ?? []),
        ),
      );
      signal.throwIfAborted();
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) world.onProblem(failed.reason);
      return results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    },
  };
}

interface ScriptIn {
  readonly instruction: Instruction;
  readonly script: CheckedScript;
}

function scriptsIn(dockerfile: Dockerfile): readonly ScriptIn[] {
  const shells = findShells(dockerfile);
  const scripts: ScriptIn[] = [];
  const add = (instruction: Instruction, scope: Scope) => {
    if (instruction.own.error) return;
    const shell = shellOf(instruction, shells);
    if (otherShells.test(shell.words[0] ?? '')) return;
    for (const source of shellSources(instruction, shell)) {
      if (source.text.trim() === '' || source.text.length > maxLength || source.text.includes('\0')) continue;
      const variables = [
        ...new Set(
          [...scope.values()]
            .filter(isDeclared)
            .map(({ name }) => name)
            .concat(predefined),
        ),
      ];
      scripts.push({ instruction, script: checkedScript(source, variables.sort()) });
    }
  };
  walkScopes(dockerfile, add);
  return scripts;
}

/** PATH is there anyway, and setting it is what ShellCheck warns of. */
function isDeclared({ name }: { readonly name: string }): boolean {
  return name !== 'PATH';
}

function findingOf(remark: Remark, instruction: Instruction, script: CheckedScript): ShellCheckFinding | undefined {
  const span = script.spanOf(remark.place);
  if (!span) return undefined;
  const { code, level, message } = remark;
  const offset = offsetOf(instruction);
  const edits = script
    .editsOf(remark, instruction.source)
    ?.map((edit) => ({ ...edit, span: shift(edit.span, offset) }));
  return { code, level, message, span: shift(span, offset), ...(edits && { edits }) };
}
