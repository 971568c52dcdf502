import type { Rule } from '../../rule.ts';
import { apkNoCache, apkPins } from './apk.ts';
import { aptGetPins, aptGetRecommends, aptGetYes } from './aptGet.ts';
import { aptLists } from './aptLists.ts';
import { gemPins } from './gem.ts';
import { goPins } from './go.ts';
import { npmPins } from './npm.ts';
import { pipNoCacheDir, pipPins } from './pip.ts';
import { yarnCacheClean } from './yarn.ts';
import { dnfClean, dnfPins, dnfYes, yumClean, yumPins, yumYes } from './yum.ts';
import { zypperClean, zypperDistUpgrade, zypperPins, zypperYes } from './zypper.ts';

/** hadolint's rules about package managers in RUN. */
export const packageRules: readonly Rule[] = [
  aptGetPins,
  aptLists,
  pipPins,
  aptGetYes,
  aptGetRecommends,
  npmPins,
  apkPins,
  apkNoCache,
  gemPins,
  yumYes,
  yumClean,
  yumPins,
  zypperYes,
  zypperDistUpgrade,
  zypperClean,
  zypperPins,
  dnfYes,
  dnfClean,
  dnfPins,
  pipNoCacheDir,
  yarnCacheClean,
  goPins,
];
