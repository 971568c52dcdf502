/** What single commands do that download, check and unpack an archive; anything that they are told beyond that is not known here. */
import { commandName, type ShellCommand, type ShellWord } from '../shell/script.ts';

export interface Download {
  readonly url: ShellWord;
  /** `-` for the standard output. */
  readonly file: string;
}

/** Options that change nothing about what is downloaded. */
const harmless: Readonly<Record<string, RegExp>> = {
  curl: /^(?:-[fsSL]+|--fail|--silent|--show-error|--location|--tlsv1\.[0-3]|--proto-default=https)$/,
  wget: /^(?:-q|-nv|--quiet|--no-verbose|--progress=\S+|--https-only)$/,
};

/** Those that take the next word with them. */
const withValue: Readonly<Record<string, RegExp>> = {
  curl: /^(?:--proto|--retry|--retry-delay|--connect-timeout)$/,
  wget: /^(?:--tries|--timeout)$/,
};

export function downloadOf(command: ShellCommand): Download | undefined {
  const name = commandName(command);
  if (name !== 'curl' && name !== 'wget') return undefined;
  const words = command.words.slice(1);
  let url: ShellWord | undefined;
  let file: string | undefined;
  let ownName = name === 'wget';
  for (let index = 0; index < words.length; index++) {
    const { text } = words[index]!;
    const saved = name === 'curl' ? /^-([fsSL]*)([oO])$/.exec(text) : /^-(q?)(O)(-?)$/.exec(text);
    if (saved && name === 'curl' && saved[2] === 'O') ownName = true;
    else if (saved) file = saved[3] === '-' ? '-' : words[++index]?.text;
    else if (name === 'curl' && text === '--output') file = words[++index]?.text;
    else if (withValue[name]!.test(text)) index++;
    else if (text.startsWith('-')) {
      if (!harmless[name]!.test(text)) return undefined;
    } else if (url === undefined) url = words[index]!;
    else return undefined;
  }
  if (!url || !/^https?:\/\//.test(url.text)) return undefined;
  return { url, file: file ?? (ownName ? url.text.slice(url.text.lastIndexOf('/') + 1) : '-') };
}

export interface Extraction {
  readonly file: string;
  /** Undefined: the folder that the command runs in. */
  readonly target: ShellWord | undefined;
}

/** `tar -xzf x -C /y`, and nothing about which files or how. */
export function extractionOf(command: ShellCommand): Extraction | undefined {
  if (commandName(command) !== 'tar') return undefined;
  const words = command.words.slice(1);
  let file: string | undefined;
  let target: ShellWord | undefined;
  let extracts = false;
  for (let index = 0; index < words.length; index++) {
    const { text } = words[index]!;
    const letters = /^-?([xzjJvf]+)$/.exec(text)?.[1];
    if (letters && (index === 0 || text.startsWith('-'))) {
      extracts ||= letters.includes('x');
      if (letters.includes('f') && !letters.endsWith('f')) return undefined;
      if (letters.endsWith('f')) file = words[++index]?.text;
    } else if (text === '-C' || text === '--directory') target = words[++index];
    else return undefined;
  }
  return extracts ? { file: file ?? '-', target } : undefined;
}

/** The digest that `echo "<digest>  x" | sha256sum -c` holds `file` against. */
export function verifiedDigest(print: ShellCommand, check: ShellCommand, file: string): string | undefined {
  const [, line, ...more] = print.words;
  if (commandName(print) !== 'echo' || !line || line.dynamic || more.length > 0) return undefined;
  const [, digest, name] = /^([0-9a-f]{64})[ \t]+\*?(\S+)$/.exec(line.text) ?? [];
  const options = check.words.slice(1).map(({ text }) => text);
  const checks = options.some((option) => option === '-c' || option === '--check');
  if (commandName(check) !== 'sha256sum' || !checks || name !== file) return undefined;
  return options.every((option) => /^(?:-c|--check|-|--strict|--status|--quiet)$/.test(option)) ? digest : undefined;
}

export function isRemoval(command: ShellCommand, file: string): boolean {
  const words = command.words.slice(1).map(({ text }) => text);
  return (
    commandName(command) === 'rm' && words.at(-1) === file && words.slice(0, -1).every((word) => /^-[rf]+$/.test(word))
  );
}
