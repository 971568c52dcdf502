/**
 * Starting a Node program under its inspector by changing the command an image runs. Pure.
 * Source: Node's documentation, "Command-line options" (`--inspect-brk=[host:]port` stops before the first line), and the
 * image-spec's config.md (the process is Entrypoint followed by Cmd).
 */
import * as l10n from '@vscode/l10n';

export const inspectorPort = 9229;

export interface Command {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

export type Rewritten =
  | ({ readonly kind: 'node' } & Command)
  /** Why it cannot be started under the inspector, and what the user can do. */
  | { readonly kind: 'refused'; readonly message: string; readonly next: string };

/** The same process with Node listening for a debugger and waiting for it. */
export function underInspector({ entrypoint, command }: Command): Rewritten {
  const words = [...entrypoint, ...command];
  if (words.length === 0) return refused(l10n.t('The image says no command to run.'));

  const node = nodeIndex(words);
  if (node !== undefined) {
    const inspected = inspect(words, node);
    if (inspected === undefined) return refused(l10n.t('The image starts Node without a program.'));
    // An entrypoint that stays as it was is left to the image; the flag goes where Node's own words stand.
    return node >= entrypoint.length
      ? { kind: 'node', entrypoint, command: inspected.slice(entrypoint.length) }
      : { kind: 'node', entrypoint: inspected, command: [] };
  }

  const script = shellScript(words);
  if (script !== undefined) {
    const rewritten = inspectInShell(words[script] ?? '');
    if (rewritten !== undefined) {
      const changed = words.with(script, rewritten);
      return script >= entrypoint.length
        ? { kind: 'node', entrypoint, command: changed.slice(entrypoint.length) }
        : { kind: 'node', entrypoint: changed, command: [] };
    }
  }
  const text = script === undefined ? words.join(' ') : (words[script] ?? '');
  const launcher = launcherIn(text);
  return launcher === undefined
    ? refused(l10n.t('The image runs "{0}", in which Gantry finds no Node program.', text))
    : refused(
        l10n.t(
          'The image starts its program through {0} ("{1}"), which would be debugged in its place.',
          launcher,
          text,
        ),
      );
}

function refused(message: string): Rewritten {
  const next = l10n.t(
    'Say in the debug configuration what runs instead, for example "command": ["node", "server.js"].',
  );
  return { kind: 'refused', message, next };
}

/** Small programs that start the words after them: the init of an image, a drop of rights, the official images' own script. */
const wrappers =
  /^(?:docker-entrypoint(?:\.sh)?|entrypoint(?:\.sh)?|tini(?:-static)?|dumb-init|catatonit|exec|env|su-exec|gosu)$/;

/** Where `node` stands as the program: first, or behind wrappers and their flags. */
function nodeIndex(words: readonly string[]): number | undefined {
  for (const [index, word] of words.entries()) {
    if (isNode(word)) return index;
    const name = baseName(word);
    const behindUser = /^(?:su-exec|gosu)$/.test(baseName(words[index - 1] ?? ''));
    const passes = wrappers.test(name) || word.startsWith('-') || /^\w+=/.test(word) || behindUser;
    if (!passes) return undefined;
  }
  return undefined;
}

const flagsWithWord = new Set([
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '-C',
  '--conditions',
  '--env-file',
]);

/** With the flag right after `node`, and without inspector flags that were there. Undefined when Node gets no program. */
function inspect(words: readonly string[], node: number): readonly string[] | undefined {
  const options: string[] = [];
  let index = node + 1;
  for (; index < words.length && words[index]?.startsWith('-') === true; index++) {
    const word = words[index] ?? '';
    if (/^(?:-e|--eval|-p|--print|-pe|-i|--interactive|-c|--check|-v|--version|-h|--help)$/.test(word))
      return undefined;
    if (/^--inspect(?:-brk|-wait|-port)?(?:=|$)/.test(word)) continue;
    options.push(word);
    if (flagsWithWord.has(word)) options.push(words[++index] ?? '');
  }
  if (index >= words.length) return undefined;
  return [...words.slice(0, node + 1), flag, ...options, ...words.slice(index)];
}

const flag = `--inspect-brk=0.0.0.0:${inspectorPort}`;

/** The index of the script in `/bin/sh -c script`, behind wrappers. */
function shellScript(words: readonly string[]): number | undefined {
  const shell = words.findIndex((word) => /^(?:ba|da|a|z)?sh$/.test(baseName(word)));
  if (shell < 0 || !words.slice(0, shell).every((word) => wrappers.test(baseName(word)) || word.startsWith('-'))) {
    return undefined;
  }
  const dash = words.findIndex((word, index) => index > shell && /^-[a-z]*c$/.test(word));
  return dash < 0 || dash + 1 >= words.length ? undefined : dash + 1;
}

/** Puts the flag into the last simple command of a script that is `node …`: what comes before it prepares. */
function inspectInShell(script: string): string | undefined {
  const commandStart = /(?:^|&&|\|\||;|\n|\()\s*(?:(?:exec|[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|[^\s"';&|]*))\s+)*/g;
  let at: number | undefined;
  for (const start of script.matchAll(commandStart)) {
    const end = start.index + start[0].length;
    const program = /^(?:[\w./-]*\/)?(?:node|nodejs)(?=\s+[^\s;&|])/.exec(script.slice(end));
    if (program !== null) at = end + program[0].length;
  }
  if (at === undefined) return undefined;
  const rest = script.slice(at);
  const own = /^(?:\s+--?[\w-]+(?:=\S+)?)*/.exec(rest)?.[0] ?? '';
  const kept = own.replaceAll(/\s+--inspect(?:-brk|-wait|-port)?(?:=\S+)?(?=\s|$)/g, '');
  return `${script.slice(0, at)} ${flag}${kept}${rest.slice(own.length)}`;
}

function launcherIn(text: string): string | undefined {
  return /(?:^|[\s/;&|])(npm|npx|yarn|pnpm|pnpx|corepack|nodemon|ts-node|tsx|pm2|pm2-runtime|forever|next|nest|vite|bun|deno)(?=\s|$)/.exec(
    text,
  )?.[1];
}

function isNode(word: string): boolean {
  return /^node(?:js)?$/.test(baseName(word));
}

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}
