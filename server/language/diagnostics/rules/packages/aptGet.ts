import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { factOf } from '../../factOf.ts';
import { runners, stageTree } from '../../reads.ts';
import type { Rule } from '../../rule.ts';
import { addOption } from './addOption.ts';
import { hasOption } from './arguments.ts';
import { assumeYesRule } from './assumeYes.ts';
import { readCallsOf } from './calls.ts';
import { configuredBy, configurers } from './configured.ts';
import { manager, type Request, requestOf, spanOf } from './managers.ts';
import { pinRule, unpinned } from './pins.ts';
import { type OwnFinding, reportAt } from './place.ts';
import { someRun, walkStages } from './stages.ts';

/** Source: apt-get(8). */
const valued =
  '-o -c -t -a -P --option --config-file --target-release --default-release --host-architecture --build-profiles';
export const aptGet = manager('apt-get', valued);
const aptGetOrApt = manager('apt-get apt', valued);

function isInstall({ verb }: Request): boolean {
  return verb.text === 'install';
}

/** Source: hadolint's DL3008. */
export const aptGetPins = pinRule({
  name: 'DL3008',
  find: (call) => {
    const request = requestOf(call, aptGet);
    // `curl=8.0`, `curl/stable`, a file; `curl-` is taken away instead.
    return request && isInstall(request) ? unpinned(request.operands, (text) => /[=/]|\.deb$|-$/.test(text)) : [];
  },
  example: (name) => `${name}=<version>`,
});

/** Says twice over that it should be quiet, which means yes too: `-qq`, `-q=2`. */
function isVeryQuiet({ options }: Request): boolean {
  const levels = options
    .filter(({ name }) => name === '-q' || name === '--quiet')
    .map(({ value }) => (value === undefined ? 1 : Number(value)));
  return levels.reduce((sum, level) => sum + level, 0) > 1;
}

/**
 * Source: hadolint's DL3014, which leaves `apt` to DL3027, though it asks the same. Nothing is asked where no more than the named
 * packages is installed, which cannot be known here: some files get along without an answer.
 */
export const aptGetYes = assumeYesRule({
  name: 'DL3014',
  preset: 'hadolint',
  manager: aptGetOrApt,
  asks: (request) => isInstall(request) && !isVeryQuiet(request),
  silent: [
    ...['-y', '--yes', '--assume-yes', '--force-yes', '--assume-no', '-s', '--simulate', '--just-print', '--dry-run'],
    ...['--recon', '--no-act', '--print-uris', '-h', '--help'],
  ],
  configured: /APT::Get::Assume-Yes/i,
  message: (name) =>
    `${name} asks before it installs more than what is named, and in a build nobody answers: it stops there. Add -y.`,
  fix: ({ call, verb }) => addOption(call, verb, '-y', true),
});

const configuresRecommends = configuredBy(/APT::Install-Recommends/i);

const recommendsOf = factOf((own, context): readonly OwnFinding[] =>
  readCallsOf(own, context).flatMap((call) => {
    const request = requestOf(call, aptGet);
    if (!request || !isInstall(request) || request.open) return [];
    if (hasOption(request.options, '--no-install-recommends', '--install-recommends')) return [];
    const message =
      'apt-get also installs what is only recommended. Add --no-install-recommends, and name what of it is needed.';
    // What was only recommended may be what the build needs: certificates for curl and git.
    const fixes = () => [addOption(call, request.verb, '--no-install-recommends', false)];
    return { span: spanOf(request), message, fixes };
  }),
);

/** Source: hadolint's DL3015. */
export const aptGetRecommends: Rule = {
  name: 'DL3015',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  preset: 'hadolint',
  reads: [...stageTree, ...runners, ...configurers],
  check(dockerfile, report, _knowledge, contextOf) {
    if (!someRun(dockerfile, (instruction) => recommendsOf(instruction, contextOf(instruction)).length > 0)) return;
    walkStages(
      dockerfile,
      () => false,
      (before, instruction) => before || configuresRecommends(instruction, contextOf(instruction)),
      (instruction, before) => {
        const context = contextOf(instruction);
        if (before || configuresRecommends(instruction, context)) return;
        for (const finding of recommendsOf(instruction, context)) reportAt(instruction, finding, report);
      },
    );
  },
};
