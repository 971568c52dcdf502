import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Stage } from '../../../dockerfile/dockerfile.ts';
import { type StageSource, stageSources } from '../../../stageUses.ts';
import { inCaseOf, insertAbove, lineBreakIn, replace } from '../../fixes.ts';
import type { Fix, Report, Rule } from '../../rule.ts';
import { editDistance, nearestInFile } from '../../suggest.ts';

const facts = {
  name: 'DL3022',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  reads: ['FROM', 'COPY'],
} as const;

/**
 * `COPY --from=` something that is no stage of the file, and does not look like an image with a version either: BuildKit looks for
 * an image of that name. What makes a build fail is StageOrder. Source: hadolint's DL3022.
 */
export const copyFromUnknown: Rule = {
  ...facts,
  preset: 'hadolint',
  check(dockerfile, report) {
    eachUnknown(dockerfile, (unknown) => {
      if (!isSlip(unknown)) reportUnknown(dockerfile, unknown, report);
    });
  },
};

/** The same where it is a stage above with a slip of the pen, which is hardly ever meant for an image. */
export const copyFromMisspelled: Rule = {
  ...facts,
  preset: 'recommended',
  check(dockerfile, report) {
    eachUnknown(dockerfile, (unknown) => {
      if (isSlip(unknown)) reportUnknown(dockerfile, unknown, report);
    });
  },
};

interface Unknown {
  readonly source: StageSource;
  readonly stage: Stage;
  /** The stage above whose name is nearest, in lower case. */
  readonly near: string | undefined;
}

function eachUnknown({ stages }: Dockerfile, visit: (unknown: Unknown) => void): void {
  let names: ReadonlySet<string> | undefined;
  const suggest = nearestInFile();
  const above = new Set<string>();
  for (const stage of stages) {
    for (const instruction of stage.instructions) {
      if (instruction.keyword !== 'COPY' || instruction.own.flags.length === 0) continue;
      for (const source of stageSources(instruction)) {
        if (/[$:@]|^[-+]?\d+$/.test(source.value)) continue;
        names ??= new Set(stages.flatMap(({ name }) => name?.value.toLowerCase() ?? []));
        if (names.has(source.value.toLowerCase())) continue;
        visit({ source, stage, near: suggest(source.value.toLowerCase(), above) });
      }
    }
    if (stage.name) above.add(stage.name.value.toLowerCase());
  }
}

/**
 * Not a short name, which is near many: `base` is one letter from the image `bash`. Nor one that differs by a number, as the stage
 * `php8` does from the image `php`.
 */
function isSlip({ source, near }: Unknown): boolean {
  const written = source.value.toLowerCase();
  if (near === undefined || !/^[a-z][a-z\d_-]*$/.test(written) || withoutNumbers(written) === withoutNumbers(near))
    return false;
  const isOneMoreOrLess = written.length !== near.length && editDistance(written, near) === 1;
  const shorter = Math.min(written.length, near.length);
  return shorter >= 5 || (shorter >= 3 && isOneMoreOrLess);
}

function withoutNumbers(name: string): string {
  return name.replace(/[\d._-]/g, '');
}

function reportUnknown(dockerfile: Dockerfile, { source, stage, near }: Unknown, report: Report): void {
  const hint = near === undefined ? 'Say which version, or name a stage.' : `Did you mean "${near}"?`;
  report(source.span, `No stage is called "${source.value}", so this takes an image of that name. ${hint}`, {
    fix: () => otherSources(dockerfile, stage, near, source),
  });
}

const maxOffered = 5;

/** What cannot be a stage's name is an image for certain. */
function otherSources(
  dockerfile: Dockerfile,
  stage: Stage,
  near: string | undefined,
  source: StageSource,
): readonly Fix[] {
  const names = dockerfile.stages.slice(0, stage.index).flatMap(({ name }) => name?.value ?? []);
  const ordered = source.value.includes('/')
    ? []
    : [...new Set([...(near === undefined ? [] : [near]), ...names.toReversed()])];
  const fixes = ordered
    .slice(0, maxOffered)
    .map((name) => replace(source.span, name, false, `Take it from the stage "${name}"`));
  return [...fixes, ...stageOfItsOwn(dockerfile, stage, names, source)];
}

/** `FROM image AS name` above, where its version can be kept up to date like any other. Not where stages go by number. */
function stageOfItsOwn(
  dockerfile: Dockerfile,
  stage: Stage,
  names: readonly string[],
  { value, span }: StageSource,
): readonly Fix[] {
  const name = value.toLowerCase().replace(/^.*\//, '');
  const byNumber = /--from=["']?\d/.test(dockerfile.text);
  if (byNumber || value !== value.toLowerCase() || !/^[a-z][\w.-]*$/.test(name) || names.includes(name)) return [];
  const keyword = (text: string) => inCaseOf(stage.from, text);
  const from = insertAbove(
    dockerfile,
    stage.from,
    `${keyword('FROM')} ${value} ${keyword('AS')} ${name}${lineBreakIn(dockerfile.text)}`,
  );
  return [{ title: `Make a stage of ${value}`, edits: [from, { span, text: name }], safe: false }];
}
