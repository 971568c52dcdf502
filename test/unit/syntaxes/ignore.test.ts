import assert from 'node:assert/strict';
import { type Token, tokenizer } from '../../support/tokenize.ts';

/** VS Code's own grammar for ignore files knows comments only; ours is injected into it. */
const builtIn = { scopeName: 'source.ignore', patterns: [{ match: '^#.*', name: 'comment' }], repository: {} } as never;

function scopeOf(tokens: readonly Token[], text: string): string | undefined {
  return tokens.find((token) => token.text === text)?.scopes.at(-1);
}

describe('ignore file grammar', () => {
  for (const [line, text, scope] of [
    ['!keep.me', '!', 'keyword.control.negation.ignore'],
    ['a!b', 'a!b', undefined],
    ['**/bin', '**', 'constant.character.wildcard.recursive.ignore'],
    ['*.log', '*', 'constant.character.wildcard.ignore'],
    ['a?', '?', 'constant.character.wildcard.ignore'],
    ['x[a-c]', 'a-c', 'constant.other.character-class.ignore'],
    ['\\!a', '\\!', 'constant.character.escape.ignore'],
    ['# !*', '# !*', 'comment'],
    ['a/b', '/', 'punctuation.separator.path.ignore'],
  ] as const) {
    it(line, async () => {
      const tokenize = await tokenizer('source.ignore', { 'source.ignore': builtIn });
      assert.equal(scopeOf(tokenize(line), text), scope);
    });
  }
});
