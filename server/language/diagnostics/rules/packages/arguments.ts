import type { ShellWord } from '../../../shell/script.ts';

/** The words behind a program's name, told apart. */
export interface Arguments {
  readonly options: readonly Option[];
  readonly operands: readonly ShellWord[];
  /** A variable may bring options that are not written: `$APT_OPTIONS`. */
  readonly open: boolean;
}

export interface Option {
  /** With its dashes; of a cluster such as `-yq` each letter: `-y`, `-q`. */
  readonly name: string;
  /** Of an option that takes one, and of any other where it is written with an equals sign. */
  readonly value?: string;
  readonly word: ShellWord;
}

export interface OptionStyle {
  /** Options that take the next word for their value, where they bring none themselves. */
  readonly valued: ReadonlySet<string>;
  /** Options of several letters begin with one dash: `-ldflags=x`. */
  readonly singleDash?: boolean;
  /** The first operand ends the options: what follows belongs to another program. */
  readonly stopsAtOperand?: boolean;
}

export function readArguments(words: readonly ShellWord[], style: OptionStyle): Arguments {
  const options: Option[] = [];
  const operands: ShellWord[] = [];
  let open = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word.text === '--') return { options, operands: [...operands, ...words.slice(index + 1)], open };
    if (!/^-./.test(word.text)) {
      if (style.stopsAtOperand) return { options, operands: words.slice(index), open };
      open ||= mayHoldOptions(word, operands.length);
      operands.push(word);
      continue;
    }
    const found = word.text.startsWith('--') || style.singleDash ? [longOption(word)] : cluster(word, style);
    const last = found.at(-1)!;
    if (last.value === undefined && style.valued.has(last.name)) {
      const next = words[++index];
      found[found.length - 1] = { ...last, value: next?.text ?? '' };
    }
    options.push(...found);
  }
  return { options, operands, open };
}

function longOption(word: ShellWord): Option {
  const equals = word.text.indexOf('=');
  if (equals === -1) return { name: word.text, word };
  return { name: word.text.slice(0, equals), value: word.text.slice(equals + 1), word };
}

/** `-yq`, `-q=2`, `-tstable`: what follows an option that takes a value is its value. */
function cluster(word: ShellWord, { valued }: OptionStyle): Option[] {
  const { text } = word;
  const options: Option[] = [];
  for (let at = 1; at < text.length; at++) {
    const name = `-${text[at]!}`;
    const rest = text.slice(at + 1);
    if (rest !== '' && (valued.has(name) || rest.startsWith('='))) {
      options.push({ name, value: rest.replace(/^=/, ''), word });
      break;
    }
    options.push({ name, word });
  }
  return options;
}

/** A variable that a shell splits into words may hold options, unless its name says that it holds what is worked on. */
function mayHoldOptions({ dynamic, text, substitutions }: ShellWord, before: number): boolean {
  if (!dynamic || substitutions.length > 0 || !text.startsWith('$')) return false;
  return before === 0 || !/pack|pkg|dep|lib|tool|modul|plugin|ext|version|req|build|app|php|mod|list/i.test(text);
}

export function hasOption(options: readonly Option[], ...names: readonly string[]): boolean {
  return options.some(({ name }) => names.includes(name));
}
