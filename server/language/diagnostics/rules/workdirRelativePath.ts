import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { cleanPath } from '../../../../common/ignore.ts';
import type { Dockerfile, Instruction, Stage, Word } from '../../dockerfile/dockerfile.ts';
import { evaluate, walkScopes } from '../../dockerfile/scope.ts';
import { variables } from '../reads.ts';
import type { Fix, Rule } from '../rule.ts';

/**
 * The first WORKDIR of a stage, and of all it builds on, should be absolute: what a relative one means depends on the base image.
 * Silent where only the build knows the path. Source: dispatchWorkdir in BuildKit's convert.go.
 */
export const workdirRelativePath: Rule = {
  name: 'WorkdirRelativePath',
  aliases: ['DL3000'],
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  reads: [...variables, 'WORKDIR'],
  check(dockerfile, report) {
    eachRelativeWorkdir(dockerfile, ({ word, path, first }) => {
      if (!first) return;
      report(word.span, `"${path}" depends on where the base image happens to be. Start the first WORKDIR with "/".`, {
        fix: () => fromRoot(word),
      });
    });
  },
};

export interface RelativeWorkdir {
  readonly word: Word;
  /** With quotes undone and variables replaced. */
  readonly path: string;
  /** Whether no WORKDIR stands above it in the stage and those that it builds on. */
  readonly first: boolean;
  /** The directory that it starts from, of a Unix system; undefined where only the build knows. */
  readonly parent: string | undefined;
}

/** Calls `visit` for each WORKDIR of a stage whose path is certain, and relative. */
export function eachRelativeWorkdir(dockerfile: Dockerfile, visit: (workdir: RelativeWorkdir) => void): void {
  // Nearly always all are absolute as written, and no variable has to be known to say so.
  const unclear = ({ keyword, own: { words } }: Instruction) =>
    keyword === 'WORKDIR' && words[0]?.value.startsWith('/') === false;
  if (!dockerfile.instructions.some(unclear)) return;
  const places = new Map<number, string | undefined>();
  walkScopes(dockerfile, (instruction, scope, _globals, stage) => {
    const [word] = instruction.keyword === 'WORKDIR' ? instruction.words : [];
    if (!word) return;
    const placed = placedStage(dockerfile, stage, places);
    const first = placed === undefined;
    const parent = first ? undefined : places.get(placed);
    const path = evaluate(dockerfile, word.value, (name) => scope.get(name));
    const relative = path !== undefined && !isAbsolute(path);
    if (relative) visit({ word, path, first, parent });
    const place = relative ? parent && posixJoin(parent, path) : path?.startsWith('/') ? path : undefined;
    places.set(stage.index, place);
  });
}

/** The nearest stage with a WORKDIR among this one and those that it builds on. */
function placedStage({ stages }: Dockerfile, stage: Stage, places: ReadonlyMap<number, unknown>): number | undefined {
  let at: Stage | undefined = stage;
  while (at && !places.has(at.index)) at = at.base === undefined ? undefined : stages[at.base];
  return at?.index;
}

export function posixJoin(parent: string, path: string): string {
  return cleanPath(`${parent}/${path}`);
}

/** Which of the two systems the build is for, only the build knows. */
export function isAbsolute(path: string): boolean {
  return /^([/\\]|[a-zA-Z]:)/.test(path);
}

/** Where nearly every image starts, so that this is what is meant nearly always. */
function fromRoot({ value, span }: Word): Fix {
  const [, quote = '', dot = ''] = /^(["']?)((?:\.\/|\.$)?)/.exec(value)!;
  const start = span.start + quote.length;
  const edit = { span: { start, end: start + dot.length }, text: '/' };
  return { title: 'Start it with "/"', edits: [edit], safe: false };
}
