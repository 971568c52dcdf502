import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { factOf } from '../../factOf.ts';
import { runners, stageTree } from '../../reads.ts';
import type { Rule } from '../../rule.ts';
import { cacheTargetsOf } from './cacheMount.ts';
import { deletes } from './cleaning.ts';
import { type Leftovers, leftoversOf } from './leftovers.ts';
import { manager, requestOf } from './managers.ts';
import { reportAt } from './place.ts';
import { isRootBehind, keptStages, someRun, walkStages } from './stages.ts';

/** Source: yarn help install. */
const yarn = manager(
  'yarn yarnpkg',
  '--cache-folder --cwd --emoji --global-folder --https-proxy --link-folder --modules-folder --mutex ' +
    '--network-concurrency --network-timeout --otp --preferred-cache-folder --proxy --registry --use-yarnrc',
);

/** Where root has it. Source: getCacheDir in Yarn 1's user-dirs.js. */
const cacheOfRoot = '/usr/local/share/.cache/yarn';

const cache: Leftovers = {
  leaves: (call) => {
    const request = requestOf(call, yarn);
    return request?.verb.text === 'install' ? request : undefined;
  },
  cleans: (call) => {
    const request = requestOf(call, yarn);
    if (request?.verb.text === 'cache' && request.operands[0]?.text === 'clean') return true;
    return deletes(call, /\.cache\b|yarn/) || call.words.some(({ text }) => /^[$`].*yarn.*cache.*dir/.test(text));
  },
  directories: [cacheOfRoot],
  mounts: [cacheOfRoot],
  command: () => 'yarn cache clean',
  // Yarn 2 and later may run the program from the cache.
  safe: false,
  message: () => 'yarn keeps what it downloads in a cache, which becomes part of the image. Clean it in the same RUN.',
};

const leftCacheOf = factOf((own, context) =>
  cacheTargetsOf(own, context).some((target) => /yarn|\.cache/.test(target))
    ? undefined
    : leftoversOf(cache, own, context),
);

/** Source: hadolint's DL3060. */
export const yarnCacheClean: Rule = {
  name: 'DL3060',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  preset: 'hadolint',
  reads: [...stageTree, ...runners],
  check(dockerfile, report, _knowledge, contextOf) {
    if (!someRun(dockerfile, (instruction) => leftCacheOf(instruction, contextOf(instruction)) !== undefined)) return;
    const kept = keptStages(dockerfile);
    walkStages(
      dockerfile,
      () => true,
      isRootBehind,
      (instruction, root, stage) => {
        const finding = kept.has(stage.index) && leftCacheOf(instruction, contextOf(instruction));
        if (!finding) return;
        const fixes = () => finding.fixes().filter(({ edits }) => root || !edits[0]!.text.includes('--mount='));
        reportAt(instruction, { ...finding, fixes }, report);
      },
    );
  },
};
