import { parse } from '../dockerfile/parse.ts';
import { commandOf, defaultShell, makesLayer, shellOf } from './fileSystem.ts';

/** A stage as far as the engine's own numbering of steps needs it; `server/engine/buildkit/failedBuild.ts` says what it means. */
export interface OutlinedStage {
  readonly name?: string;
  readonly base?: number;
  readonly external: boolean;
  readonly steps: readonly OutlinedStep[];
}

export interface OutlinedStep {
  readonly startLine: number;
  readonly endLine: number;
  readonly kind: 'exec' | 'file' | 'other';
  readonly command?: string;
}

export function outlineOf(text: string): readonly OutlinedStage[] {
  return parse(text).stages.map(({ name, base, image, instructions }) => {
    let shell = defaultShell;
    const steps = instructions.flatMap((instruction): readonly OutlinedStep[] => {
      shell = shellOf(instruction) ?? shell;
      if (!makesLayer(instruction)) return [];
      const { startLine, endLine, keyword, flags } = instruction;
      const lines = { startLine, endLine };
      // A linked copy is a step beside the others and another that joins it to them.
      if (flags.some((flag) => flag.name === 'link')) return [{ ...lines, kind: 'other' }];
      if (keyword !== 'RUN') return [{ ...lines, kind: 'file' }];
      const command = commandOf(instruction, shell);
      return [command === undefined ? { ...lines, kind: 'other' } : { ...lines, kind: 'exec', command }];
    });
    return {
      ...{ steps, external: base === undefined && image?.value !== 'scratch' },
      ...(name && { name: name.value.toLowerCase() }),
      ...(base !== undefined && { base }),
    };
  });
}
