import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction, Stage } from '../../../dockerfile/dockerfile.ts';
import { baseImages } from '../../baseImages.ts';
import { stageTree } from '../../reads.ts';
import type { Rule } from '../../rule.ts';
import { dotnetImage } from './image.ts';
import { toRuntimeImage } from './runtimeStage.ts';

/** An image that runs a published app, with all in it that was only needed to build the app. */
export const dotnetSdkInFinalStage: Rule = {
  name: 'DotnetSdkInFinalStage',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  reads: [...stageTree, 'CMD', 'ENTRYPOINT'],
  check(dockerfile, report, _knowledge, contextOf) {
    const final = dockerfile.stages.at(-1);
    const base = final && baseImages(dockerfile)[final.index];
    const image = base && dotnetImage(base.reference);
    if (!final?.image || image?.kind !== 'sdk') return;
    const start = startOf(dockerfile, final);
    if (!start) return;
    report(
      final.image.span,
      `"${start.assembly}" needs only the runtime, and the image brings the SDK. Publish it in a stage of its own and copy it ` +
        `to one from ${image.repository.replace(/sdk$/, 'aspnet')}.`,
      { fix: () => toRuntimeImage(dockerfile, final, image, start, contextOf) },
    );
  },
};

/** How a container of a stage starts a built assembly: `dotnet out/App.dll`. */
export interface Start {
  readonly instruction: Instruction;
  /** As written: `out/App.dll`. */
  readonly assembly: string;
}

/** What the last ENTRYPOINT and CMD of the stage and those under it run, if that is an assembly and nothing else. */
function startOf({ stages }: Dockerfile, final: Stage): Start | undefined {
  let entrypoint: Instruction | undefined;
  let command: Instruction | undefined;
  for (let at: Stage | undefined = final; at; at = at.base === undefined ? undefined : stages[at.base]) {
    // A CMD under an ENTRYPOINT of a later stage counts for nothing.
    if (!entrypoint) command ??= at.instructions.findLast(({ keyword }) => keyword === 'CMD');
    entrypoint ??= at.instructions.findLast(({ keyword }) => keyword === 'ENTRYPOINT');
  }
  const [first, second] = entrypoint ? [entrypoint, command] : [command, undefined];
  if (!first) return undefined;
  const own = assemblyIn(first);
  if (own !== undefined) return { instruction: first, assembly: own };
  if (!first.json || !second?.json || first.words.length !== 1 || !isDotnet(first.words[0]!.value)) return undefined;
  const assembly = second.words[0]?.value;
  return assembly?.endsWith('.dll') ? { instruction: second, assembly } : undefined;
}

function assemblyIn({ json, words }: Instruction): string | undefined {
  const list = json ? words.map(({ value }) => value) : (words[0]?.value ?? '').trim().split(/\s+/);
  const [program = '', ...rest] = list;
  const assembly = rest[0] === 'exec' ? rest[1] : rest[0];
  return isDotnet(program) && assembly && /^[^"'$;&|]+\.dll$/.test(assembly) ? assembly : undefined;
}

function isDotnet(program: string): boolean {
  return /^(?:\/usr\/(?:bin|share\/dotnet)\/)?dotnet(?:\.exe)?$/.test(program);
}
