import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction, Word } from '../../../dockerfile/dockerfile.ts';
import { parseHeredocWord } from '../../../dockerfile/heredocs.ts';
import { readShellWord } from '../../../dockerfile/shellWord.ts';
import { inCaseOf, insertAbove, replace } from '../../fixes.ts';
import { failedJson } from '../../jsonRepair.ts';
import { stageTree, variables } from '../../reads.ts';
import type { Fix, Rule } from '../../rule.ts';
import { eachRelativeWorkdir, isAbsolute, posixJoin } from '../workdirRelativePath.ts';

/** Every relative WORKDIR but the first, which is BuildKit's WorkdirRelativePath. Source: hadolint's DL3000. */
export const relativeWorkdir: Rule = {
  name: 'DL3000',
  aliases: ['WorkdirRelativePath'],
  severity: DiagnosticSeverity.Error,
  kind: 'lint',
  preset: 'hadolint',
  reads: [...variables, 'WORKDIR', 'ONBUILD'],
  check(dockerfile, report) {
    eachRelativeWorkdir(dockerfile, ({ word, path, first, parent }) => {
      if (first) return;
      report(word.span, `Where "${path}" is depends on the WORKDIR above. Write the whole path.`, {
        fix: () => (parent === undefined ? undefined : replace(word.span, posixJoin(parent, path))),
      });
    });
    for (const { trigger } of dockerfile.instructions) {
      const [word] = trigger?.keyword === 'WORKDIR' ? trigger.words : [];
      if (word && isRelative(word, dockerfile.escape))
        report(word.span, `Where "${word.value}" is depends on the image that is built later. Start it with "/".`);
    }
  },
};

/** Paths that begin with a variable may be anything. */
function isRelative({ value }: Word, escapeToken: string): boolean {
  const bare = value.replace(/^["']/, '');
  if (bare.startsWith('$')) return false;
  return !isAbsolute(bare) && !isAbsolute(readShellWord(value, { escapeToken }).text);
}

interface Placed {
  /** Whether a WORKDIR says where relative paths begin. */
  readonly stage: boolean;
  /** So for what ONBUILD triggers. */
  readonly triggers: boolean;
}

/**
 * COPY to a relative path in a stage without WORKDIR: where files go is up to the base image. Source: hadolint's DL3045.
 */
export const copyToRelative: Rule = {
  name: 'DL3045',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  reads: [...stageTree, 'WORKDIR', 'COPY', 'ONBUILD'],
  check(dockerfile, report) {
    const placed: Placed[] = [];
    for (const { base, instructions } of dockerfile.stages) {
      let { stage, triggers } = (base === undefined ? undefined : placed[base]) ?? { stage: false, triggers: false };
      for (const instruction of instructions) {
        const { keyword } = instruction;
        if (keyword === 'WORKDIR') stage = true;
        else if (keyword === 'COPY' && !stage) reportCopy(instruction);
        else if (keyword === 'ONBUILD' && instruction.own.trigger?.keyword === 'WORKDIR') triggers = true;
        else if (keyword === 'ONBUILD' && instruction.own.trigger?.keyword === 'COPY' && !stage && !triggers)
          reportCopy(instruction.trigger!);
      }
      placed.push({ stage, triggers });
    }
    function reportCopy(copy: Instruction): void {
      const { words } = copy.own;
      if (words.length < 2 || !isRelative(words.at(-1)!, dockerfile.escape)) return;
      if (parseHeredocWord(words.at(-1)!.value) || failedJson(copy)) return; // no destination at all
      const target = copy.words.at(-1)!;
      report(target.span, `No WORKDIR says where "${target.value}" is. Set one above, or write the whole path.`, {
        fix: () => placements(dockerfile, copy, target),
      });
    }
  },
};

function placements(dockerfile: Dockerfile, copy: Instruction, target: Word): readonly Fix[] {
  if (dockerfile.escape === '`') return [];
  const outer = dockerfile.instructions.find(({ span }) => span.end === copy.span.end);
  const fixes: Fix[] = [];
  if (outer?.keyword === 'COPY') {
    const line = `${inCaseOf(copy, 'WORKDIR')} /app`;
    fixes.push({ title: 'Set WORKDIR /app above', edits: [insertAbove(dockerfile, outer, line)], safe: false });
  }
  const path = /^["']?(?:\.\/)*([^"'$\\]*)["']?$/.exec(target.value)?.[1];
  if (path !== undefined && target.span.end - target.span.start === target.value.length && !path.startsWith('..'))
    fixes.push(replace(target.span, path === '.' ? '/' : `/${path}`, false));
  return fixes;
}
