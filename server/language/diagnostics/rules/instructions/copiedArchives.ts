import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction, Stage, Word } from '../../../dockerfile/dockerfile.ts';
import { offsetOf, shift } from '../../../dockerfile/place.ts';
import { commandName, commandsIn, type ShellCommand, type ShellScript } from '../../../shell/script.ts';
import { copySources } from '../../copySources.ts';
import { factOf } from '../../factOf.ts';
import { inCaseOf, removeLines } from '../../fixes.ts';
import type { Edit, Fix, InstructionContext, Rule } from '../../rule.ts';
import { baseName, isArchive, isTar, plainPath } from './archiveNames.ts';

/** An archive that is copied, and then unpacked by a RUN of the same stage: both layers stay. Source: hadolint's DL3010. */
export const copiedArchive: Rule = {
  name: 'DL3010',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  preset: 'hadolint',
  reads: ['FROM', 'COPY', 'RUN'],
  check(dockerfile, report, _knowledge, contextOf) {
    for (const stage of dockerfile.stages) {
      const archives = new Map<string, Archive>();
      for (const instruction of stage.instructions) {
        if (instruction.keyword === 'COPY')
          for (const archive of archivesOf(instruction, contextOf(instruction))) archives.set(archive.name, archive);
        if (instruction.keyword !== 'RUN' || archives.size === 0) continue;
        for (const extraction of extractionsOf(instruction, contextOf(instruction))) {
          const archive = extraction.names.map((name) => archives.get(name)).find((found) => found !== undefined);
          if (!archive || (extraction.needsTar && !isTar(archive.source))) continue;
          archives.delete(archive.name);
          const line = instruction.startLine + 1;
          report(archive.word.span, `Line ${line} unpacks this. ADD does both at once, and leaves no archive behind.`, {
            fix: () => withAdd(dockerfile, stage, archive, instruction, extraction),
          });
        }
      }
    }
  },
};

interface Archive {
  readonly copy: Instruction;
  readonly word: Word;
  /** Its file name in the build context, and in the image. */
  readonly source: string;
  readonly name: string;
}

/** An archive among what a COPY copies, as far as the COPY alone says. */
interface OwnArchive {
  readonly index: number;
  readonly source: string;
  readonly name: string;
}

const ownArchivesOf = factOf((own): readonly OwnArchive[] => {
  if (own.words.length < 2 || own.flags.some(({ name, value }) => name === 'from' && value)) return [];
  const target = baseName(plainPath(own.words.at(-1)!));
  const named = isArchive(target);
  return copySources(own).flatMap((word, index) => {
    const source = baseName(plainPath(word));
    return isArchive(source) || named ? [{ index, source, name: named ? target : source }] : [];
  });
});

function archivesOf(copy: Instruction, context: InstructionContext): readonly Archive[] {
  const archives = ownArchivesOf(copy, context);
  if (archives.length === 0) return [];
  const words = copySources(copy);
  return archives.map(({ index, source, name }) => ({ copy, word: words[index]!, source, name }));
}

interface Extraction {
  readonly command: ShellCommand;
  readonly script: ShellScript;
  /** The file names it is given. */
  readonly names: readonly string[];
  /** It takes off the compression alone, so ADD does the same for a tar archive only. */
  readonly needsTar: boolean;
}

const unpackers = new Set(['gunzip', 'bunzip2', 'unlzma', 'unxz', 'uncompress', 'zcat', 'gzcat']);

const extractionsOf = factOf<readonly Extraction[]>((_own, { scripts }) =>
  scripts.flatMap((script) =>
    [...commandsIn(script.root)].flatMap((command) => {
      const program = commandName(command);
      const unpacks = program === 'tar' ? extracts(command) : unpackers.has(program);
      if (!unpacks) return [];
      const words = command.words.slice(1).filter(({ text }) => !text.startsWith('-'));
      return [{ command, script, names: words.map(({ text }) => baseName(text)), needsTar: program !== 'tar' }];
    }),
  ),
);

/** tar's first word needs no dash. */
function extracts({ words }: ShellCommand): boolean {
  if (/^[A-Za-z]*x[A-Za-z]*$/.test(words[1]?.text ?? '')) return true;
  return words.slice(1).some(({ text }) => /^-[A-Za-z]*x/.test(text) || text === '--extract' || text === '--get');
}

/** Only where the archive is used for nothing else, and tar is told nothing that ADD does not do. */
function withAdd(
  dockerfile: Dockerfile,
  stage: Stage,
  { copy, name }: Archive,
  run: Instruction,
  { command, script }: Extraction,
): Fix | undefined {
  const folder = folderOf(command);
  const alone = copySources(copy).length === 1 && copy.words.length === 2 && copy.span.start < run.span.start;
  const mentions = stage.instructions.filter((other) => other !== copy && other.source.includes(name));
  if (folder === undefined || !alone || mentions.length !== 1 || run.source.split(name).length !== 2) return undefined;
  if (copy.flags.some((flag) => flag.name !== 'link')) return undefined;
  const between = stage.instructions.slice(stage.instructions.indexOf(copy), stage.instructions.indexOf(run));
  const moved = between.some(({ keyword }) => keyword === 'WORKDIR') || /\b(?:cd|pushd)\b/.test(run.source);
  const removal = withoutCommand(dockerfile, run, command, script);
  if (!removal || (moved && !folder.startsWith('/'))) return undefined;
  const target = copy.words[1]!;
  const edits: readonly Edit[] = [
    { span: copy.keywordSpan, text: inCaseOf(copy, 'ADD') },
    { span: target.span, text: copy.json ? JSON.stringify(folder) : folder },
    removal,
  ];
  return { title: 'Let ADD unpack it', edits, safe: false };
}

/** `tar -xzf a.tgz -C /opt`: where to, with a slash at the end; undefined for any other options. */
function folderOf({ words, redirects, assignments }: ShellCommand): string | undefined {
  if (redirects.length + assignments.length > 0 || words.some(({ dynamic }) => dynamic)) return undefined;
  const [, options, archive, ...rest] = words.map(({ text }) => text);
  if (!/^-?[xvpzjJ]+f$/.test(options ?? '') || archive === undefined) return undefined;
  const folder =
    rest.length === 0 ? '.' : rest.length === 2 && /^(?:-C|--directory)$/.test(rest[0]!) ? rest[1]! : undefined;
  return folder !== undefined && /^[\w./-]+$/.test(folder) ? `${folder.replace(/\/+$/, '')}/` : undefined;
}

/** The RUN without the command, or no RUN at all. */
function withoutCommand(
  dockerfile: Dockerfile,
  run: Instruction,
  command: ShellCommand,
  { root, form }: ShellScript,
): Edit | undefined {
  if (form !== 'shell') return undefined;
  if (root === command) return removeLines(dockerfile, run);
  if (root.kind !== 'list' || root.operators.some(({ text }) => text !== '&&')) return undefined;
  const at = root.parts.indexOf(command);
  if (at === -1) return undefined;
  const next = root.parts[at + 1];
  const span = next
    ? { start: command.span.start, end: next.span.start }
    : { start: root.parts[at - 1]!.span.end, end: command.span.end };
  const placed = shift(span, offsetOf(run));
  return dockerfile.text.slice(placed.start, placed.end).includes('#') ? undefined : { span: placed, text: '' };
}
