import type { HadolintConfig, LabelType, Level } from '../language/diagnostics/lintOptions.ts';
import { codeProblem } from '../language/diagnostics/rules.ts';
import { nearest } from '../language/diagnostics/suggest.ts';
import { type FileProblem, YamlFile, type YamlValue } from './yamlFile.ts';

/** What .hadolint.yaml says, as far as it could be understood, and what could not. */
export interface HadolintFile {
  readonly config: HadolintConfig;
  readonly problems: readonly FileProblem[];
}

const nothingSaid: HadolintConfig = {
  ignored: [],
  override: {},
  trustedRegistries: [],
  labelSchema: {},
  strictLabels: false,
  disableIgnorePragma: false,
};

/** The highest first: a rule that is named under several has the first of them. */
const severities: Readonly<Record<string, Level>> = { error: 'error', warning: 'warning', info: 'info', style: 'hint' };

const thresholds: Readonly<Record<string, Level>> = { ...severities, ignore: 'off', none: 'off' };

const labelTypes: readonly LabelType[] = ['text', 'rawText', 'url', 'semver', 'hash', 'rfc3339', 'spdx', 'email'];

/** Never throws. Source: hadolint's README and Config/Configuration.hs, which has had two names for some keys. */
export async function readHadolintFile(text: string): Promise<HadolintFile> {
  const file = await YamlFile.parse(text);
  return { config: readConfig(file), problems: file.problems };
}

const keys = [
  ...['ignored', 'override', 'trustedRegistries', 'label-schema', 'strict-labels', 'disable-ignore-pragma'],
  ...['failure-threshold', 'no-fail', 'no-color', 'verbose', 'format'],
] as const;

function readConfig(file: YamlFile): HadolintConfig {
  const config: { -readonly [Key in keyof HadolintConfig]: HadolintConfig[Key] } = { ...nothingSaid };
  for (const { key, keyNode, value } of file.entries(file.root ?? null, 'The configuration')) {
    const what = `"${key}"`;
    switch (key) {
      case 'ignored':
        config.ignored = readRules(file, value, what);
        break;
      case 'override':
        config.override = readOverride(file, value);
        break;
      case 'trustedRegistries':
      case 'trusted-registries':
        config.trustedRegistries = file.texts(value, what, { single: true });
        break;
      case 'label-schema':
        config.labelSchema = readLabels(file, value);
        break;
      case 'strict-labels':
        config.strictLabels = file.flag(value, what) ?? false;
        break;
      case 'disable-ignore-pragma':
        config.disableIgnorePragma = file.flag(value, what) ?? false;
        break;
      case 'failure-threshold': {
        const chosen = readChoice(file, value, what, Object.keys(thresholds));
        if (chosen !== undefined) config.failureThreshold = thresholds[chosen]!;
        break;
      }
      // How hadolint prints and ends, which means nothing here.
      case 'no-fail':
      case 'no-color':
      case 'verbose':
        file.flag(value, what);
        break;
      case 'format':
      case 'output-format':
        file.text(value, what);
        break;
      default:
        file.report(keyNode, `hadolint has no option ${what}.${suggestion(key, keys)}`);
    }
  }
  return config;
}

/** Names that are no rules' stay: another version of hadolint may know them. */
function readRules(file: YamlFile, value: YamlValue, what: string): readonly string[] {
  return file.texts(value, what, { check: codeProblem });
}

function readOverride(file: YamlFile, value: YamlValue): HadolintConfig['override'] {
  const named = new Map<string, readonly string[]>();
  for (const { key, keyNode, value: names } of file.entries(value, '"override"')) {
    if (Object.hasOwn(severities, key)) named.set(key, readRules(file, names, `"${key}"`));
    else file.report(keyNode, `"override" has ${listOf(Object.keys(severities))}, but no "${key}".`);
  }
  const strongestLast = Object.entries(severities).toReversed();
  return Object.fromEntries(
    strongestLast.flatMap(([key, level]) => (named.get(key) ?? []).map((name) => [name, level])),
  );
}

function readLabels(file: YamlFile, value: YamlValue): HadolintConfig['labelSchema'] {
  return Object.fromEntries(
    file.entries(value, '"label-schema"').flatMap(({ key, value: type }) => {
      const chosen = readChoice(file, type, `The label "${key}"`, labelTypes);
      return chosen === undefined ? [] : [[key, chosen]];
    }),
  );
}

function readChoice<T extends string>(
  file: YamlFile,
  value: YamlValue,
  what: string,
  choices: readonly T[],
): T | undefined {
  const text = file.text(value, what);
  if (text === undefined || value === null) return undefined;
  const choice = choices.find((each) => each === text);
  if (choice === undefined)
    file.report(value, `${what} can be ${listOf(choices)}, not "${text}".${suggestion(text, choices)}`);
  return choice;
}

function suggestion(written: string, choices: readonly string[]): string {
  const meant = nearest(written, choices);
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}

function listOf(choices: readonly string[]): string {
  return `${choices.slice(0, -1).join(', ')} and ${choices.at(-1)}`;
}
