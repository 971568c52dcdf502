import { relative, resolve } from 'node:path';
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver-types';
import { applyEdits } from '../language/applyEdits.ts';
import { diagnosticsOf } from '../language/diagnostics/diagnose.ts';
import { findingsIn } from '../language/diagnostics/findings.ts';
import type { Level, LintOptions } from '../language/diagnostics/lintOptions.ts';
import type { Knowledge, ShellParser } from '../language/diagnostics/rule.ts';
import { wellKnownEnvironment } from '../language/dockerfile/baseEnvironment.ts';
import type { Dockerfile } from '../language/dockerfile/dockerfile.ts';
import { parse } from '../language/dockerfile/parse.ts';
import { fixAll } from '../language/fixAll.ts';
import { rangeOf } from '../language/position.ts';
import { createShell } from '../shell/shell.ts';
import { shellCheckFindings } from '../shellcheck/findings.ts';
import { createShellCheck, type ShellCheck } from '../shellcheck/shellcheck.ts';
import { type BesideOnce, readBesideOnce } from '../workspace/besideOnce.ts';
import { toGithub } from './formats/github.ts';
import { toJson } from './formats/json.ts';
import { toSarif } from './formats/sarif.ts';
import { toText } from './formats/text.ts';
import { type Format, type LintArguments, lintUsage, readLintArguments } from './lintArguments.ts';
import { messageOf } from './messageOf.ts';
import { readText } from './readText.ts';
import { replaceFile } from './replaceFile.ts';
import { type Reported, reaches } from './reported.ts';

/** What the command takes from its surroundings. */
export interface CommandWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly version: string;
  /** The results. */
  write(text: string): void;
  /** What keeps the command from giving them. */
  complain(text: string): void;
}

/** Checks files as the editor does. Resolves to the exit code: 0 clean, 1 findings at or above the limit, 2 wrong or unreadable. */
export async function lint(args: readonly string[], world: CommandWorld): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    world.write(lintUsage);
    return 0;
  }
  let asked: LintArguments;
  try {
    asked = readLintArguments(args);
  } catch (error) {
    world.complain(`${messageOf(error)}\n"node dist/cli.js lint --help" lists the options.\n`);
    return 2;
  }
  const { env, platform, now, version } = world;
  const onProblem = (error: unknown) => world.complain(`ShellCheck: ${messageOf(error)}\n`);
  const linter: Linter = {
    ...{ asked, now, shell: await createShell().load() },
    shellCheck: createShellCheck({ env, platform, onProblem }),
  };
  const reported: Reported[] = [];
  const configured = new Set<string>();
  let code = 0;
  for (const file of asked.files) {
    try {
      const { diagnostics, failOn, beside } = await lintFile(file, linter);
      const found = diagnostics.map((diagnostic) => ({ file, diagnostic }));
      reported.push(...configurationProblems(beside, configured), ...found);
      if (found.some(({ diagnostic }) => reaches(diagnostic, failOn))) code = Math.max(code, 1);
    } catch (error) {
      world.complain(`${file}: ${messageOf(error)}\n`);
      code = 2;
    }
  }
  world.write(printers[asked.format](reported, version));
  return code;
}

interface Linter {
  readonly asked: LintArguments;
  readonly now: number;
  readonly shell: ShellParser;
  readonly shellCheck: ShellCheck;
}

interface Linted {
  readonly diagnostics: readonly Diagnostic[];
  readonly failOn: Level;
  readonly beside: BesideOnce;
}

/** Throws as node:fs does. */
async function lintFile(file: string, { asked, now, shell, shellCheck }: Linter): Promise<Linted> {
  const { text, brokenAt } = await readText(file);
  // What comes from the standard input is taken for a Dockerfile in this folder.
  const beside = await readBesideOnce(resolve(file === '-' ? 'Dockerfile' : file));
  const hadolint = beside.hadolint?.config;
  const { preset, rules } = asked;
  const options: LintOptions = { preset, rules, ...(hadolint && { hadolint }) };
  const { ignore, ignoreFile } = beside;
  const knowledge: Knowledge = {
    ...{ environmentOf: wellKnownEnvironment, shell, now },
    ...(ignore && ignoreFile && { ignore, ignoreFile }),
    ...(hadolint && { hadolint }),
  };
  let dockerfile = parse(text);
  let findings = findingsIn(dockerfile, knowledge, options);
  if (asked.fix && brokenAt === undefined) {
    const edits = fixAll(dockerfile, { findings, knowledge, options });
    if (edits.length > 0) {
      const fixed = applyEdits(text, edits);
      await replaceFile(file, fixed);
      dockerfile = parse(fixed);
      findings = findingsIn(dockerfile, knowledge, options);
    }
  }
  const remarks = preset === 'buildkit' ? [] : await shellCheck.check(dockerfile, new AbortController().signal);
  const all = [...findings, ...shellCheckFindings(dockerfile, remarks, options)];
  const diagnostics = [
    ...(brokenAt === undefined ? [] : [brokenText(dockerfile, brokenAt)]),
    ...diagnosticsOf(dockerfile, all),
  ];
  return { diagnostics, failOn: asked.failOn ?? hadolint?.failureThreshold ?? 'warning', beside };
}

/** BuildKit takes any bytes; what they mean in a file name, a variable or a command is another matter. */
function brokenText(dockerfile: Dockerfile, at: number): Diagnostic {
  const message = 'The file is not UTF-8 from here on. Save it as UTF-8; until then --fix leaves it alone.';
  const range = rangeOf(dockerfile, { start: at, end: at + 1 });
  return { range, message, code: 'InvalidEncoding', severity: DiagnosticSeverity.Warning, source: 'gantry' };
}

/** Once for all the Dockerfiles that a configuration stands beside. */
function configurationProblems({ hadolint }: BesideOnce, told: Set<string>): readonly Reported[] {
  if (!hadolint || told.has(hadolint.path)) return [];
  told.add(hadolint.path);
  const near = relative('', hadolint.path);
  const file = near.startsWith('..') ? hadolint.path : near;
  return hadolint.problems.map(({ range, message, severity }) => ({
    file,
    diagnostic: {
      ...{ range, message, code: 'HadolintConfig', source: 'gantry' },
      severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    },
  }));
}

const printers: Readonly<Record<Format, (reported: readonly Reported[], version: string) => string>> = {
  text: toText,
  json: toJson,
  github: toGithub,
  sarif: toSarif,
};
