import type { EngineStatus } from '../../common/protocol.ts';
import { type LintOptions, severityOf } from '../language/diagnostics/lintOptions.ts';
import type { ImageVerdicts, Knowledge, PlatformKnowledge, Rule, ShellParser } from '../language/diagnostics/rule.ts';
import { imageRules } from '../language/diagnostics/rules/images/index.ts';
import { platformOf } from '../language/diagnostics/rules/images/platforms.ts';
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
  /** What is certain of the images that the file names. */
  readonly images: ImageVerdicts | undefined;
}

/** Which rules run, and why these. */
export interface Choice {
  readonly settings: LintSettings;
  readonly beside: Beside;
  readonly options: LintOptions;
  /** Whether one of the rules looks at the commands that an instruction runs. */
  readonly readsCommands: boolean;
  readonly asksShellCheck: boolean;
  /** Whether one of the rules is about images, and whether registries may be asked for it. */
  readonly images: 'unasked' | 'local' | 'registry';
}

export function sameBasis(a: Basis, b: Basis): boolean {
  return (
    a.choice === b.choice &&
    a.engine === b.engine &&
    a.shell === b.shell &&
    a.remarks === b.remarks &&
    a.images === b.images
  );
}

export function choose(settings: LintSettings, beside: Beside): Choice {
  const { preset, rules: levels } = settings;
  const { hadolint } = beside;
  const options: LintOptions = { preset, rules: levels, ...(hadolint && { hadolint }) };
  const asksShellCheck = settings.shellcheck && preset !== 'buildkit';
  const images = !imageRules.some((rule) => severityOf(rule, options) !== undefined)
    ? 'unasked'
    : settings.registry
      ? 'registry'
      : 'local';
  return { settings, beside, options, readsCommands: readsCommands(options), asksShellCheck, images };
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
export function knowledgeOf({ choice: { beside }, engine, shell, images }: Basis, now: number): Knowledge {
  const { hadolint, ignore, ignoreFile } = beside;
  return {
    environmentOf: wellKnownEnvironment,
    now: now - (now % dayMs),
    ...(ignore && { ignore }),
    ...(ignoreFile && { ignoreFile }),
    ...(hadolint && { hadolint }),
    ...(shell && { shell }),
    ...(images && { images }),
    ...(engine && { platforms: platformsOf(engine, images) }),
  };
}

/** The same object for the same parts. */
function platformsOf(engine: EngineStatus, images: ImageVerdicts | undefined): PlatformKnowledge {
  const ofEngine = knownPlatforms.get(engine) ?? new WeakMap<object, PlatformKnowledge>();
  knownPlatforms.set(engine, ofEngine);
  const platforms = ofEngine.get(images ?? engine) ?? { target: engine.platform, of: platformOf(images) };
  ofEngine.set(images ?? engine, platforms);
  return platforms;
}

const knownPlatforms = new WeakMap<EngineStatus, WeakMap<object, PlatformKnowledge>>();
