import { failedJson } from '../diagnostics/jsonRepair.ts';
import type { Shell } from '../diagnostics/rule.ts';
import { shellKindOf } from '../diagnostics/shells.ts';
import { spanOf } from '../dockerfile/characters.ts';
import type { Heredoc, Instruction, JoinedText, Span } from '../dockerfile/dockerfile.ts';
import { parseHeredocWord } from '../dockerfile/heredocs.ts';
import { joinPieces } from '../dockerfile/joinedText.ts';
import { heredocOperators, readerWords } from './heredocOperators.ts';
import { jsonTextOf } from './jsonText.ts';
import type { ShellScript } from './script.ts';

/** A script as the shell gets it, with the bodies of heredocs that it reads itself, and with the way back. */
export interface ShellSource extends Pick<ShellScript, 'dialect' | 'form'> {
  readonly text: string;
  /** Where `text.slice(start, end)` stands in the instruction as it is read by itself. */
  spanOf(start: number, end: number): Span;
  /** How `text` is written there. */
  written(text: string): string;
}

/**
 * The scripts that sh or bash reads when a RUN runs, or one that ONBUILD triggers, in the order of the text. Of a RUN in JSON form
 * only one that it hands to a shell: `["sh", "-c", "…"]`. Source: dispatchRun in BuildKit's convert.go.
 */
export function shellSources(instruction: Instruction, shell: Shell): readonly ShellSource[] {
  const run = runOf(instruction);
  if (run === undefined || failedJson(run)) return [];
  if (run.json) return jsonScript(run);
  const { body, heredocs } = run;
  const dialect = dialectOf(shell.kind);
  const [first] = heredocs;
  if (first && parseHeredocWord(body.text)) {
    const shebang = first.content.startsWith('#!') && shell.kind !== 'cmd';
    const reads = shebang ? dialectOf(interpreter(first.content)) : dialect;
    return reads ? [heredocSource(first, reads)] : [];
  }
  if (dialect === undefined || body.text === '') return [];
  return [sourceOf(withBodies(run), dialect, 'shell'), ...scriptsOnStdin(run)];
}

function sourceOf(joined: JoinedText, dialect: ShellSource['dialect'], form: ShellSource['form']): ShellSource {
  return {
    ...{ text: joined.text, dialect, form },
    spanOf: (start, end) => spanOf(joined, start, end),
    written: (text) => text,
  };
}

/** What BuildKit hands to the shell of `cat <<EOF > /x`: the line, and behind it the bodies with the lines that close them. */
function withBodies({ body, heredocs, source }: Instruction): JoinedText {
  if (heredocs.length === 0) return body;
  const bodies = heredocs.map(({ name, content, bodySpan: { start, end } }) => {
    const closing = source.indexOf(name, end);
    return joinPieces(`\n${content}${name}`, [0, content.length + 1], [start - 1, closing]);
  });
  return concat([body, ...bodies]);
}

function concat(parts: readonly JoinedText[]): JoinedText {
  const starts: number[] = [];
  let length = 0;
  for (const { text } of parts) {
    starts.push(length);
    length += text.length;
  }
  return {
    text: parts.map(({ text }) => text).join(''),
    offsetAt(index) {
      const part = Math.max(
        0,
        starts.findLastIndex((start) => start <= index),
      );
      return parts[part]!.offsetAt(index - starts[part]!);
    },
  };
}

/** The RUN that an instruction is or, by ONBUILD, will be; read by itself. */
export function runOf({ own }: Instruction): Instruction | undefined {
  let at = own;
  while (at.trigger) at = at.trigger;
  return at.keyword === 'RUN' ? at : undefined;
}

function dialectOf(kind: Shell['kind']): ShellScript['dialect'] | undefined {
  return kind === 'sh' || kind === 'bash' ? kind : undefined;
}

/** What a shebang asks for: `#!/usr/bin/env -S bash -e` for bash. */
function interpreter(script: string): Shell['kind'] {
  const [line = ''] = script.slice(2).split(/\r?\n/, 1);
  const [program = '', ...more] = line.trim().split(/\s+/);
  if (!/(?:^|\/)env$/.test(program)) return shellKindOf(program);
  return shellKindOf(more.find((word) => !word.startsWith('-') && !word.includes('=')) ?? '');
}

/** `RUN bash -ex <<EOF`, `RUN <<EOF bash -ex`: its body, where the shell that is named reads it. */
function scriptsOnStdin({ body, heredocs }: Instruction): readonly ShellSource[] {
  if (heredocs.length === 0) return [];
  const operators = heredocOperators(body.text);
  if (operators.length !== heredocs.length) return [];
  return operators.flatMap((operator, index) => {
    const words = readerWords(body.text, operator);
    const dialect = scriptIndex(words) === 'stdin' ? dialectOf(shellKindOf(words[0] ?? '')) : undefined;
    return dialect ? [heredocSource(heredocs[index]!, dialect)] : [];
  });
}

/** The body of a heredoc as the shell gets it: without the tabs that `<<-` drops. */
function heredocSource({ content, bodySpan, chomp }: Heredoc, dialect: ShellScript['dialect']): ShellSource {
  const joined = chomp ? withoutTabs(content, bodySpan.start) : joinPieces(content, [0], [bodySpan.start]);
  return sourceOf(joined, dialect, 'heredoc');
}

function withoutTabs(content: string, offset: number): JoinedText {
  const starts: number[] = [];
  const offsets: number[] = [];
  let text = '';
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf('\n', at) + 1 || content.length;
    while (content[at] === '\t') at++;
    starts.push(text.length);
    offsets.push(offset + at);
    text += content.slice(at, end);
    at = end;
  }
  return starts.length === 0 ? joinPieces('', [0], [offset]) : joinPieces(text, starts, offsets);
}

/** `["bash", "-ec", "script"]` */
function jsonScript({ body, words }: Instruction): readonly ShellSource[] {
  const values = words.map(({ value }) => value);
  const dialect = dialectOf(shellKindOf(values[0] ?? ''));
  const index = dialect && scriptIndex(values);
  if (dialect === undefined || typeof index !== 'number') return [];
  const text = values[index]!;
  const written = (inserted: string) => JSON.stringify(inserted).slice(1, -1);
  return [{ text, dialect, form: 'exec', spanOf: jsonTextOf(body, index), written }];
}

/** Which of a shell's arguments is the script, or that it reads one from its input; undefined where that is a file. */
export function scriptIndex(words: readonly string[]): number | 'stdin' | undefined {
  let inline = false;
  let fromInput = false;
  for (let index = 1; index < words.length; index++) {
    const word = words[index]!;
    if (/^--?$/.test(word)) continue;
    if (!/^[-+]/.test(word)) return inline ? index : fromInput || word === '/dev/stdin' ? 'stdin' : undefined;
    if (word.startsWith('--')) continue;
    inline ||= word.includes('c');
    fromInput ||= word.includes('s');
    if (/[oO]$/.test(word)) index++;
  }
  return inline ? undefined : 'stdin';
}
