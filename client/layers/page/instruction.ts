import type { AnalyzedLayer } from '../../../common/layers.ts';
import { visibleText } from '../../../common/visibleText.ts';

export interface Instruction {
  /** `RUN`; empty where what made the layer does not begin like an instruction. */
  readonly keyword: string;
  readonly rest: string;
}

/** On one line and without what would move a cursor: an image may say anything. */
export function instructionOf({ createdBy }: Pick<AnalyzedLayer, 'createdBy'>): Instruction | undefined {
  const text = visibleText(createdBy?.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim() ?? '');
  if (text === '') return undefined;
  const keyword = /^[A-Z]{2,12}(?= )/.exec(text)?.[0] ?? '';
  return { keyword, rest: text.slice(keyword.length).trimStart() };
}

export function nameOfFile(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
