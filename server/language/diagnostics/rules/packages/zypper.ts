import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { replace } from '../../fixes.ts';
import type { InstructionRule } from '../../rule.ts';
import { addOption } from './addOption.ts';
import { assumeYesRule } from './assumeYes.ts';
import { type Call, callsOf } from './calls.ts';
import { deletes } from './cleaning.ts';
import { leftoversRule } from './leftovers.ts';
import { manager, type Request, requestOf, spanOf } from './managers.ts';
import { pinRule, unpinned } from './pins.ts';

/** Source: zypper(8). */
const zypper = manager(
  'zypper',
  '-c -D -R -p -r -t --config --root --installroot --reposd-dir --cache-dir --raw-cache-dir --solv-cache-dir ' +
    '--pkg-cache-dir --userdata --releasever --plus-repo --plus-content --repo --from --type --download --solver-focus',
);

function installRequest(call: Call): Request | undefined {
  const request = requestOf(call, zypper);
  return request && /^(?:install|in)$/.test(request.verb.text) ? request : undefined;
}

/** Source: hadolint's DL3034. */
export const zypperYes = assumeYesRule({
  name: 'DL3034',
  preset: 'recommended',
  manager: zypper,
  asks: ({ verb }) => /^(?:install|in|remove|rm|source-install|si|patch)$/.test(verb.text),
  silent: ['-n', '--non-interactive', '-y', '--no-confirm', '-D', '--dry-run', '-h', '--help'],
  configured: /ZYPP_NON_INTERACTIVE/,
  message: () => 'zypper asks before it goes on, and in a build nobody answers: it stops there. Add -n.',
  fix: ({ call }) => addOption(call, call.nameWord, '-n', true),
});

/** Source: hadolint's DL3035. */
export const zypperDistUpgrade: InstructionRule = {
  name: 'DL3035',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  keywords: ['RUN'],
  checkInstruction(instruction, report, context) {
    for (const call of callsOf(instruction, context)) {
      const request = requestOf(call, zypper);
      if (!request || !/^(?:dist-upgrade|dup)$/.test(request.verb.text)) continue;
      const message =
        'This makes another release of the whole image, a different one with each build. Start from a newer base image.';
      const { verb } = request;
      report(spanOf(request), message, {
        fix: () => replace(verb.span, call.json ? '"update"' : 'update', false, 'Only update the packages'),
      });
    }
  },
};

/** Source: hadolint's DL3036. */
export const zypperClean = leftoversRule('DL3036', DiagnosticSeverity.Warning, [
  {
    leaves: installRequest,
    cleans: (call) =>
      /^(?:clean|cc)$/.test(requestOf(call, zypper)?.verb.text ?? '') || deletes(call, /\/zypp|^\/var\/cache\/?\*?$/),
    directories: ['/var/cache/zypp'],
    mounts: ['/var/cache/zypp'],
    command: () => 'zypper clean',
    safe: true,
    message: () => 'The cache of zypper becomes part of the image. Run zypper clean in the same RUN.',
  },
]);

/** Source: hadolint's DL3037. A pattern has no versions. */
export const zypperPins = pinRule({
  name: 'DL3037',
  find: (call) => {
    const request = installRequest(call);
    const type = request?.options.find(({ name }) => name === '-t' || name === '--type')?.value ?? 'package';
    if (!request || type !== 'package') return [];
    return unpinned(request.operands, (text) => /[=<>/]|\.rpm$|^[+~!-]|^(?:pattern|patch|product):/.test(text));
  },
  example: (name) => `${name}=<version>`,
});
