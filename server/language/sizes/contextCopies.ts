import { utf8Length } from '../../../common/bytes.ts';
import type { Dockerfile, Heredoc, Instruction } from '../dockerfile/dockerfile.ts';
import { parseHeredocWord } from '../dockerfile/heredocs.ts';
import { evaluate, type Scope } from '../dockerfile/scope.ts';
import { readShellWord } from '../dockerfile/shellWord.ts';
import type { ContextCopy } from '../host.ts';
import { heredocText } from './fileSystem.ts';

/** What an instruction brings into its layer that is known before a build. */
export interface Sources {
  /** Bytes of the here-documents that become files. */
  readonly heredocBytes: number;
  /** What it takes of the build context; undefined where it takes nothing of it. */
  readonly copy?: ContextCopy;
}

/** Whether an instruction may read the build context: `COPY`, `ADD`, `RUN --mount=type=bind`. */
export function readsContext(instruction: Instruction): boolean {
  const { keyword, flags } = instruction;
  if (keyword === 'COPY') return !flags.some(({ name }) => name === 'from');
  if (keyword === 'ADD') return true;
  return (
    keyword === 'RUN' && flags.some((flag) => flag.name === 'mount' && contextMount(flag.value ?? '') !== undefined)
  );
}

/**
 * What a COPY or ADD takes of the context and of its here-documents. Undefined for every other instruction, and where that
 * cannot be told before the build: from a stage or an image, from the network, by a variable that only the build knows.
 */
export function sourcesOf(dockerfile: Dockerfile, instruction: Instruction, scope: Scope): Sources | undefined {
  const { keyword, words, heredocs, flags, json } = instruction;
  if ((keyword !== 'COPY' && keyword !== 'ADD') || flags.some(({ name }) => name === 'from')) return undefined;
  if (words.length < 2) return undefined;
  const get = (name: string) => scope.get(name);
  let heredocBytes = 0;
  for (const heredoc of heredocs) {
    const content = contentOf(heredoc, scope);
    if (content === undefined) return undefined;
    heredocBytes += utf8Length(content);
  }
  const named = words.slice(0, -1).filter(({ value }) => json || parseHeredocWord(value) === undefined);
  const sources = named.map(({ value }) => evaluate(dockerfile, value, get));
  if (!sources.every((source) => source !== undefined)) return undefined;
  if (keyword === 'ADD' && sources.some(isRemote)) return undefined;
  if (sources.length === 0) return { heredocBytes };
  const exclude = flags.flatMap(({ name, value }) => (name === 'exclude' && value !== undefined ? [value] : []));
  return { heredocBytes, copy: { keyword, sources, exclude } };
}

/** What a RUN sees of the context by its mounts, a copy each; undefined where a variable says it that only the build knows. */
export function mountedContext(
  dockerfile: Dockerfile,
  instruction: Instruction,
  scope: Scope,
): readonly ContextCopy[] | undefined {
  if (instruction.keyword !== 'RUN') return [];
  const copies: ContextCopy[] = [];
  for (const { name, value } of instruction.flags) {
    const written = name === 'mount' ? contextMount(value ?? '') : undefined;
    if (written === undefined) continue;
    const source = evaluate(dockerfile, written, (variable) => scope.get(variable));
    if (source === undefined) return undefined;
    copies.push({ keyword: 'COPY', sources: [source === '' ? '.' : source], exclude: [] });
  }
  return copies;
}

/** The source of a bind mount of the build context; undefined for every other mount. Source: BuildKit's commands_runmount.go. */
function contextMount(mount: string): string | undefined {
  let type = 'bind';
  let source = '.';
  for (const option of mount.split(',')) {
    const [key = '', value = ''] = option.split(/=(.*)/s, 2);
    const name = key.trim().toLowerCase();
    if (name === 'type') type = value;
    else if (name === 'source' || name === 'src') source = value;
    else if (name === 'from') return undefined;
  }
  return type === 'bind' ? source : undefined;
}

/** Source: BuildKit's dockerfile2llb, isHTTPSource and gitutil's ParseGitRef. */
function isRemote(source: string): boolean {
  return /^(?:https?|git|ssh):\/\//i.test(source) || /^git@/.test(source);
}

function contentOf(heredoc: Heredoc, scope: Scope): string | undefined {
  const { expand } = heredoc;
  const content = heredocText(heredoc);
  if (!expand || !/[$\\]/.test(content)) return content;
  const options = { escapeToken: '\\', skipQuotes: true } as const;
  let certain = true;
  const get = (name: string) => {
    const variable = scope.get(name);
    // Of what is not declared nothing is put in; of what only the build knows nobody knows how much.
    if (variable !== undefined && variable.value === undefined) certain = false;
    return variable?.value;
  };
  const { text, error } = readShellWord(content, { ...options, get });
  return certain && error === undefined ? text : undefined;
}
