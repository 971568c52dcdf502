import { parseReference } from '../../../common/reference.ts';
import type { Dockerfile, Instruction, Stage } from '../dockerfile/dockerfile.ts';
import { evaluate, type Scope, walkScopes } from '../dockerfile/scope.ts';
import { baseReference } from './chain.ts';
import type { Recorded } from './figures.ts';
import { commandOf, defaultShell, makesLayer, shellOf } from './fileSystem.ts';
import type { BuildCacheStep } from './sources.ts';

/** Records of the build cache that an instruction may have made or used, by what the cache's own words tell. */
interface Candidates {
  readonly records: readonly BuildCacheStep[];
  /** Nothing that the words do not tell can make it another step: it was one way to get here. */
  readonly certain: boolean;
}

/**
 * Sizes by the text of the file alone, for builds that the engine remembers nothing else of. The cache describes a step by its
 * command, not by the image it stands on, arguments, variables, mounts and contents: a command of the same text may have been
 * another project's, so its figure is no more than about right. Certain are only copies on nothing that have the size they
 * would have now. `expected`: those bytes, which tell candidates apart.
 */
export function sizesByText(
  dockerfile: Dockerfile,
  cache: readonly BuildCacheStep[],
  expected: (instruction: Instruction) => number | undefined,
): ReadonlyMap<Instruction, Recorded> {
  const children = childrenOf(cache);
  const sizes = new Map<Instruction, Recorded>();
  const ends: Candidates[] = [];
  let stage: Stage | undefined;
  let at: Candidates = { records: [], certain: false };
  let shell = defaultShell;
  let hidden = false;
  walkScopes(dockerfile, (instruction, scope, _, current) => {
    if (stage !== current) {
      if (stage) ends[stage.index] = at;
      stage = current;
      at = current.base === undefined ? bases(dockerfile, current, cache) : (ends[current.base] ?? nowhere);
      [shell, hidden] = [defaultShell, current.base !== undefined];
    }
    shell = shellOf(instruction) ?? shell;
    // Whatever a command can see of them does not show in its description.
    if (/^(?:ARG|ENV|USER|SHELL)$/.test(instruction.keyword)) hidden = true;
    if (!makesLayer(instruction)) return;
    const fits = describedBy(dockerfile, instruction, scope, shell);
    const below = at.records.flatMap(({ id }) => children.get(id) ?? []).filter(({ description }) => fits(description));
    const bytes = expected(instruction);
    const sized = bytes === undefined ? [] : below.filter((record) => record.bytes === bytes);
    const records = sized.length > 0 ? sized : below;
    const blind = hidden || instruction.flags.length > 0 || instruction.keyword === 'RUN' || sized.length === 0;
    at = { records, certain: at.certain && records.length === 1 && !blind };
    const newest = records.reduce<BuildCacheStep | undefined>(
      (a, b) => (a && a.createdAt >= b.createdAt ? a : b),
      undefined,
    );
    if (newest === undefined) return;
    sizes.set(instruction, {
      ...{ bytes: newest.bytes, source: 'cache', startedAt: newest.createdAt, at: newest.createdAt },
      ...(newest.packed
        ? { state: 'about', note: packedToo, counted: 'blocks' }
        : at.certain
          ? { state: 'exact' }
          : {
              state: 'about',
              note: 'It is the newest in the build cache with this text; the cache does not tell all it follows from.',
            }),
    });
  });
  return sizes;
}

/** Why a size of the build cache is not exact where the engine uses containerd's store. */
export const packedToo = 'The build cache of this engine counts what is kept of a layer compressed, too.';

const nowhere: Candidates = { records: [], certain: false };

function bases(dockerfile: Dockerfile, stage: Stage, cache: readonly BuildCacheStep[]): Candidates {
  if (stage.image?.value === 'scratch') return { records: [scratch], certain: true };
  const all = cache.filter(({ description }) => /^(?:from local|pulled from) /.test(description));
  const reference = parseReference(baseReference(dockerfile, stage) ?? '');
  if (reference === undefined) return { records: all, certain: false };
  const { registry, repository } = reference;
  const named = all.filter(({ description }) => description.startsWith(`pulled from ${registry}/${repository}`));
  const unnamed = all.filter(({ description }) => description.startsWith('from local'));
  // Which image a base is of, its record does not say to the tag.
  return { records: [...named, ...unnamed], certain: false };
}

/** What stands on it has no parent. */
const scratch: BuildCacheStep = { id: '', parents: [], description: '', bytes: 0, createdAt: 0 };

function childrenOf(cache: readonly BuildCacheStep[]): ReadonlyMap<string, readonly BuildCacheStep[]> {
  const children = new Map<string, BuildCacheStep[]>();
  for (const record of cache) {
    for (const parent of record.parents.length > 0 ? record.parents : ['']) {
      const siblings = children.get(parent);
      if (siblings) siblings.push(record);
      else children.set(parent, [record]);
    }
  }
  return children;
}

function describedBy(
  dockerfile: Dockerfile,
  instruction: Instruction,
  scope: Scope,
  shell: readonly string[],
): (description: string) => boolean {
  if (instruction.keyword === 'RUN') {
    const command = commandOf(instruction, shell);
    if (command === undefined) return () => false;
    return (description) => description === `mount / from exec ${command}`;
  }
  const { keyword, flags, words, json } = instruction;
  const written = words.map(({ value }) =>
    json ? value : (evaluate(dockerfile, value, (name) => scope.get(name)) ?? value),
  );
  const text = [keyword, ...flags.map((flag) => flag.text), json ? JSON.stringify(written) : written.join(' ')].join(
    ' ',
  );
  const wanted = blanks(text);
  return (description) => blanks(description.replace(/^\[[^\]]*\] /, '')) === wanted;
}

const blanks = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
