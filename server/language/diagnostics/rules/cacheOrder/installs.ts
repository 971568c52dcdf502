import { commandName, type ShellCommand } from '../../../shell/script.ts';
import type { Ecosystem } from './ecosystems.ts';

/** A command that fetches all that a project depends on. */
export interface Install {
  readonly ecosystem: Ecosystem;
  /** How it is called in a message: `npm ci`. */
  readonly name: string;
  /** Files of the project that are all it reads, as a COPY may name them; none where it may read more, or which is not certain. */
  readonly manifests?: readonly string[];
  /** A command that does only the fetching, where this one goes on to build. */
  readonly fetch?: string;
  /** It needs all files to fetch anything, and keeps what it fetched in this folder of the ecosystem's official image. */
  readonly cache?: string;
}

/** Undefined for every other command, such as one that installs what it names. */
export function installOf(command: ShellCommand): Install | undefined {
  const words = command.words.map(({ text }) => text);
  const name = commandName(command);
  if (name === 'uv' && words[1] === 'pip') return pip(words.slice(2), 'uv pip install');
  if (/^python[\d.]*$/.test(name) && words[1] === '-m' && words[2] === 'pip') return pip(words.slice(3), 'pip install');
  if (/^pip[\d.]*$/.test(name)) return pip(words.slice(1), 'pip install');
  if (words.some((word) => /^--(?:offline|prefer-offline)$/.test(word))) return undefined;
  return known[name]?.(words.slice(1), words[0]!);
}

type Reader = (words: readonly string[], program: string) => Install | undefined;

const known: Readonly<Record<string, Reader>> = {
  npm: (words) => node('npm', words, /^(?:ci|install|i|clean-install)$/, ['package*.json']),
  pnpm: (words) => node('pnpm', words, /^(?:install|i)$/, ['package.json', 'pnpm-*.yaml']),
  bun: (words) => node('bun', words, /^(?:install|i)$/, ['package.json', 'bun.lock*']),
  yarn: (words) => {
    const bare = words.every((word) => /^--(?!version|help)/.test(word));
    return node('yarn', bare ? ['install', ...words] : words, /^install$/, ['package.json', 'yarn.lock*']);
  },
  pipenv: (words) =>
    /^(?:install|sync)$/.test(words[0] ?? '') && plainArguments(words.slice(1)).length === 0
      ? { ecosystem: 'python', name: `pipenv ${words[0]}`, manifests: ['Pipfile*'] }
      : undefined,
  poetry: (words) => project(words, 'poetry', 'install', '--no-root', ['pyproject.toml', 'poetry.lock*']),
  uv: (words) => project(words, 'uv', 'sync', '--no-install-project', ['pyproject.toml', 'uv.lock*']),
  go: (words) =>
    words[0] === 'mod' && words[1] === 'download' && plainArguments(words.slice(2)).length === 0
      ? { ecosystem: 'go', name: 'go mod download', manifests: ['go.mod', 'go.sum*'] }
      : undefined,
  cargo,
  mvn: maven,
  mvnw: maven,
  gradle,
  gradlew: gradle,
  dotnet,
  nuget: ([word]) => (word === 'restore' ? { ecosystem: 'dotnet', name: 'nuget restore' } : undefined),
  bundle: (words) =>
    words[0] === 'install' ? { ecosystem: 'ruby', name: 'bundle install', manifests: ['Gemfile*'] } : undefined,
  composer: (words) => {
    if (!words.includes('install')) return undefined;
    const alone = words.includes('--no-scripts') && words.includes('--no-autoloader');
    const manifests = alone ? { manifests: ['composer.json', 'composer.lock*'] } : {};
    return { ecosystem: 'php', name: 'composer install', ...manifests };
  },
};

function node(tool: string, words: readonly string[], verb: RegExp, manifests: readonly string[]): Install | undefined {
  const [first = '', ...rest] = plainArguments(words);
  if (!verb.test(first) || rest.length > 0) return undefined;
  const global = /^(?:-g|--global|--location=global|-C|--cwd|--dir|--prefix)(?:=|$)/;
  if (words.some((word) => global.test(word))) return undefined;
  return { ecosystem: 'node', name: `${tool} ${first}`, manifests };
}

/** `pip install -r requirements.txt`, and nothing of the project itself. */
function pip([verb, ...words]: readonly string[], name: string): Install | undefined {
  if (verb !== 'install') return undefined;
  const files: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (/^(?:-e|--editable)/.test(word) || /^\.{1,2}(?:\/|\[|$)/.test(word)) return undefined;
    const [, attached] = /^(?:-r|--requirement=|--constraint=|-c)(.+)$/.exec(word) ?? [];
    if (attached !== undefined) files.push(attached);
    else if (/^(?:-r|--requirement|-c|--constraint)$/.test(word)) files.push(words[++index] ?? '');
  }
  if (files.length === 0 || files.some((file) => file.includes('://'))) return undefined;
  return { ecosystem: 'python', name: `${name} -r ${files[0]}`, ...(files.every(isPlain) && { manifests: files }) };
}

/** What installs the project with what it needs, unless it is told not to. */
function project(
  words: readonly string[],
  tool: string,
  verb: string,
  without: string,
  manifests: readonly string[],
): Install | undefined {
  if (words[0] !== verb) return undefined;
  return { ecosystem: 'python', name: `${tool} ${verb}`, ...(words.includes(without) && { manifests }) };
}

function maven(words: readonly string[], program: string): Install | undefined {
  if (words.some((word) => /^(?:-o|--offline|-f|--file|-pl|--projects)(?:=|$)/.test(word))) return undefined;
  const goal = words.find((word) =>
    /^(?:dependency:(?:[\d.]+:)?(?:go-offline|resolve|resolve-plugins)|package|install|verify|compile)$/.test(word),
  );
  if (goal === undefined) return undefined;
  const name = `${program.slice(program.lastIndexOf('/') + 1)} ${goal}`;
  if (program !== 'mvn') return { ecosystem: 'java', name }; // the wrapper is a file of the project
  const fetch = goal.startsWith('dependency:') ? {} : { fetch: 'mvn dependency:go-offline' };
  return { ecosystem: 'java', name, manifests: ['pom.xml'], ...fetch };
}

/** It reads no manifest without the files that this one names. */
function cargo(words: readonly string[]): Install | undefined {
  const verb = words.find((word) => !/^[-+]/.test(word)) ?? '';
  if (verb === 'fetch') return { ecosystem: 'rust', name: 'cargo fetch' };
  const ofProject = /^(?:b|build)$/.test(verb) || (verb === 'install' && words.some((word) => /^--path\b/.test(word)));
  if (!ofProject || words.includes('--frozen')) return undefined;
  return { ecosystem: 'rust', name: `cargo ${verb}`, cache: '/usr/local/cargo/registry' };
}

function gradle(words: readonly string[], program: string): Install | undefined {
  const task = words.find((word) => /^:?(?:build|assemble|dependencies|jar|bootJar|shadowJar|installDist)$/.test(word));
  const name = `${program.slice(program.lastIndexOf('/') + 1)} ${task}`;
  return task === undefined ? undefined : { ecosystem: 'java', name };
}

function dotnet(words: readonly string[]): Install | undefined {
  const [verb = '', ...rest] = words;
  if (!/^(?:restore|build|publish)$/.test(verb) || rest.includes('--no-restore')) return undefined;
  const install: Install = { ecosystem: 'dotnet', name: `dotnet ${verb}` };
  const projects = plainArguments(rest).filter((word) => !/^(?:-|\/)/.test(word));
  const [file] = projects;
  if (projects.length > 1 || (file !== undefined && !(/\.\w\wproj$/.test(file) && isPlain(file)))) return install;
  const manifests = [file ?? '*.csproj'];
  if (verb === 'restore') return { ...install, manifests };
  // What it restores for depends on these.
  if (rest.some((word) => /^(?:-r|-a|-p|\/p|--runtime|--arch|--os|--self-contained|--property)(?:[:=]|$)/.test(word)))
    return install;
  return { ...install, manifests, fetch: file === undefined ? 'dotnet restore' : `dotnet restore ${file}` };
}

const takesValue =
  /^(?:--(?:registry|loglevel|cache|userconfig|network-timeout|network-concurrency|cache-folder|store-dir|fetch-timeout|configuration|output|framework|verbosity|source|configfile|omit|include)|-c|-o|-f|-v|-s)$/;

/** The words that are no options and no values of options. */
function plainArguments(words: readonly string[]): readonly string[] {
  return words.filter((word, index) => !word.startsWith('-') && !takesValue.test(words[index - 1] ?? ''));
}

/** A path that no variable and no pattern is part of. */
function isPlain(path: string): boolean {
  return /^[\w.@+-]+(?:\/[\w.@+-]+)*$/.test(path) && !path.includes('..');
}
