import type { Rule } from '../../rule.ts';
import { linuxBaseOnWindows, windowsBaseOnLinux } from './baseSystem.ts';

/** Ours about Windows and Linux images in the wrong place. */
export const platformRules: readonly Rule[] = [linuxBaseOnWindows, windowsBaseOnLinux];
