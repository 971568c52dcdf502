import type { EngineStatus } from '../../common/protocol.ts';
import { type LintOptions, severityOf } from '../language/diagnostics/lintOptions.ts';
import type { Knowledge, PlatformKnowledge, Rule, ShellParser } from '../language/diagnostics/rule.ts';
import { rules } from '../language/diagnostics/rules.ts';
import { wellKnownEnvironment } from '../language/dockerfile/baseEnvironment.ts';
import type { Beside } from '../language/host.ts';
import type { LintSettings } from './lintSettings.ts';
import type { Remarks } from './shellRemarks.ts';

/** What an analysis rests on beside the text. The same objects for as long as nothing in them changes. */
export interface Basis {
  readonly choice: Choice;
  readonly engine: EngineStatus | undefined;
  readonly shell: ShellParser | undefined;
  /** What ShellCheck said. */
  readonly remarks: Remarks | undefined;
}

/** Which rules run, and why these. */
export interface Choice {
  readonly settings: LintSettings;
  readonly beside: Beside;
  readonly options: LintOptions;
  /** Whether one of the rules looks at the commands that an instruction runs. */
  readonly readsCommands: boolean;
  readonly asksShellCheck: boolean;
}

export function sameBasis(a: Basis, b: Basis): boolean {
  return a.choice === b.choice && a.engine === b.engine && a.shell === b.shell && a.remarks === b.remarks;
}

export function choose(settings: LintSettings, beside: Beside): Choice {
  const { preset, rules: levels } = settings;
  const { hadolint } = beside;
  const options: LintOptions = { preset, rules: levels, ...(hadolint && { hadolint }) };
  const asksShellCheck = settings.shellcheck && preset !== 'buildkit';
  return { settings, beside, options, readsCommands: readsCommands(options), asksShellCheck };
}

/** BuildKit does not look at what a RUN runs, so only the other rules may. */
export function readsCommands(options: LintOptions, among: readonly Rule[] = rules): boolean {
  return among.some(
    (rule) =>
      rule.kind === 'lint' &&
      ('check' in rule || rule.keywords.includes('RUN')) &&
      severityOf(rule, options) !== undefined,
  );
}

const dayMs = 24 * 60 * 60 * 1000;

/** Built of the same parts for as long as neither the basis changes nor the day: rules that found nothing then need no asking. */
export function knowledgeOf({ choice: { beside }, engine, shell }: Basis, now: number): Knowledge {
  const { hadolint, ignore, ignoreFile } = beside;
  return {
    environmentOf: wellKnownEnvironment,
    now: now - (now % dayMs),
    ...(ignore && { ignore }),
    ...(ignoreFile && { ignoreFile }),
    ...(hadolint && { hadolint }),
    ...(shell && { shell }),
    ...(engine && { platforms: platformsOf(engine) }),
  };
}

/** What a registry has for a platform is not asked for on a keystroke. */
function platformsOf(engine: EngineStatus): PlatformKnowledge {
  const platforms = knownPlatforms.get(engine) ?? { target: engine.platform, of: () => undefined };
  knownPlatforms.set(engine, platforms);
  return platforms;
}

const knownPlatforms = new WeakMap<EngineStatus, PlatformKnowledge>();
