import type { ShellCommand, ShellNode, ShellScript, ShellWord } from '../../../shell/script.ts';
import { factOf } from '../../factOf.ts';
import { readArguments } from './arguments.ts';

/** A program that an instruction runs, whatever stands before it: `sudo -E env A=1 apt-get -y install x`. */
export interface Call {
  /** Its file name: `apt-get` for `/usr/bin/apt-get`. */
  readonly name: string;
  readonly nameWord: ShellWord;
  /** What it is given, behind its name. */
  readonly words: readonly ShellWord[];
  /** The variables that are set for it alone. */
  readonly variables: ReadonlyMap<string, string>;
  /** What makes it run as another user: `sudo `, or nothing. */
  readonly prefix: string;
  /** Whether something is piped or redirected into it, which may answer its questions. */
  readonly fed: boolean;
  readonly script: ShellScript;
  /** Each word of it is a string in JSON form, with quotes of its own: no shell reads it. */
  readonly json: boolean;
  /** What of the script it is; of what `sh -c` is given no part of its tree. */
  readonly command: ShellCommand;
}

/** What an instruction runs, in the order of the text. */
export const callsOf = factOf((_own, { scripts, text }): readonly Call[] => {
  const calls: Call[] = [];
  for (const script of scripts) collect(script.root, { script, text }, false, calls);
  return calls;
});

/** As {@link callsOf}, and none where something could not be read: what is not found then may be there all the same. */
export const readCallsOf = factOf((own, context): readonly Call[] =>
  context.scripts.some(({ broken }) => broken) ? [] : callsOf(own, context),
);

interface Source {
  readonly script: ShellScript;
  readonly text: string;
}

function collect(node: ShellNode, source: Source, fed: boolean, calls: Call[]): void {
  switch (node.kind) {
    case 'command': {
      const call = callOf(node, source, fed || readsInput(node));
      if (call) calls.push(call, ...innerCalls(call, source));
      for (const word of node.words) collectWord(word, source, calls);
      for (const { value } of node.assignments) if (value) collectWord(value, source, calls);
      return;
    }
    case 'pipeline':
      node.parts.forEach((part, index) => {
        collect(part, source, fed || index > 0, calls);
      });
      return;
    case 'list':
      for (const part of node.parts) collect(part, source, fed, calls);
      return;
    case 'compound':
      for (const part of node.parts) collect(part, source, fed || readsInput(node), calls);
  }
}

function collectWord({ substitutions }: ShellWord, source: Source, calls: Call[]): void {
  for (const inner of substitutions) collect(inner, source, false, calls);
}

function readsInput({ redirects }: Pick<ShellCommand, 'redirects'>): boolean {
  return redirects.some(({ operator }) => operator.includes('<'));
}

/** Programs that run another one: their options that take a value, and how many arguments stand before the program. */
const runners: Readonly<Record<string, { readonly valued?: string; readonly operands?: number }>> = {
  sudo: { valued: '-u -g -h -p -C -D -R -T -U --user --group --host --prompt --chdir --chroot --close-from' },
  doas: { valued: '-u -C' },
  env: { valued: '-u -C -S --unset --chdir' },
  exec: { valued: '-a' },
  command: {},
  builtin: {},
  time: { valued: '-f -o --format --output' },
  nice: { valued: '-n --adjustment' },
  ionice: { valued: '-c -n --class --classdata' },
  nohup: {},
  eatmydata: {},
  stdbuf: { valued: '-i -o -e --input --output --error' },
  timeout: { valued: '-k -s --kill-after --signal', operands: 1 },
  gosu: { operands: 1 },
  'su-exec': { operands: 1 },
  xargs: { valued: '-a -d -E -I -L -n -P -s --arg-file --delimiter --max-args --max-procs --max-lines --max-chars' },
};

/** Of those that run one another; what has more is no command that anybody wrote by hand. */
const maxRunners = 8;

function callOf(command: ShellCommand, source: Source, fed: boolean): Call | undefined {
  const variables = new Map(command.assignments.map(({ name, value }) => [name, value?.text ?? '']));
  let prefix = '';
  let words = command.words;
  for (let depth = 0; depth <= maxRunners; depth++) {
    const [first] = words;
    if (!first || !isCertain(first)) return undefined;
    const name = first.text.slice(first.text.lastIndexOf('/') + 1);
    if (!Object.hasOwn(runners, name) || words.length === 1)
      return {
        name,
        nameWord: first,
        words: words.slice(1),
        variables,
        prefix,
        fed,
        ...kindOf(first, source),
        command,
      };
    if (name === 'sudo' || name === 'doas') prefix = `${name} `;
    const { valued = '', operands = 0 } = runners[name]!;
    const { operands: rest } = readArguments(words.slice(1), {
      valued: new Set(valued.split(' ')),
      stopsAtOperand: true,
    });
    const program = rest.findIndex(({ text }, index) => index >= operands && !/^[A-Za-z_]\w*=/.test(text));
    for (const { text } of rest.slice(operands, program)) {
      const equals = text.indexOf('=');
      variables.set(text.slice(0, equals), text.slice(equals + 1));
    }
    words = program === -1 ? [] : rest.slice(program);
  }
  return undefined;
}

/** Within a string of JSON form, no quote is written without a backslash. */
function kindOf({ span }: ShellWord, { script, text }: Source): Pick<Call, 'script' | 'json'> {
  return { script, json: script.form === 'exec' && text[span.start] === '"' };
}

function isCertain({ dynamic, text }: ShellWord): boolean {
  return !dynamic || !/[$`]/.test(text);
}

/** `bash -c 'apt-get update && apt-get install x'`, where it is no more than commands of plain words. */
function innerCalls({ name, words, fed, prefix }: Call, source: Source): readonly Call[] {
  if (!/^(?:ba|da|a|z)?sh$/.test(name)) return [];
  const { operands, options } = readArguments(words, { valued: new Set(['-o', '-O']), stopsAtOperand: true });
  const [inline] = operands;
  if (!inline || !options.some((option) => option.name === '-c')) return [];
  const written = source.text.slice(inline.span.start, inline.span.end);
  if (!/^(?:'[^'"\\$`()<>{}#]*'|"[^'"\\$`()<>{}#]*")$/.test(written)) return [];
  const calls: Call[] = [];
  let piped = false;
  for (const { 0: part, 1: operator, index } of written.slice(1, -1).matchAll(/[^&|;\n]+|(&&?|\|\|?|;|\n)/g)) {
    if (operator !== undefined) piped = operator === '|';
    else {
      const command = plainCommand(part, inline.span.start + 1 + index);
      const call = command && callOf(command, source, fed || piped);
      if (call) calls.push({ ...call, prefix: call.prefix || prefix });
    }
  }
  return calls;
}

function plainCommand(text: string, offset: number): ShellCommand | undefined {
  const words = Array.from(text.matchAll(/\S+/g), ({ 0: word, index }): ShellWord => {
    const span = { start: offset + index, end: offset + index + word.length };
    return { text: word, dynamic: false, quoted: true, substitutions: [], span };
  });
  if (words.length === 0) return undefined;
  const span = { start: words[0]!.span.start, end: words.at(-1)!.span.end };
  return { kind: 'command', words, assignments: [], redirects: [], span };
}
