import type { Rule } from '../../rule.ts';
import { repositoryNotFound, tagNotFound } from './missing.ts';
import { platformNotOffered } from './platforms.ts';
import { retiredImage } from './retired.ts';

/** Ours about images, by what is certain of them. Without that they have nothing to say. */
export const imageRules: readonly Rule[] = [platformNotOffered, repositoryNotFound, retiredImage, tagNotFound];
