import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction, Span, Word } from '../../../dockerfile/dockerfile.ts';
import { offsetOf, shift } from '../../../dockerfile/place.ts';
import { commandName, type ShellCommand, type ShellNode } from '../../../shell/script.ts';
import { factOf } from '../../factOf.ts';
import { removeInstruction } from '../../fixes.ts';
import type { ContextOf, Fix, InstructionContext, Rule } from '../../rule.ts';
import { commandsOf, hasOption } from './command.ts';

interface Archive {
  readonly copy: Instruction;
  /** As the COPY calls it, in the instruction read by itself. */
  readonly span: Span;
  /** The name of the file in the image. */
  readonly name: string;
}

/** The file names of what a RUN takes apart. */
const extracted = factOf((_, context): ReadonlySet<string> => {
  const names = commandsOf(context)
    .filter(extracts)
    .flatMap(({ words }) => words.slice(1));
  return new Set(names.map(({ text }) => baseName(text)));
});

const copied = factOf((own): readonly Omit<Archive, 'copy'>[] => {
  const words = own.words.filter(({ value }) => !value.startsWith('<<'));
  if (words.length < 2 || own.flags.some(({ name }) => name === 'from')) return [];
  const target = baseName(words.at(-1)!.value);
  if (isArchive(target)) return [{ span: words[0]!.span, name: target }];
  const sources = words.slice(0, -1).map(({ value, span }) => ({ span, name: baseName(value) }));
  return sources.filter(({ name }) => isArchive(name));
});

/** An archive that is copied only to be taken apart stays in a layer for nothing. Source: hadolint's DL3010. */
export const addForArchives: Rule = {
  name: 'DL3010',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  preset: 'hadolint',
  check(dockerfile, report, _, contextOf) {
    for (const { instructions } of dockerfile.stages) {
      let archives: readonly Archive[] = [];
      for (const instruction of instructions) {
        if (instruction.keyword === 'COPY') {
          const found = copied(instruction, contextOf(instruction));
          if (found.length > 0) archives = [...archives, ...found.map((each) => ({ ...each, copy: instruction }))];
        }
        if (instruction.keyword !== 'RUN' || archives.length === 0) continue;
        const names = extracted(instruction, contextOf(instruction));
        for (const archive of archives.filter(({ name }) => names.has(name)))
          report(
            shift(archive.span, offsetOf(archive.copy)),
            `${archive.name} is copied only to be unpacked, and stays in a layer. ADD unpacks it on its own.`,
            { cause: instruction, fix: () => toAdd(dockerfile, archive, instruction, contextOf) },
          );
        archives = archives.filter(({ name }) => !names.has(name));
      }
    }
  },
};

const unpackers = new Set(['unzip', 'gunzip', 'bunzip2', 'unlzma', 'unxz', 'zgz', 'uncompress', 'zcat', 'gzcat']);

function extracts(command: ShellCommand): boolean {
  const name = commandName(command);
  if (name !== 'tar') return unpackers.has(name);
  return hasOption(command, 'x', ['extract', 'get']) || /^[a-zA-Z]*x[a-zA-Z]*$/.test(command.words[1]?.text ?? '');
}

function baseName(path: string): string {
  const bare = path.replace(/^["']+|["']+$/g, '');
  return bare.slice(Math.max(bare.lastIndexOf('/'), bare.lastIndexOf('\\')) + 1);
}

function isArchive(name: string): boolean {
  return /\.(?:tar|Z|bz2|gz|lz|lzma|tZ|tb2|tbz|tbz2|tgz|tlz|tpz|txz|xz)$/.test(name);
}

/** Where a RUN does nothing but unpack the only file of a COPY with tar (and remove it), ADD does all of it. */
function toAdd(
  dockerfile: Dockerfile,
  { copy, name }: Archive,
  run: Instruction,
  contextOf: ContextOf,
): Fix | undefined {
  const directory = unpackDirectory(contextOf(run), name);
  const [source, target] = copy.words;
  const keeps = copy.flags.every((flag) => ['chown', 'chmod', 'link'].includes(flag.name));
  if (directory === undefined || copy.words.length !== 2 || copy.json || !keeps || run.flags.length > 0)
    return undefined;
  if (!/\.(?:tar|tar\.gz|tgz|tar\.bz2|tbz2?|tar\.xz|txz)$/.test(source!.value)) return undefined;
  return {
    title: 'Unpack it with ADD',
    edits: [
      { span: copy.keywordSpan, text: copy.keywordText === 'copy' ? 'add' : 'ADD' },
      { span: (target as Word).span, text: `${directory.replace(/\/$/, '')}/` },
      removeInstruction(dockerfile, run),
    ],
    safe: false,
  };
}

/** Where a RUN of nothing but `tar -xf archive -C directory && rm archive` unpacks; undefined for any other. */
function unpackDirectory({ scripts }: InstructionContext, archive: string): string | undefined {
  const [script, ...others] = scripts;
  if (script?.form !== 'shell' || script.broken || others.length > 0) return undefined;
  const { root } = script;
  const chained = root.kind === 'list' && root.operators.every(({ text }) => text === '&&');
  const [tar, remove, ...more]: readonly ShellNode[] = chained ? root.parts : [root];
  if (tar?.kind !== 'command' || commandName(tar) !== 'tar' || more.length > 0 || tar.redirects.length > 0)
    return undefined;
  if (remove && !removes(remove, archive)) return undefined;
  let directory = '.';
  let files = 0;
  for (let index = 1; index < tar.words.length; index++) {
    const { text, dynamic } = tar.words[index]!;
    if (dynamic) return undefined;
    if (text === '-C' || text === '--directory') directory = tar.words[++index]?.text ?? '';
    else if (baseName(text) === archive) files++;
    else if (!/^-?[xzjJvf]+$/.test(text)) return undefined;
  }
  return files === 1 && /^[\w./+-]+$/.test(directory) ? directory : undefined;
}

function removes(node: ShellNode, archive: string): boolean {
  if (node.kind !== 'command' || commandName(node) !== 'rm') return false;
  return node.words.slice(1).every(({ text }) => baseName(text) === archive || /^-[rfv]+$/.test(text));
}
