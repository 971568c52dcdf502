import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Rule } from './rule.ts';

/** Which rules run, as the user chose in the settings and in .hadolint.yaml. */
export interface LintOptions {
  readonly preset: Preset;
  /** `gantry.lint.rules`: by the name of a rule, or another name of it. Wins over everything else. */
  readonly rules: Readonly<Record<string, Level>>;
  readonly hadolint?: HadolintConfig;
}

/** Each one holds the one before it. */
export const presets = ['buildkit', 'recommended', 'hadolint'] as const;
export type Preset = (typeof presets)[number];

export const levels = ['off', 'hint', 'info', 'warning', 'error'] as const;
export type Level = (typeof levels)[number];

/** What hadolint's own configuration file can say. Source: hadolint's README and Config/Configuration.hs. */
export interface HadolintConfig {
  readonly ignored: readonly string[];
  /** Severities by code; a rule that is named here runs, whatever the preset. */
  readonly override: Readonly<Record<string, Level>>;
  /** Registries that FROM may name; empty: any. `*` stands for a part of a name. */
  readonly trustedRegistries: readonly string[];
  readonly labelSchema: Readonly<Record<string, LabelType>>;
  /** Labels that are not in the schema are reported. */
  readonly strictLabels: boolean;
  readonly disableIgnorePragma: boolean;
  readonly failureThreshold?: Level;
}

export type LabelType = 'text' | 'rawText' | 'url' | 'semver' | 'hash' | 'rfc3339' | 'spdx' | 'email';

export const defaultLintOptions: LintOptions = { preset: 'recommended', rules: {} };

const severities: Readonly<Record<Exclude<Level, 'off'>, DiagnosticSeverity>> = {
  hint: DiagnosticSeverity.Hint,
  info: DiagnosticSeverity.Information,
  warning: DiagnosticSeverity.Warning,
  error: DiagnosticSeverity.Error,
};

/**
 * The severity of a rule's findings; undefined where it does not run. What a build stops at is set by its own name only: who
 * ignores hadolint's DL3061 means a matter of style, and is not to be surprised by a build that fails.
 */
export function severityOf(rule: Rule, { preset, rules, hadolint }: LintOptions): DiagnosticSeverity | undefined {
  if (rule.kind === 'error') return severityFrom(rules[rule.name], rule);
  const names = [rule.name, ...(rule.aliases ?? [])];
  const chosen = names.map((name) => rules[name]).find((level) => level !== undefined);
  const overridden = names.map((name) => hadolint?.override[name]).find((level) => level !== undefined);
  const level = chosen ?? (names.some((name) => hadolint?.ignored.includes(name)) ? 'off' : overridden);
  if (level !== undefined || rule.kind !== 'lint') return severityFrom(level, rule);
  const included = rule.preset !== undefined && presets.indexOf(rule.preset) <= presets.indexOf(preset);
  return included ? rule.severity : undefined;
}

function severityFrom(level: Level | undefined, rule: Rule): DiagnosticSeverity | undefined {
  if (level === undefined) return rule.severity;
  return level === 'off' ? undefined : severities[level];
}
