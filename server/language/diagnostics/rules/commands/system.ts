import type { Dockerfile, Instruction } from '../../../dockerfile/dockerfile.ts';
import { commandName } from '../../../shell/script.ts';
import { factOf } from '../../factOf.ts';
import type { ContextOf } from '../../rule.ts';
import { commandsOf } from './command.ts';

/** Whose commands an image has, as far as the file tells. */
export type System = 'gnu' | 'busybox' | undefined;

const gnuManagers = new Set(['apt-get', 'apt', 'dpkg', 'yum', 'dnf', 'microdnf', 'tdnf', 'zypper', 'rpm', 'pacman']);

const evidence = factOf((own, context): System => {
  const commands = commandsOf(context);
  if (commands.some((command) => gnuManagers.has(commandName(command)))) return 'gnu';
  return own.keyword === 'RUN' && commands.some((command) => commandName(command) === 'apk') ? 'busybox' : undefined;
});

/** By the package manager that the stage, or one it builds on, uses; else by the name of the image. */
export function systemOf(dockerfile: Dockerfile, { stage: index }: Instruction, contextOf: ContextOf): System {
  let stage = index === undefined ? undefined : dockerfile.stages[index];
  while (stage) {
    for (const instruction of stage.instructions) {
      const found = instruction.keyword === 'RUN' ? evidence(instruction, contextOf(instruction)) : undefined;
      if (found) return found;
    }
    if (stage.base === undefined) break;
    stage = dockerfile.stages[stage.base];
  }
  return stage?.image && /alpine|busybox/.test(stage.image.value) ? 'busybox' : undefined;
}
