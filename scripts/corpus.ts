// Compares what Gantry says of Dockerfiles with BuildKit's recorded answers: npm run corpus -- [--mutations N] FILE…
// A FILE is a JSON array, or gzipped JSON lines, of {name or file, dockerfile, buildkit}; `buildkit` is {escape, nodes} or
// {error}, with `instrError`, `warnings` and `parserWarn` where the real thing went on to read the instructions.
//
// 1. The parse, as `dist/cli.js parse` prints it. 2. The warnings that BuildKit gives while it reads the instructions. 3. No
// finding of the severity "error" in a file that BuildKit accepts. 4. With --mutations: N random edits of the files, and each
// typing prefix of some of them: no throw, nothing that takes a second, nothing outside the text.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs, promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver-types';
import { diagnose } from '../server/language/diagnostics/diagnose.ts';
import type { LintOptions } from '../server/language/diagnostics/lintOptions.ts';
import type { Knowledge } from '../server/language/diagnostics/rule.ts';
import { wellKnownEnvironment } from '../server/language/dockerfile/baseEnvironment.ts';
import type { Dockerfile } from '../server/language/dockerfile/dockerfile.ts';
import { parse } from '../server/language/dockerfile/parse.ts';
import type { ParserAnswer } from '../server/language/dockerfile/parserNodes.ts';
import { mutate } from '../test/support/mutate.ts';
import { random } from '../test/support/random.ts';
import { shell } from '../test/support/shell.ts';
import { assertFindingsInside, assertWellFormed } from '../test/support/wellFormed.ts';

interface Case {
  readonly name?: string;
  readonly file?: string;
  readonly dockerfile: string;
  readonly buildkit: ParserAnswer & {
    readonly instrError?: string;
    readonly warnings?: readonly { readonly rule: string; readonly line: number }[] | null;
    readonly parserWarn?: readonly string[] | null;
  };
}

const everything: LintOptions = { preset: 'hadolint', rules: {} };
const known: Knowledge = { environmentOf: wellKnownEnvironment, shell, now: Date.now() };
const { values, positionals } = parseArgs({ allowPositionals: true, options: { mutations: { type: 'string' } } });
const cases = (await Promise.all(positionals.map(readCases))).flat();

const checks: readonly (readonly [what: string, differences: number])[] = [
  ['parses that differ', await comparedParses()],
  ['files whose warnings differ', comparedWarnings()],
  ['errors in files that BuildKit accepts', falseErrors()],
  ['files without an error that BuildKit refuses', missingErrors()],
  ...(values.mutations ? [['inputs that fail', fuzzed(Number(values.mutations))] as const] : []),
];
console.log(`${cases.length} files`);
for (const [what, differences] of checks) console.log(`${differences} ${what}`);
process.exitCode = cases.length === 0 || checks.some(([, differences]) => differences > 0) ? 1 : 0;

async function readCases(file: string): Promise<readonly Case[]> {
  const bytes = await readFile(file);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  if (text.trimStart().startsWith('[')) return JSON.parse(text);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

async function comparedParses(): Promise<number> {
  const answers = await parseAll(cases.map(({ dockerfile }) => dockerfile));
  let differences = 0;
  for (const [index, { name, file, buildkit }] of cases.entries()) {
    const expected = comparable(buildkit);
    const actual = comparable(answers[index]!);
    if (isDeepStrictEqual(actual, expected)) continue;
    differences++;
    console.log(`${name ?? file} differs:\n${firstDifference(actual, expected)}`);
  }
  return differences;
}

async function parseAll(dockerfiles: readonly string[]): Promise<readonly ParserAnswer[]> {
  const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), 'gantry-corpus-'));
  try {
    const files = dockerfiles.map((_, index) => join(folder, String(index)));
    await Promise.all(dockerfiles.map((dockerfile, index) => writeFile(files[index]!, dockerfile)));
    const { stdout } = await promisify(execFile)(process.execPath, [cli, 'parse', ...files], { maxBuffer: 2 ** 30 });
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Only what a parser answers; whether a field that holds nothing is written does not matter, nor how an error is worded. */
function comparable(answer: ParserAnswer) {
  if ('error' in answer) return { error: true };
  return {
    escape: answer.escape,
    nodes: answer.nodes.map(({ value, flags = [], args, json = false, heredocs = [], start, end }) => ({
      ...{ value, flags, args, json, heredocs, start, end },
    })),
  };
}

function firstDifference(actual: ReturnType<typeof comparable>, expected: ReturnType<typeof comparable>): string {
  const length = Math.max(actual.nodes?.length ?? 0, expected.nodes?.length ?? 0);
  for (let index = 0; index < length; index++) {
    const [ours, theirs] = [actual, expected].map(({ nodes }) => nodes?.[index] ?? 'nothing');
    if (!isDeepStrictEqual(ours, theirs))
      return `  BuildKit ${JSON.stringify(theirs)}\n  Gantry   ${JSON.stringify(ours)}`;
  }
  return `  BuildKit ${JSON.stringify(expected)}\n  Gantry   ${JSON.stringify(actual)}`;
}

/** The checks that BuildKit makes while it parses the instructions; all others need a build. */
function comparedWarnings(): number {
  const recorded = new Set(['FromAsCasing', 'MaintainerDeprecated', 'StageNameCasing']);
  let differences = 0;
  for (const { name, file, dockerfile: text, buildkit } of cases) {
    if (!file || 'error' in buildkit || buildkit.instrError !== undefined) continue;
    // What a file says about its checks is applied when it is built.
    const diagnostics = diagnose(parse(text.replace(/^(# *)check=/gim, '$1chock=')));
    const actual = diagnostics
      .filter(({ code }) => recorded.has(String(code)))
      .map(({ code, range }) => `${range.start.line + 1} ${code}`);
    const expected = (buildkit.warnings ?? []).map(({ rule, line }) => `${line} ${rule}`);
    const blank = diagnostics.filter(({ code }) => code === 'NoEmptyContinuation').length;
    if (isDeepStrictEqual(actual.sort(), expected.sort()) && blank === (buildkit.parserWarn?.length ?? 0)) continue;
    differences++;
    console.log(`${name ?? file}:\n  BuildKit ${expected}, ${buildkit.parserWarn?.length ?? 0} empty`);
    console.log(`  Gantry   ${actual}, ${blank} empty`);
  }
  return differences;
}

function errorsIn(text: string): readonly Diagnostic[] {
  return diagnose(parse(text), known, everything).filter(
    ({ severity, code }) => severity === DiagnosticSeverity.Error && !/^DL\d+$/.test(String(code)),
  );
}

function falseErrors(): number {
  let found = 0;
  for (const { name, file, dockerfile, buildkit } of cases) {
    if (!file || 'error' in buildkit || buildkit.instrError !== undefined) continue;
    for (const { message, range, code } of errorsIn(dockerfile)) {
      found++;
      console.log(`${name ?? file}:${range.start.line + 1} ${code}: ${message}`);
    }
  }
  return found;
}

function missingErrors(): number {
  const accepted = cases.filter(
    ({ dockerfile, buildkit }) =>
      dockerfile.trim() !== '' && // which is no mistake while it is typed
      ('error' in buildkit || buildkit.instrError !== undefined) &&
      errorsIn(dockerfile).length === 0,
  );
  for (const { name, file, buildkit } of accepted)
    console.log(`${name ?? file}: BuildKit says ${'error' in buildkit ? buildkit.error : buildkit.instrError}`);
  return accepted.length;
}

/** Every typing prefix of one file in a hundred, and as many edits as are asked for, spread over all of them. */
function fuzzed(mutations: number): number {
  const sources = cases.map(({ dockerfile }) => dockerfile);
  let failed = 0;
  const attempt = (what: string, text: string, previous: Dockerfile): Dockerfile => {
    const start = performance.now();
    try {
      const dockerfile = parse(text, previous);
      assertWellFormed(dockerfile);
      assertFindingsInside(dockerfile, diagnose(dockerfile, known, everything));
      if (performance.now() - start > 1000) throw new Error('It takes longer than a second.');
      return dockerfile;
    } catch (error) {
      failed++;
      console.log(`${what}: ${(error as Error).message}\n  ${JSON.stringify(text)}`);
      return parse('');
    }
  };
  for (let index = 0; index < sources.length; index += 100) {
    const text = sources[index]!;
    let typed = parse('');
    for (let end = 1; end <= text.length; end++)
      typed = attempt(`prefix ${end} of ${index}`, text.slice(0, end), typed);
  }
  for (let seed = 1; seed <= mutations; seed++) {
    const source = sources[seed % sources.length]!;
    attempt(`seed ${seed}`, mutate(source, sources, random(seed)), parse(source));
  }
  return failed;
}
