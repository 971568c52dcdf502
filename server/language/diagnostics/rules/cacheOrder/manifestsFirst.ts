import type { Dockerfile, Instruction, Stage } from '../../../dockerfile/dockerfile.ts';
import { offsetOf, shift } from '../../../dockerfile/place.ts';
import type { ShellNode } from '../../../shell/script.ts';
import { lineBreakIn } from '../../fixes.ts';
import type { ContextOf, Edit, Fix } from '../../rule.ts';
import { unquote } from './copies.ts';
import { type Install, installOf } from './installs.ts';

/** What may stand between the two: it neither reads the files nor says where they go. */
const between = new Set(['ENV', 'ARG', 'LABEL', 'EXPOSE', 'USER', 'WORKDIR', 'STOPSIGNAL']);

/**
 * The manifests copied where all was, and all of it behind the RUN that needs nothing else; a RUN that goes on to build is split.
 * Where the build itself fetches, a RUN that only fetches is put before it. None where it may read more than is known.
 */
export function manifestsFirst(
  dockerfile: Dockerfile,
  stage: Stage,
  copy: Instruction,
  run: Instruction,
  contextOf: ContextOf,
): Fix | undefined {
  const target = targetOf(stage, copy, run);
  if (target === undefined) return undefined;
  const { scripts } = contextOf(run);
  const [script] = scripts;
  if (!script || scripts.length > 1 || script.form !== 'shell' || script.broken) return undefined;
  const parts = script.root.kind === 'list' ? script.root.parts : [script.root];
  const installs = leadingInstalls(parts);
  const manifests = [...new Set(installs.flatMap(({ manifests = [] }) => manifests))];
  const first = copyOf(copy, manifests, target);
  if (first === undefined) return undefined;
  const lineBreak = lineBreakIn(dockerfile.text);
  const all = copy.source;
  const title = `Copy ${manifests.join(', ')} first`;

  const [{ fetch }] = installs as [Install];
  if (fetch !== undefined) {
    const at = { start: copy.span.start, end: copy.span.start };
    const text = `${first}${lineBreak}${run.keywordText} ${fetch}${lineBreak}`;
    return { title, edits: [{ span: at, text }], safe: false };
  }

  const edits: Edit[] = [{ span: copy.span, text: first }];
  if (installs.length === parts.length) {
    edits.push({ span: { start: run.span.end, end: run.span.end }, text: `${lineBreak}${all}` });
    return { title, edits, safe: false };
  }
  if (script.root.kind !== 'list' || script.root.operators.some(({ text }) => text !== '&&')) return undefined;
  const gap = { start: parts[installs.length - 1]!.span.end, end: parts[installs.length]!.span.start };
  if (run.source.slice(gap.start, gap.end).includes('#')) return undefined; // a comment would be lost
  edits.push({
    span: shift(gap, offsetOf(run)),
    text: `${lineBreak}${all}${lineBreak}${run.keywordText} ${flagsOf(run)}`,
  });
  return { title, edits, safe: false };
}

/** The installing commands that a RUN begins with, of one ecosystem; none unless each is known to read only manifests. */
function leadingInstalls(parts: readonly ShellNode[]): readonly Install[] {
  const installs: Install[] = [];
  for (const part of parts) {
    const install = part.kind === 'command' ? installOf(part) : undefined;
    if (!install || (installs[0] && (installs[0].ecosystem !== install.ecosystem || install.fetch))) break;
    installs.push(install);
    if (install.fetch) break;
  }
  return installs.every(({ manifests }) => manifests) ? installs : [];
}

/**
 * Where the COPY puts files, as it says it; undefined where it is not certain that this is where the RUN runs, that nothing
 * between the two reads them, or that the COPY does the same behind the RUN.
 */
function targetOf({ instructions }: Stage, copy: Instruction, run: Instruction): string | undefined {
  const at = instructions.indexOf(copy);
  if (at === -1 || copy.words.length !== 2 || /[$\n]|<<|--parents/.test(copy.source)) return undefined;
  const steps = instructions.slice(at + 1, instructions.indexOf(run));
  if (steps.some(({ keyword }) => !between.has(keyword))) return undefined;
  const target = unquote(copy.words[1]!.value);
  const isWorkdir = ({ keyword }: Instruction) => keyword === 'WORKDIR';
  const moved = steps.findLast(isWorkdir);
  const folder = unquote((moved ?? instructions.slice(0, at).findLast(isWorkdir))?.words[0]?.value ?? '');
  return (!moved && isHere(target)) || isSame(target, folder) ? target : undefined;
}

function isHere(target: string): boolean {
  return /^\.?\/?$/.test(target) && target !== '/';
}

/** Both the same folder, from the root. */
function isSame(target: string, folder: string): boolean {
  return folder.startsWith('/') && target.replace(/\/$/, '') === folder.replace(/\/$/, '');
}

/** A COPY of some files, with the flags and in the form of the one of all. */
function copyOf(copy: Instruction, manifests: readonly string[], target: string): string | undefined {
  if (manifests.length === 0) return undefined;
  const folders = new Set(manifests.map((path) => path.slice(0, path.lastIndexOf('/') + 1)));
  if (folders.size > 1) return undefined;
  const [folder] = folders as ReadonlySet<string>;
  const into = `${target.replace(/\/?$/, '/')}${folder}`;
  const words = [...manifests, into];
  const list = copy.json ? JSON.stringify(words).replaceAll(',', ', ') : words.join(' ');
  return `${copy.keywordText} ${flagsOf(copy)}${list}`;
}

/** As written, with a blank behind them. */
function flagsOf({ own: { flags, source } }: Instruction): string {
  const [first] = flags;
  return first ? `${source.slice(first.span.start, flags.at(-1)!.span.end)} ` : '';
}
