import { cleanPath } from '../../../../../common/ignore.ts';
import type { Flag, Instruction } from '../../../dockerfile/dockerfile.ts';
import { mountKeyOf } from '../../../docs/mounts.ts';
import { factOf } from '../../factOf.ts';
import { mountOptions } from '../../mountOptions.ts';
import type { Fix } from '../../rule.ts';

/** Where a RUN has folders that stay out of the image: its mounts of type cache and tmpfs. */
export const cacheTargetsOf = factOf((own, { text }): readonly string[] =>
  runOf(own).flags.flatMap((flag) => cacheTarget(text, flag) ?? []),
);

/** The RUN that an instruction is or, by ONBUILD, triggers; any other instruction itself. */
export function runOf(instruction: Instruction): Instruction {
  let run = instruction;
  while (run.trigger) run = run.trigger;
  return run;
}

function cacheTarget(text: string, flag: Flag): string | undefined {
  if (flag.name !== 'mount' || flag.value === undefined) return undefined;
  const values = new Map<string, string | undefined>();
  for (const { key, value } of mountOptions(text, flag) ?? []) values.set(mountKeyOf(key), value);
  const type = values.get('type')?.toLowerCase();
  const target = values.get('target');
  return (type === 'cache' || type === 'tmpfs') && target ? target : undefined;
}

/** Whether `directory` lies in one of the mounts; a mount whose place a variable decides may be anywhere. */
export function isMounted(targets: readonly string[], directory: string): boolean {
  return targets.some((target) => {
    const clean = cleanPath(target);
    return target.includes('$') || directory === clean || directory.startsWith(`${clean}/`);
  });
}

/** Keeps `directories` between builds, and out of the image. */
export function addCacheMounts(instruction: Instruction, directories: readonly string[]): Fix {
  const { end } = runOf(instruction).keywordSpan;
  const mounts = directories.map((directory) => ` --mount=type=cache,target=${directory},sharing=locked`);
  return {
    title: 'Keep it out of the image with a cache mount',
    edits: [{ span: { start: end, end }, text: mounts.join('') }],
    safe: false,
  };
}
