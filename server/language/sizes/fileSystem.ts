import type { Dockerfile, Heredoc, Instruction, Stage } from '../dockerfile/dockerfile.ts';

/** Instructions that make a layer. Source: BuildKit's dockerfile2llb; `ADD` and `COPY` of nothing make one too. */
export function makesLayer({ keyword }: Instruction): boolean {
  return keyword === 'RUN' || keyword === 'COPY' || keyword === 'ADD' || keyword === 'WORKDIR';
}

/** What a stage has the stages run that build on it, and none further on. */
export function triggersIn({ instructions }: Stage): readonly Instruction[] {
  return instructions.filter(({ keyword }) => keyword === 'ONBUILD');
}

/** A stage and those it builds on, the first first. */
export function stageChain(dockerfile: Dockerfile, stage: Stage): readonly Stage[] {
  const chain: Stage[] = [];
  for (let at: Stage | undefined = stage; at; at = at.base === undefined ? undefined : dockerfile.stages[at.base]) {
    chain.unshift(at);
  }
  return chain;
}

/** What the shell form of RUN is run with, as BuildKit writes it. Source: BuildKit's defaultShell. */
export const defaultShell: readonly string[] = ['/bin/sh', '-c'];

/** The words of a SHELL instruction. */
export function shellOf(instruction: Instruction): readonly string[] | undefined {
  if (instruction.keyword !== 'SHELL' || !instruction.json) return undefined;
  return instruction.words.map(({ value }) => value);
}

/** A here-document as it becomes a file or a script: `<<-` drops the tabs that its lines begin with. */
export function heredocText({ content, chomp }: Heredoc): string {
  return chomp ? content.replaceAll(/^\t+/gm, '') : content;
}

/**
 * The command of a RUN as the engine describes it: `/bin/sh -c npm ci`. Here-documents stand in it as BuildKit hands them to
 * the shell. Undefined where they are run as a script of their own. Source: dispatchRun in BuildKit's convert.go.
 */
export function commandOf({ body, json, words, heredocs }: Instruction, shell: readonly string[]): string | undefined {
  if (json) return words.map(({ value }) => value).join(' ');
  const [heredoc] = heredocs;
  if (heredoc === undefined) return [...shell, body.text].join(' ');
  if (heredocs.length === 1 && /^<<-?\s*["']?[^\s"']+["']?$/.test(body.text.trim())) {
    const script = heredocText(heredoc);
    return script.startsWith('#!') ? undefined : [...shell, script].join(' ');
  }
  const files = heredocs.map((one) => `\n${one.content}${one.name}`);
  return [...shell, body.text + files.join('')].join(' ');
}
