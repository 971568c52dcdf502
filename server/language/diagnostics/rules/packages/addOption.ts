import type { ShellWord } from '../../../shell/script.ts';
import type { Fix } from '../../rule.ts';
import type { Call } from './calls.ts';

/** Writes an option behind one of the words of a call. */
export function addOption({ json }: Call, { span: { end } }: ShellWord, option: string, safe: boolean): Fix {
  const text = json ? `, "${option}"` : ` ${option}`;
  return { title: `Add ${option}`, edits: [{ span: { start: end, end }, text }], safe };
}
