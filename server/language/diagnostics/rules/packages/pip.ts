import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { expandInFrom } from '../../../baseImage.ts';
import type { Dockerfile, Instruction, Stage } from '../../../dockerfile/dockerfile.ts';
import { keyValues } from '../../../dockerfile/keyValues.ts';
import { factOf } from '../../factOf.ts';
import { runners, variables } from '../../reads.ts';
import type { Rule } from '../../rule.ts';
import { addOption } from './addOption.ts';
import { hasOption } from './arguments.ts';
import { addCacheMounts, cacheTargetsOf } from './cacheMount.ts';
import { type Call, readCallsOf } from './calls.ts';
import { deletes, leftBehind } from './cleaning.ts';
import { type Request, readRequest, spanOf } from './managers.ts';
import { pinRule, unpinned } from './pins.ts';
import { type OwnFinding, reportAt } from './place.ts';
import { isRootBehind, someRun, walkStages } from './stages.ts';

/** Source: pip help, pip install --help. */
const valued = new Set(
  (
    '-b -c -C -d -e -f -i -r -t --abi --build --cache-dir --cert --client-cert --config-settings --constraint --dest ' +
    '--editable --exists-action --extra-index-url --find-links --global-option --group --implementation --index-url ' +
    '--install-option --keyring-provider --log --no-binary --only-binary --platform --prefix --progress-bar --proxy ' +
    '--python --python-version --report --requirement --retries --root --root-user-action --src --target --timeout ' +
    '--trusted-host --upgrade-strategy --use-deprecated --use-feature'
  ).split(' '),
);

/** `pip3 install`, `python3 -m pip install` */
function installRequest(call: Call): Request | undefined {
  const request = readRequest(call, pipWords(call), valued);
  return request?.verb.text === 'install' ? request : undefined;
}

function pipWords({ name, words }: Call): Call['words'] {
  if (/^pip[\d.]*$/.test(name)) return words;
  const module = /^python[\d.]*$/.test(name) ? words.findIndex(({ text }) => text === '-m') : -1;
  return module !== -1 && words[module + 1]?.text === 'pip' ? words.slice(module + 2) : [];
}

/** Source: hadolint's DL3013. */
export const pipPins = pinRule({
  name: 'DL3013',
  find: (call) => {
    const request = installRequest(call);
    if (!request || hasOption(request.options, '-r', '--requirement', '-c', '--constraint', '--group')) return [];
    if (call.variables.has('PIP_CONSTRAINT') || request.operands.some(({ text }) => text === '.')) return [];
    return unpinned(request.operands, isPinned);
  },
  example: (name) => (isVcs(name) ? 'a commit or tag behind the address: @<version>' : `${name}==<version>`),
});

/** With a version of any kind, or a file or folder. Of a repository's address the `@` before a user's host is none. */
function isPinned(text: string): boolean {
  if (isVcs(text)) return text.replace(/^[^:]*:\/\/(?:[^/@]*@)?/, '').includes('@');
  return /[=<>/@]|~=|\.whl$|\.zip$|\.tar\.\w+$|^\./.test(text);
}

function isVcs(text: string): boolean {
  return /^(?:git|hg|svn|bzr)(?:\+[a-z-]+)?:/.test(text);
}

const truthy = /^["']?(?:1|t|true|y|yes|on)["']?$/i;

/** What an instruction says about pip's cache. */
interface CacheSetting {
  /** For what runs in it alone. */
  readonly here: boolean;
  /** For all behind it; undefined where it says nothing. */
  readonly behind: boolean | undefined;
}

const cacheSettingOf = factOf((own): CacheSetting => {
  const { keyword, source } = own;
  const configures = /no-cache-dir["']?(?:\s*=\s*|\s+)["']?(?:1|true|yes|on)\b/i;
  if (keyword === 'ENV' || keyword === 'ARG') return { here: false, behind: variableIn(own) };
  return {
    here: /PIP_NO_CACHE_DIR=["']?(?:1|t|true|y|yes|on)\b/i.test(source),
    behind: keyword === 'RUN' && configures.test(source) ? true : undefined,
  };
});

/** A variable in the value may say anything. */
function variableIn(instruction: Instruction): boolean | undefined {
  const value = keyValues(instruction).findLast(({ key }) => key.value === 'PIP_NO_CACHE_DIR')?.value?.value;
  return value === undefined ? undefined : value.includes('$') || truthy.test(value);
}

const keptCacheOf = factOf((own, context): readonly OwnFinding[] => {
  const calls = readCallsOf(own, context);
  const left = leftBehind(calls, (call) => keepsCache(installRequest(call)), cleansCache);
  if (left.length === 0 || cacheTargetsOf(own, context).some((target) => /pip|\.cache|\$|^\/root\/?$/.test(target)))
    return [];
  return left.map((call) => {
    const request = installRequest(call)!;
    const message =
      'pip keeps what it downloads in a cache, which becomes part of the image. Add --no-cache-dir, or mount the cache.';
    const fixes = () => [
      addOption(call, request.verb, '--no-cache-dir', true),
      addCacheMounts(own, ['/root/.cache/pip']),
    ];
    return { span: spanOf(request), message, fixes };
  });
});

function keepsCache(request: Request | undefined): boolean {
  if (!request || request.open || request.call.variables.has('PIP_NO_CACHE_DIR')) return false;
  return !request.options.some(({ name }) => name.startsWith('--no-cache') || name === '-h' || name === '--help');
}

function cleansCache(call: Call): boolean {
  if (deletes(call, /\.cache\b|\/pip\b|^(?:\/root|~)\/\.?\*/)) return true;
  const request = readRequest(call, pipWords(call), valued);
  return request?.verb.text === 'cache' && request.operands[0]?.text === 'purge';
}

/** Source: hadolint's DL3042. */
export const pipNoCacheDir: Rule = {
  name: 'DL3042',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  reads: [...variables, ...runners],
  check(dockerfile, report, { environmentOf }, contextOf) {
    if (!someRun(dockerfile, (instruction) => keptCacheOf(instruction, contextOf(instruction)).length > 0)) return;
    walkStages(
      dockerfile,
      () => ({ off: false, root: true }),
      ({ off, root }, instruction) => ({
        off: cacheSettingOf(instruction, contextOf(instruction)).behind ?? off,
        root: isRootBehind(root, instruction),
      }),
      (instruction, { off, root }, stage) => {
        const context = contextOf(instruction);
        const findings = keptCacheOf(instruction, context);
        if (off || findings.length === 0 || cacheSettingOf(instruction, context).here) return;
        if (imageOf(dockerfile, stage, environmentOf)?.includes('PIP_NO_CACHE_DIR')) return;
        for (const { fixes, ...finding } of findings)
          reportAt(instruction, { ...finding, fixes: () => fixes().slice(0, root ? 2 : 1) }, report);
      },
    );
  },
};

function imageOf(
  dockerfile: Dockerfile,
  stage: Stage,
  environmentOf: (image: string) => readonly string[] | undefined,
): readonly string[] | undefined {
  let root = stage;
  while (root.base !== undefined) root = dockerfile.stages[root.base]!;
  const image = root.image && expandInFrom(dockerfile, root.image.value);
  return image === undefined ? undefined : environmentOf(image);
}
