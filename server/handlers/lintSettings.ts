import { type Level, levels, type Preset, presets } from '../language/diagnostics/lintOptions.ts';
import { settingProblem } from '../language/diagnostics/rules.ts';

/** The settings `gantry.lint.*`. */
export interface LintSettings {
  readonly preset: Preset;
  /** By the name of a rule, or another name of it. */
  readonly rules: Readonly<Record<string, Level>>;
  readonly shellcheck: boolean;
  /** Whether registries are asked if the images are there that a file names. */
  readonly registry: boolean;
  /** What the user wrote that means nothing, a sentence each. It is as if it was not there. */
  readonly problems: readonly string[];
}

/** Reads them out of the section `gantry`, whatever is in it. */
export function readLintSettings(section: Readonly<Record<string, unknown>>): LintSettings {
  const problems: string[] = [];
  const lint = objectIn(section['lint'], 'gantry.lint', problems);

  const preset = presets.find((each) => each === lint['preset']);
  if (preset === undefined && isSet(lint['preset']))
    problems.push(`gantry.lint.preset can be ${presets.join(', ')}, not ${shown(lint['preset'])}.`);

  const { shellcheck = true } = lint;
  if (typeof shellcheck !== 'boolean' && isSet(shellcheck))
    problems.push(`gantry.lint.shellcheck can be true or false, not ${shown(shellcheck)}.`);

  const { registry = true } = lint;
  if (typeof registry !== 'boolean' && isSet(registry))
    problems.push(`gantry.lint.registry can be true or false, not ${shown(registry)}.`);

  const chosen = Object.entries(objectIn(lint['rules'], 'gantry.lint.rules', problems)).flatMap(([name, value]) => {
    const level = levels.find((each) => each === value);
    const problem =
      level === undefined ? `${name} can be ${levels.join(', ')}, not ${shown(value)}.` : settingProblem(name);
    if (level !== undefined && problem === undefined) return [[name, level] as const];
    problems.push(`gantry.lint.rules: ${problem}`);
    return [];
  });

  return {
    preset: preset ?? 'recommended',
    rules: Object.fromEntries(chosen),
    shellcheck: shellcheck !== false,
    registry: registry !== false,
    problems,
  };
}

function objectIn(value: unknown, what: string, problems: string[]): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  if (isSet(value)) problems.push(`${what} has to be an object, not ${shown(value)}.`);
  return {};
}

/** Editors send null for what is not set. */
const isSet = (value: unknown): boolean => value !== undefined && value !== null;

const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 100);
