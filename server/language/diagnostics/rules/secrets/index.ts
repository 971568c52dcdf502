import type { Rule } from '../../rule.ts';
import { secretFileCopied } from './files.ts';
import { secretInPlainText } from './plainText.ts';

/** Ours about secrets by their value, and files that hold them. */
export const secretRules: readonly Rule[] = [secretFileCopied, secretInPlainText];
