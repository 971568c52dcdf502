import type { Instruction } from '../dockerfile/dockerfile.ts';
import { perFile } from '../perFile.ts';
import type { Shell } from './rule.ts';

/** The shell of each instruction that one of a SHELL above it chose; for all others that of the image's platform. */
export interface Shells {
  readonly chosen: ReadonlyMap<Instruction, Shell>;
  readonly fallback: Shell;
}

const unixShell: Shell = { words: ['/bin/sh', '-c'], kind: 'sh', chosen: false };
const windowsShell: Shell = { words: ['cmd', '/S', '/C'], kind: 'cmd', chosen: false };

export function shellOf(instruction: Instruction, { chosen, fallback }: Shells): Shell {
  return chosen.get(instruction) ?? fallback;
}

/** Source: dispatchShell and defaultShell in BuildKit's convert.go. A file with the backquote for escapes is for Windows. */
export const findShells = perFile(({ stages, escape: escapeToken }): Shells => {
  const chosen = new Map<Instruction, Shell>();
  const atEnd: (Shell | undefined)[] = [];
  for (const { base, instructions } of stages) {
    let shell = base === undefined ? undefined : atEnd[base];
    for (const instruction of instructions) {
      if (shell) chosen.set(instruction, shell);
      if (instruction.keyword === 'SHELL' && instruction.json) shell = chosenShell(instruction.own);
    }
    atEnd.push(shell);
  }
  return { chosen, fallback: escapeToken === '`' ? windowsShell : unixShell };
});

const shells = new WeakMap<Instruction, Shell>();

/** One object for one SHELL, so that what is kept for a shell is found again. */
function chosenShell(own: Instruction): Shell {
  const known = shells.get(own);
  if (known) return known;
  const words = own.words.map(({ value }) => value);
  const shell: Shell = { words, kind: shellKindOf(words[0] ?? ''), chosen: true };
  shells.set(own, shell);
  return shell;
}

/** By the program's name: `bash` for `/usr/local/bin/bash`. */
export function shellKindOf(program: string): Shell['kind'] {
  const name = program
    .replace(/^.*[/\\]/, '')
    .replace(/\.exe$/i, '')
    .toLowerCase();
  if (/^(?:sh|ash|dash|ksh|mksh|busybox)$/.test(name)) return 'sh';
  if (/^(?:bash|zsh)$/.test(name)) return 'bash';
  if (/^(?:powershell|pwsh)$/.test(name)) return 'powershell';
  return name === 'cmd' ? 'cmd' : 'other';
}
