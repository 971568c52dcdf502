import type { Dockerfile, Instruction, Stage } from '../../../dockerfile/dockerfile.ts';
import { commandName, commandsIn } from '../../../shell/script.ts';
import { insertion, lineBreakIn } from '../../fixes.ts';
import type { ContextOf, Edit, Fix } from '../../rule.ts';
import type { DotnetImage } from './image.ts';
import type { Start } from './sdkInFinalStage.ts';

/** What can stand in a final stage as it is. A HEALTHCHECK cannot: runtime images have no curl. */
const metadata = new Set(['ENV', 'EXPOSE', 'LABEL', 'ENTRYPOINT', 'CMD', 'STOPSIGNAL', 'VOLUME', 'USER']);

/**
 * The stage split behind the publishing, with the rest of it on a runtime image; or the image alone replaced where the stage
 * builds nothing. The one for ASP.NET Core comes first: it runs either kind of app. None where anything else is built too.
 */
export function toRuntimeImage(
  dockerfile: Dockerfile,
  stage: Stage,
  image: DotnetImage,
  start: Start,
  contextOf: ContextOf,
): readonly Fix[] {
  const word = stage.image!;
  const plain = word.span.end - word.span.start === word.value.length && !/["'\\`]/.test(word.value);
  if (!plain || stage.base !== undefined || dockerfile.escape === '`' || image.deprecated) return [];
  const edits = (kind: string): readonly Edit[] | undefined => {
    const name = runtimeName(word.value, image, kind);
    if (name === undefined) return undefined;
    const builds = stage.instructions.some(({ keyword }) => keyword === 'RUN');
    return builds ? split(dockerfile, stage, name, start, contextOf) : [{ span: word.span, text: name }];
  };
  return [
    ['aspnet', 'Run it on the ASP.NET Core runtime image'],
    ['runtime', 'Run it on the .NET runtime image'],
  ].flatMap(([kind, title]) => {
    const own = edits(kind!);
    return own ? [{ title: title!, edits: own, safe: false }] : [];
  });
}

/** The same tag of another repository. An SDK's own version, and what only SDK images have, are left out of it. */
function runtimeName(written: string, { fullVersion, version }: DotnetImage, kind: string): string | undefined {
  const match = /^(.*\/)sdk(:[^@]*)?(@.*)?$/.exec(written);
  if (!match) return undefined;
  const [, path, tag = ''] = match;
  const patched = fullVersion !== undefined && fullVersion !== version && fullVersion.includes('.');
  if (patched && tag.includes('$')) return undefined;
  const own = patched ? tag.replace(fullVersion, version!) : tag;
  return `${path}${kind}${own.replace(/-aot\b/, '')}`;
}

/** A folder below the root, and where in the stage it is published to. */
interface Publishing {
  readonly index: number;
  readonly workdir: string;
  readonly output: string;
}

function split(
  dockerfile: Dockerfile,
  stage: Stage,
  image: string,
  start: Start,
  contextOf: ContextOf,
): readonly Edit[] | undefined {
  const { instructions } = stage;
  const publishing = findPublishing(instructions, contextOf);
  if (!publishing || start.instruction.stage !== stage.index) return undefined;
  const { index, workdir, output } = publishing;

  // 1. Behind the publishing: nothing that changes files, and the start of what was published.
  const rest = instructions.slice(index + 1);
  if (rest.some(({ keyword }) => keyword !== 'WORKDIR' && !metadata.has(keyword))) return undefined;
  const moves = rest.filter(({ keyword }) => keyword === 'WORKDIR').map(({ words }) => plainPath(words[0]?.value));
  if (moves.includes(undefined)) return undefined;
  const startFolder = moves.reduce<string>((folder, path) => join(folder, path!), workdir);
  const assembly = join(startFolder, start.assembly);
  if (!assembly.startsWith(`${output}/`)) return undefined;

  // 2. Before it: what the final stage has to say again.
  const said = instructions.slice(1, index).filter(({ keyword }) => metadata.has(keyword));
  if (said.some(({ keyword, source }) => !/^(?:ENV|EXPOSE|LABEL)$/.test(keyword) || source.includes('$')))
    return undefined;

  // 3. The files. An app reads its settings in the folder where it starts, so that has to be the one they are copied to.
  const name = stage.name?.value ?? freeName(dockerfile);
  const copy: string[] = [];
  let edit: Edit | undefined;
  if (startFolder === output) {
    copy.push(
      ...(moves.length > 0 ? [`WORKDIR ${workdir}`] : [`WORKDIR ${output}`]),
      `COPY --from=${name} ${output} ${output}`,
    );
  } else {
    edit =
      moves.length > 0 || start.assembly.startsWith('/') ? undefined : startInside(dockerfile, start, assembly, output);
    if (!edit) return undefined;
    copy.push(`WORKDIR ${startFolder === '/' ? output : startFolder}`, `COPY --from=${name} ${output} .`);
  }

  const nameAt = stage.image!.span.end;
  const end = instructions[index]!.span.end;
  const lineBreak = lineBreakIn(dockerfile.text);
  const lines = [`FROM ${image}`, ...copy, ...said.map(({ source }) => source)];
  return [
    ...(stage.name ? [] : [insertion(nameAt, ` AS ${name}`)]),
    insertion(end, ['', ...lines].map((line) => `${lineBreak}${line}`).join('')),
    ...(edit ? [edit] : []),
  ];
}

/** `dotnet out/App.dll` as `dotnet App.dll`. */
function startInside(
  { text }: Dockerfile,
  { instruction, assembly: written }: Start,
  assembly: string,
  output: string,
): Edit | undefined {
  const start = text.indexOf(written, instruction.keywordSpan.end);
  if (start === -1 || start + written.length > instruction.span.end) return undefined;
  return { span: { start, end: start + written.length }, text: assembly.slice(output.length + 1) };
}

/** The last RUN, where it publishes, and nothing but .NET's own commands has been run before. */
function findPublishing(instructions: readonly Instruction[], contextOf: ContextOf): Publishing | undefined {
  let workdir = '/';
  let found: Publishing | undefined;
  for (const [index, instruction] of instructions.entries()) {
    if (instruction.keyword === 'WORKDIR') {
      const path = plainPath(instruction.words[0]?.value);
      if (path === undefined) return undefined;
      workdir = join(workdir, path);
    }
    if (instruction.keyword !== 'RUN') continue;
    const { scripts } = contextOf(instruction);
    if (scripts.length !== 1 || scripts[0]!.broken) return undefined;
    for (const command of commandsIn(scripts[0]!.root)) {
      if (commandName(command) !== 'dotnet') return undefined;
      const words = command.words.map(({ text }) => text);
      if (words[1] !== 'publish') continue;
      const output = outputOf(words);
      found = output === undefined ? undefined : { index, workdir, output: join(workdir, output) };
    }
    if (found && found.index !== index) return undefined;
  }
  return found && found.output !== '/' ? found : undefined;
}

function outputOf(words: readonly string[]): string | undefined {
  const index = words.findIndex((word) => /^(?:-o|--output)(?:[=:].*)?$/.test(word));
  if (index === -1) return undefined;
  const [, own] = /^[^=:]*[=:](.*)$/.exec(words[index]!) ?? [];
  return plainPath(own ?? words[index + 1]);
}

/** A path that no variable and no pattern is part of. */
function plainPath(text: string | undefined): string | undefined {
  return text && /^[\w./-]+$/.test(text) ? text : undefined;
}

function join(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function freeName({ stages }: Dockerfile): string {
  const taken = new Set(stages.map(({ name }) => name?.value.toLowerCase()));
  return ['build', 'publish', 'dotnet-build'].find((name) => !taken.has(name)) ?? `build${stages.length}`;
}
