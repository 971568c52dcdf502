import type { Instruction } from '../../../dockerfile/dockerfile.ts';
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
  /** Undefined in JSON form, where there is no shell. */
  readonly script: ShellScript | undefined;
  readonly command: ShellCommand;
}

/** What an instruction runs, in the order of the text. A script that could not be read to its end proves nothing, and is left out. */
export const callsOf = factOf((own, { scripts }): readonly Call[] => {
  const calls: Call[] = [];
  for (const script of scripts) {
    if (!script.broken) collect(script.root, script, false, calls);
  }
  return scripts.length === 0 ? jsonCalls(own) : calls;
});

function collect(node: ShellNode, script: ShellScript, fed: boolean, calls: Call[]): void {
  switch (node.kind) {
    case 'command': {
      const call = callOf(node, script, fed || readsInput(node));
      if (call) calls.push(call);
      for (const word of node.words) collectWord(word, script, calls);
      for (const { value } of node.assignments) if (value) collectWord(value, script, calls);
      return;
    }
    case 'pipeline':
      node.parts.forEach((part, index) => {
        collect(part, script, fed || index > 0, calls);
      });
      return;
    case 'list':
      for (const part of node.parts) collect(part, script, fed, calls);
      return;
    case 'compound':
      for (const part of node.parts) collect(part, script, fed || readsInput(node), calls);
  }
}

function collectWord({ substitutions }: ShellWord, script: ShellScript, calls: Call[]): void {
  for (const inner of substitutions) collect(inner, script, false, calls);
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

function callOf(command: ShellCommand, script: ShellScript | undefined, fed: boolean): Call | undefined {
  const variables = new Map(command.assignments.map(({ name, value }) => [name, value?.text ?? '']));
  let prefix = '';
  let words = command.words;
  for (let first = words[0]; first && isCertain(first); first = words[0]) {
    const name = first.text.slice(first.text.lastIndexOf('/') + 1);
    if (!Object.hasOwn(runners, name) || words.length === 1)
      return { name, nameWord: first, words: words.slice(1), variables, prefix, fed, script, command };
    if (name === 'sudo' || name === 'doas') prefix = `${name} `;
    const { valued = '', operands = 0 } = runners[name]!;
    const { operands: rest } = readArguments(words.slice(1), {
      valued: new Set(valued.split(' ')),
      stopsAtOperand: true,
    });
    words = rest.slice(operands);
    while (words[0] && /^[A-Za-z_]\w*=/.test(words[0].text)) {
      const [variable = '', ...value] = words[0].text.split('=');
      variables.set(variable, value.join('='));
      words = words.slice(1);
    }
  }
  return undefined;
}

function isCertain({ dynamic, text }: ShellWord): boolean {
  return !dynamic || !/[$`]/.test(text);
}

/** `["apt-get", "install", "x"]` */
function jsonCalls(own: Instruction): readonly Call[] {
  let run: Instruction | undefined = own;
  while (run?.trigger) run = run.trigger;
  if (run.keyword !== 'RUN' || !run.json || run.words.length === 0) return [];
  const words = run.words.map(
    ({ value, span }): ShellWord => ({ text: value, dynamic: false, quoted: true, substitutions: [], span }),
  );
  const span = { start: words[0]!.span.start, end: words.at(-1)!.span.end };
  const call = callOf({ kind: 'command', words, assignments: [], redirects: [], span }, undefined, false);
  return call ? [call] : [];
}
