import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { parseReference } from '../../../../../common/reference.ts';
import type { Instruction, Stage } from '../../../dockerfile/dockerfile.ts';
import { commandName, commandsIn } from '../../../shell/script.ts';
import { factOf } from '../../factOf.ts';
import { insertion } from '../../fixes.ts';
import { stageTree } from '../../reads.ts';
import type { Fix, InstructionContext, Rule } from '../../rule.ts';
import { copiedBy } from './copies.ts';
import { type Ecosystem, ecosystemNames, ecosystems } from './ecosystems.ts';
import { type Install, installOf } from './installs.ts';
import { manifestsFirst } from './manifestsFirst.ts';

/**
 * All of the build context copied before a project's dependencies are fetched, so that each edit of any file fetches them anew.
 * Silent where the manifests were copied before, and where a cache mount keeps what was fetched.
 */
export const copyBeforeInstall: Rule = {
  name: 'CopyBeforeInstall',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  preset: 'recommended',
  reads: [...stageTree, 'COPY', 'ADD', 'RUN'],
  check(dockerfile, report, _knowledge, contextOf) {
    const states: State[] = [];
    for (const stage of dockerfile.stages) {
      let { everything, done } = stage.base === undefined ? start : states[stage.base]!;
      for (const instruction of stage.instructions) {
        const { keyword } = instruction;
        if (keyword !== 'COPY' && keyword !== 'ADD' && keyword !== 'RUN') continue;
        const context = contextOf(instruction);
        const copied = copiedBy(instruction, context);
        if (everything === undefined) {
          if (copied.manifestsOf.length > 0) done = new Set([...done, ...copied.manifestsOf]);
          if (copied.everything) everything = instruction;
          continue;
        }
        if (keyword !== 'RUN') continue;
        for (const install of installsIn(instruction, context)) {
          if (done.has(install.ecosystem)) continue;
          done = new Set([...done, install.ecosystem]);
          const copy = everything;
          const { name, cache } = install;
          const way = cache
            ? 'Keep them in a cache mount: --mount=type=cache.'
            : 'Copy what it reads before, and the rest behind it.';
          report(copy.span, `Each edit of any file makes "${name}" fetch all dependencies again. ${way}`, {
            cause: instruction,
            fix: () =>
              cache
                ? inCacheMount(stage, instruction, install)
                : manifestsFirst(dockerfile, stage, copy, instruction, contextOf),
          });
        }
      }
      states.push({ everything, done });
    }
  },
};

interface State {
  /** What copied the whole context. */
  readonly everything: Instruction | undefined;
  /** Whose dependencies are no matter any more. */
  readonly done: ReadonlySet<Ecosystem>;
}

const start: State = { everything: undefined, done: new Set() };

/** None where the folder may be another: in another image, or for a user who could not write to what root mounts. */
function inCacheMount({ image, instructions }: Stage, run: Instruction, { cache }: Install): Fix | undefined {
  const { registry, repository } = (image && parseReference(image.value)) ?? {};
  const isOfficial = registry === 'docker.io' && repository === 'library/rust';
  if (!isOfficial || instructions.some(({ keyword, source }) => keyword === 'USER' || source.includes('CARGO_HOME')))
    return undefined;
  const edit = insertion(run.keywordSpan.end, ` --mount=type=cache,target=${cache}`);
  return { title: 'Keep what it fetches in a cache mount', edits: [edit], safe: false };
}

/** The commands of a RUN that fetch dependencies. None where what they read was fetched by the RUN itself. */
const installsIn = factOf((own: Instruction, context: InstructionContext): readonly Install[] => {
  if (own.flags.some(({ name, value = '' }) => name === 'mount' && value.includes('type=cache'))) return [];
  if (!ecosystemNames.some((ecosystem) => ecosystems[ecosystem].tools.test(own.source))) return [];
  const installs: Install[] = [];
  for (const command of context.scripts.flatMap(({ root }) => [...commandsIn(root)])) {
    if (/^(?:git|tar|unzip|svn)$/.test(commandName(command))) break;
    const install = installOf(command);
    if (install) installs.push(install);
  }
  return installs;
});
