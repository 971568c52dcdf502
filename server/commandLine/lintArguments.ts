import { parseArgs } from 'node:util';
import { type Level, levels, type Preset, presets } from '../language/diagnostics/lintOptions.ts';
import { settingProblem } from '../language/diagnostics/rules.ts';

/** What `gantry lint` was asked to do. */
export interface LintArguments {
  /** Paths as they were given; `-` is the standard input. */
  readonly files: readonly string[];
  readonly preset: Preset;
  readonly rules: Readonly<Record<string, Level>>;
  readonly format: Format;
  /** The lowest severity that makes the exit code 1; undefined where only .hadolint.yaml or the default says. */
  readonly failOn?: Level;
  readonly fix: boolean;
}

export const formats = ['text', 'json', 'sarif', 'github'] as const;
export type Format = (typeof formats)[number];

export const lintUsage = `Usage: node dist/cli.js lint [options] FILE…     ("-" reads the standard input)

  --preset NAME       ${presets.join(', ')} (default: recommended)
  --rule NAME=LEVEL   sets one rule: ${levels.join(', ')}; can be repeated
  --format NAME       ${formats.join(', ')} (default: text)
  --fail-on LEVEL     lowest severity that makes the exit code 1: ${levels.slice(1).join(', ')}, or off for none
                      (default: failure-threshold of .hadolint.yaml, else warning)
  --fix               writes what is safe to fix into the files
  --help              prints this

.hadolint.yaml and .dockerignore beside a file are read.
Exit code: 0 clean, 1 findings, 2 a wrong option or a file that cannot be read.
`;

/** Throws an Error whose message says what is wrong with the arguments. */
export function readLintArguments(args: readonly string[]): LintArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      preset: { type: 'string', default: 'recommended' },
      rule: { type: 'string', multiple: true, default: [] },
      format: { type: 'string', default: 'text' },
      'fail-on': { type: 'string' },
      fix: { type: 'boolean', default: false },
    },
  });
  if (positionals.length === 0) throw new Error('No file is named.');
  if (values.fix && positionals.includes('-')) throw new Error('--fix needs files: it cannot write to standard input.');
  if (positionals.filter((file) => file === '-').length > 1)
    throw new Error('The standard input can be read once only.');
  return {
    files: positionals,
    preset: oneOf('--preset', presets, values.preset),
    rules: Object.fromEntries(values.rule.map(readRule)),
    format: oneOf('--format', formats, values.format),
    fix: values.fix,
    ...(values['fail-on'] !== undefined && { failOn: oneOf('--fail-on', levels, values['fail-on']) }),
  };
}

function readRule(text: string): readonly [name: string, level: Level] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new Error(`--rule takes NAME=LEVEL, not "${text}".`);
  const name = text.slice(0, equals);
  const problem = settingProblem(name);
  if (problem !== undefined) throw new Error(`--rule: ${problem}`);
  return [name, oneOf('--rule', levels, text.slice(equals + 1))];
}

function oneOf<T extends string>(option: string, known: readonly T[], text: string): T {
  const value = known.find((name) => name === text);
  if (value === undefined) throw new Error(`${option} takes ${known.join(', ')}, not "${text}".`);
  return value;
}
