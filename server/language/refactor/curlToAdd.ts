import { frontendMinor } from '../diagnostics/frontend.ts';
import type { Fix, InstructionContext } from '../diagnostics/rule.ts';
import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import { variablesInScope } from '../dockerfile/scope.ts';
import { commandName, type ShellCommand, type ShellNode, type ShellWord } from '../shell/script.ts';
import { type Download, downloadOf, extractionOf, isRemoval, verifiedDigest } from './archiveCommands.ts';

/** The first 1.x of the frontend whose ADD unpacks what it downloads. */
const firstWithUnpack = 17;

/**
 * A RUN that downloads an archive and unpacks it, and does nothing else, as an ADD. With a checksum where the RUN checks one; without
 * one BuildKit looks at each build whether the archive is another, which RUN never did. Not where somebody else than root unpacks:
 * ADD keeps the owners that the archive names.
 */
export function curlToAdd(
  dockerfile: Dockerfile,
  instruction: Instruction,
  { scripts, text }: InstructionContext,
): Fix | undefined {
  const { keyword, keywordText, flags, stage, span, keywordSpan } = instruction;
  const [script, ...others] = scripts;
  if (keyword !== 'RUN' || stage === undefined || flags.length > 0 || span.start !== keywordSpan.start)
    return undefined;
  if (script?.form !== 'shell' || script.broken || others.length > 0 || /^[\t ]*#/m.test(text)) return undefined;
  if ((frontendMinor(dockerfile) ?? firstWithUnpack) < firstWithUnpack || hasUser(dockerfile, instruction))
    return undefined;
  const found = archiveIn(stepsOf(script.root) ?? []);
  if (!found) return undefined;
  const { url, target, digest } = found;
  const known = new Set(variablesInScope(dockerfile, span.start).map(({ name }) => name));
  if (!isReadable(url, known) || (target && !isReadable(target, known))) return undefined;
  const folder = target === undefined ? './' : target.text.replace(/\/?$/, '/');
  const checksum = digest === undefined ? '' : `--checksum=sha256:${digest} `;
  const add = `${keywordText === keyword ? 'ADD' : 'add'} ${checksum}--unpack ${url.text} ${folder}`;
  const title = digest === undefined ? 'Use ADD instead, without a checksum' : 'Use ADD with the checksum instead';
  return { title, edits: [{ span, text: add }], safe: false };
}

/** `USER` of the stage and of those it builds on; what the base image says is not known. */
function hasUser({ stages }: Dockerfile, { stage, span }: Instruction): boolean {
  for (let at = stages[stage!]; at; at = at.base === undefined ? undefined : stages[at.base]) {
    const user = at.instructions.findLast((other) => other.keyword === 'USER' && other.span.end <= span.start);
    if (user) return !/^(?:root|0)(?::|$)/.test(user.words[0]?.value ?? '');
  }
  return false;
}

/** Commands that run one after the other for as long as none fails. */
function stepsOf(root: ShellNode): readonly ShellNode[] | undefined {
  if (root.kind !== 'list') return [root];
  return root.operators.every(({ text }) => text === '&&') ? root.parts : undefined;
}

interface Archive {
  readonly url: ShellWord;
  readonly target: ShellWord | undefined;
  readonly digest?: string;
}

function archiveIn(steps: readonly ShellNode[]): Archive | undefined {
  const made = madeFolder(steps[0]);
  const [first, ...rest] = made ? steps.slice(1) : steps;
  const archive = first?.kind === 'pipeline' ? pipedArchive(first.parts, rest) : savedArchive(first, rest);
  return made && made !== archive?.target?.text.replace(/\/$/, '') ? undefined : archive;
}

/** `mkdir -p /x`, which ADD does by itself. */
function madeFolder(node: ShellNode | undefined): string | undefined {
  if (node?.kind !== 'command' || commandName(node) !== 'mkdir') return undefined;
  const [, option, folder, ...more] = node.words;
  return option?.text === '-p' && folder && more.length === 0 ? folder.text.replace(/\/$/, '') : undefined;
}

/** `curl … | tar …` */
function pipedArchive(parts: readonly ShellNode[], rest: readonly ShellNode[]): Archive | undefined {
  const [from, to, ...more] = parts.map(simple);
  if (!from || !to || more.length > 0 || rest.length > 0) return undefined;
  const download = downloadOf(from);
  const extraction = extractionOf(to);
  if (download?.file !== '-' || !extraction || extraction.file !== '-') return undefined;
  return { url: download.url, target: extraction.target };
}

/** `curl -o x …`, perhaps a check of x, `tar -xf x`, `rm x` */
function savedArchive(first: ShellNode | undefined, rest: readonly ShellNode[]): Archive | undefined {
  const command = first && simple(first);
  const download = command && downloadOf(command);
  if (!download) return undefined;
  const digest = rest[0] && checkedDigest(rest[0], download);
  const [extract, remove, ...more] = (digest === undefined ? rest : rest.slice(1)).map(simple);
  const extraction = extract && extractionOf(extract);
  if (!extraction || extraction.file !== download.file || !remove || more.length > 0) return undefined;
  if (!isRemoval(remove, download.file)) return undefined;
  return { url: download.url, target: extraction.target, ...(digest !== undefined && { digest }) };
}

/** `echo "<digest>  x" | sha256sum -c` */
function checkedDigest(node: ShellNode, { file }: Download): string | undefined {
  if (node.kind !== 'pipeline') return undefined;
  const [from, to, ...more] = node.parts.map(simple);
  return from && to && more.length === 0 ? verifiedDigest(from, to, file) : undefined;
}

function simple(node: ShellNode): ShellCommand | undefined {
  return node.kind === 'command' && node.assignments.length === 0 && node.redirects.length === 0 ? node : undefined;
}

/** Whether ADD makes the same of a word as the shell: no variables but those of the Dockerfile, and no substitution. */
function isReadable({ text, dynamic, substitutions }: ShellWord, known: ReadonlySet<string>): boolean {
  if (substitutions.length > 0 || /["'\\`\s*?[\]{}~]/.test(text.replaceAll(/\$\{\w+\}/g, ''))) return false;
  const names = [...text.matchAll(/\$\{?(\w*)/g)].map(([, name]) => name!);
  return dynamic ? names.every((name) => known.has(name)) : names.length === 0;
}
