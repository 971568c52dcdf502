import assert from 'node:assert/strict';
import { imagePart } from '../../../../../server/language/completion/imagePart.ts';
import { atCursor } from '../../../../support/cursor.ts';

/** The part in brackets, with what is around it. */
function shown(marked: string): string | undefined {
  const { text, offset } = atCursor(marked);
  const part = imagePart(text, offset);
  return part && `${part.before}[${text.slice(part.start, part.end)}]${part.after}`;
}

describe('the part of an image name that is typed', () => {
  const parts: Readonly<Record<string, string>> = {
    'no<|>de:22': '[node:22]',
    '': '[]',
    '${REG}/te<|>am:${TAG}': '${REG}/[team:]${TAG}',
    '$REG/<|>team': '$REG/[team]',
    'node:${V}-al<|>': 'node:${V}-[al]',
    'node:${V}<|>-al': 'node:${V}[-al]',
    'node:<|>${V}': '[node:]${V}',
    '${A}<|>${B}': '${A}[]${B}',
    'node:${V:-2<|>2}-slim': 'node:[22]-slim',
    'node:${V-<|>': 'node:[]',
    '${A:-x}${B:-y<|>}${C}': '${A:-x}[y]${C}',
  };
  for (const [marked, expected] of Object.entries(parts)) {
    it(`${marked || 'nothing'} is ${expected}`, () =>
      assert.equal(shown(marked.includes('<|>') ? marked : `${marked}<|>`), expected));
  }
  for (const marked of [
    '${RE<|>G}/a',
    '$RE<|>G/a',
    '${A:+x<|>}',
    '${A:?x<|>}',
    '${A:-${B:-x<|>}}',
    '${A:-$B<|>}',
    'a$<|>{',
  ]) {
    it(`${marked} is none`, () => assert.equal(shown(marked), undefined));
  }
});
