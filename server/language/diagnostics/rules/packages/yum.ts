import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { ShellWord } from '../../../shell/script.ts';
import { addOption } from './addOption.ts';
import { assumeYesRule } from './assumeYes.ts';
import type { Call } from './calls.ts';
import { deletes } from './cleaning.ts';
import { type Leftovers, leftoversRule } from './leftovers.ts';
import { type Manager, manager, type Request, requestOf } from './managers.ts';
import { pinRule, unpinned } from './pins.ts';

/** Source: yum(8), dnf(8). */
const valued =
  '-c -d -e -R -x --advisory --bz --color --comment --config --cve --debuglevel --destdir --disableexcludes ' +
  '--disableplugin --disablerepo --downloaddir --enableplugin --enablerepo --errorlevel --exclude --forcearch ' +
  '--installroot --randomwait --releasever --repo --repofrompath --repoid --rpmverbosity --sec-severity --setopt';
const yum = manager('yum', valued);
const dnf = manager('dnf microdnf', valued);

/** Source: hadolint's DL3030 and DL3038; without microdnf, which asks nothing in Red Hat's images. */
function yesRule(name: string, asking: Manager) {
  return assumeYesRule({
    name,
    preset: 'recommended',
    manager: asking,
    asks: ({ verb, operands: [second] }) =>
      /^(?:install|groupinstall|localinstall)$/.test(verb.text) ||
      (/^(?:group|groups|module)$/.test(verb.text) && second?.text === 'install'),
    silent: ['-y', '--assumeyes', '--assumeno', '-h', '--help'],
    configured: /\bassumeyes\b\s*=\s*["']?(?:1|true|yes)/i,
    message: (program) => `${program} asks before it installs, and in a build nobody answers: it stops there. Add -y.`,
    fix: ({ call, verb, operands: [second] }) =>
      addOption(call, second?.text === 'install' && verb.text !== 'install' ? second : verb, '-y', true),
  });
}

export const yumYes = yesRule('DL3030', yum);
export const dnfYes = yesRule('DL3038', manager('dnf', valued));

function installRequest(call: Call, by: Manager): Request | undefined {
  const request = requestOf(call, by);
  return request?.verb.text === 'install' ? request : undefined;
}

const caches = ['/var/cache/yum', '/var/cache/dnf', '/var/cache/libdnf5'];

/** Whether one of the programs that share a cache cleans it: yum has been dnf since version 8 of Red Hat's. */
function leftovers(program: string, sharing: string, mounts: readonly string[]): Leftovers {
  const by = manager(program, valued);
  const cleaning = manager(sharing, valued);
  return {
    leaves: (call) => installRequest(call, by),
    cleans: (call) =>
      requestOf(call, cleaning)?.verb.text === 'clean' ||
      deletes(call, /^\/var\/cache\/(?:yum|dnf|libdnf|\{)|^\/var\/(?:cache)?\/?\**$/),
    directories: caches,
    mounts,
    command: () => `${program} clean all`,
    safe: true,
    message: () => `The cache of ${program} becomes part of the image. Run ${program} clean all in the same RUN.`,
  };
}

/** Source: hadolint's DL3032. */
export const yumClean = leftoversRule('DL3032', DiagnosticSeverity.Warning, [
  leftovers('yum', 'yum dnf', ['/var/cache/yum', '/var/cache/dnf']),
]);

/** Source: hadolint's DL3040. */
export const dnfClean = leftoversRule('DL3040', DiagnosticSeverity.Warning, [
  leftovers('dnf', 'dnf yum', ['/var/cache/dnf', '/var/cache/libdnf5']),
  leftovers('microdnf', 'microdnf', ['/var/cache/yum', '/var/cache/dnf', '/var/cache/libdnf5']),
]);

/** Source: hadolint's DL3033 and DL3041. */
function pins(name: string, by: Manager) {
  return pinRule({
    name,
    find: (call) => {
      const request = requestOf(call, by);
      if (!request) return [];
      const { verb, operands } = request;
      if (verb.text === 'install') return unpinned(operands, isPinned);
      return isModule(request) && operands[0]?.text === 'install' ? unpinnedModules(operands.slice(1)) : [];
    },
    example: (text, call) => (isModule(requestOf(call, by)) ? `${text}:<version>` : `${text}-<version>`),
  });
}

function isModule(request: Request | undefined): boolean {
  return request?.verb.text === 'module';
}

function unpinnedModules(words: readonly ShellWord[]): readonly ShellWord[] {
  return unpinned(words, (text) => text.includes(':'));
}

/**
 * `bash-5.2`, `bash-0:5.2-1.fc40`; also a file, an address, and a group, which has no versions. A name such as java-17-openjdk
 * looks the same as one with a version.
 */
function isPinned(text: string): boolean {
  if (/[=<>/]|^@|\.rpm$|-.*\$/.test(text)) return true;
  const [, ...parts] = text.split('-');
  return parts.every((part) => /^[\w.~^:+]+$/.test(part)) && parts.some((part) => /^\d/.test(part));
}

export const yumPins = pins('DL3033', yum);
export const dnfPins = pins('DL3041', dnf);
